// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arch_back_end/user_context.h>

#include <concepts>
#include <cstdint>

namespace sirocco::arch {

/// What a thread in user mode ran into. `cause` and `value` are the machine's own words for it, as
/// zx_exception_report_t carries them.
struct UserTrap {
  enum class Kind : uint8_t {
    kPageFault,
    kAccessFault,
    kIllegalInstruction,
    kBreakpoint,
    kMisaligned,
    kForeignCall,  // A call that does not come from its vDSO stub.
  };
  enum class Access : uint8_t { kRead, kWrite, kExecute };

  Kind kind;
  Access access;  // Page and access faults.
  uint64_t cause;
  uint64_t value;  // The address of a page fault.
};

/// The registers of a thread outside user mode.
template <typename T>
concept ArchUserContext = requires(T context, const T& constant, uint64_t word) {
  { context.Start(word, word, word, word) } -> std::same_as<void>;  // pc, sp, two arguments.
  { context.set_result(word) } -> std::same_as<void>;  // Of the call it is suspended in.
  { constant.pc() } -> std::same_as<uint64_t>;
  { constant.sp() } -> std::same_as<uint64_t>;
  { constant.return_address() } -> std::same_as<uint64_t>;  // As far as it is known; else 0.
};
static_assert(ArchUserContext<UserContext>);

/// Whether the thread that a hart left has the floating-point registers in use: not 0.
using UserFloats = uint64_t;

/// Makes `context` the one that this hart enters next; calls are accepted from the vDSO text at
/// `vdso_text` (0: from nowhere). The address space is the caller's business.
void PrepareUser(UserContext& context, uintptr_t vdso_text);

/// Enters user mode with the prepared context. Calls run below this frame; it returns when one of
/// the upcalls (SuspendCurrent, OnUserInterrupt, OnUserTrap) answers null.
/// Context: interrupts masked, no lock held.
void RunUser(UserContext& context);

}  // namespace sirocco::arch
