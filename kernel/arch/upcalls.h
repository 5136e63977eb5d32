// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// What the architecture calls in the rooms above it, each defined there. Nothing else goes up.

#include "kernel/arch/user.h"

namespace sirocco::sched {

/// This hart's timer has passed its deadline and is disarmed. Context: a quiet point.
void OnTimerInterrupt();

/// Somebody sent this hart an IPI. Context: a quiet point.
void OnIpi();

// The next three return the context to enter, which was prepared, or null: back to RunUser's
// caller.

/// The running thread's call answered kEntryPending, and its registers are saved. C linkage: an
/// entry in assembly calls it.
extern "C" arch::UserContext* SuspendCurrent(arch::UserFloats floats);

/// Interrupts were taken in user mode. Context: a quiet point.
arch::UserContext* OnUserInterrupt();

/// The running thread did what it cannot do. Context: a quiet point.
arch::UserContext* OnUserTrap(const arch::UserTrap& trap);

}  // namespace sirocco::sched

namespace sirocco::syscall {

/// What a call answers that goes on without its thread.
inline constexpr uint64_t kEntryPending = uint64_t{1} << 63;

/// One system call of the running thread: its result, or kEntryPending. Where a table of doors is
/// cheaper the architecture jumps through that instead.
uint64_t Dispatch(uint64_t number, const uint64_t arguments[8]);

}  // namespace sirocco::syscall

/// The table of doors, where the machine's trap entry uses one: made from the call table.
extern "C" const char SyscallDoors[];

namespace sirocco::init {

/// The boot hart, on its own stack, when the architecture is ready: memory is mapped, the console
/// writes, devices are known, the other harts not yet started.
[[noreturn]] void KernelStart();

/// Calls `visit` with the resume function of the coroutine whose frame is `running`, then of the
/// one that awaits it, and so on. For last words: takes no lock and no memory.
void ForEachAwaiter(const void* running, void (*visit)(const void* resume_function));

}  // namespace sirocco::init
