// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// A program's instructions that matter, for the hosted vDSO: traps are switches of fibers.
#include "kernel/arch/clock.h"
#include "kernel/arch/host/user_fiber.h"
#include "vdso/host/host_syscall.h"

using sirocco::arch::Clock;
using sirocco::arch::UserFiber;

uint64_t sirocco_host_syscall(uint64_t number, const uint64_t arguments[8]) {
  return UserFiber::Call(number, arguments);
}

uint64_t sirocco_host_syscall_words(uint64_t number, uint64_t handle, uint64_t words[7],
                                    uint64_t* size_bytes, uint64_t arguments) {
  return UserFiber::CallWithWords(number, handle, words, size_bytes, arguments);
}

uint64_t sirocco_host_ticks(void) { return Clock::Ticks(); }
