// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/arch/user.h"

namespace sirocco::arch {

/// What code on a fiber can do: the instructions of a program that matter to the kernel.
class UserFiber {
 public:
  /// A system call: what the vDSO's stub does.
  static uint64_t Call(uint64_t number, const uint64_t arguments[8]);

  /// The message registers of the hand-off pair, before and after its call.
  static void PutWords(const uint64_t words[7], uint64_t size_bytes, uint64_t arguments);
  static uint64_t GetWords(uint64_t words[7]);

  /// Lets the hart take interrupts, as any instruction of a program does.
  static void Step();

  /// An exception; returns when somebody has mended it.
  static void Raise(const UserTrap& trap);

  /// Whether we are on a fiber.
  static bool is_running();

  /// For the call that this hart is in, which has suspended itself: what the hart enters next, or
  /// null. The call answers what this returns.
  static uint64_t EnterNext(UserContext* next);

  static constexpr size_t kStackSize = 256 * 1024;

 private:
  friend void RunUser(UserContext& context);
  friend class UserContext;

  static void SwitchToKernel();
  static UserContext* Serve(UserContext& context);
  static void Resume(UserContext& context);
  static void Main();
};

}  // namespace sirocco::arch
