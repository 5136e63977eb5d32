// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/arch/timer.h"

#include <algorithm>

#include "kernel/arch/clock.h"
#include "kernel/arch/riscv64/csr.h"
#include "kernel/arch/riscv64/hart_block.h"
#include "kernel/arch/riscv64/interrupts.h"
#include "kernel/arch/riscv64/watchdog.h"
#include "kernel/arch/upcalls.h"

namespace sirocco::arch {
namespace {

constexpr uint64_t kNever = ~uint64_t{0};

// Rounds up: the interrupt is never early.
uint64_t ToTicks(Instant instant) {
  if (instant.is_infinite()) return kNever;
  if (instant.ns() <= 0) return 0;
  const uint64_t scale = Clock::nanoseconds_per_tick();
  return (static_cast<uint64_t>(instant.ns()) + scale - 1) / scale;
}

}  // namespace

void ProgramTimer() {
  const RiscvHart& hart = ThisRiscvHart();
  Write_stimecmp(std::min(hart.timer_ticks, hart.watchdog_ticks));
}

void Timer::Arm(Instant deadline) {
  ThisRiscvHart().timer_ticks = ToTicks(deadline);
  ProgramTimer();
}

void Timer::Disarm() {
  ThisRiscvHart().timer_ticks = kNever;
  ProgramTimer();
}

void HandleTimerInterrupt() {
  RiscvHart& hart = ThisRiscvHart();
  const uint64_t now = Clock::Ticks();
  if (now >= hart.watchdog_ticks) WatchNeighbour();
  const bool has_fired = now >= hart.timer_ticks;
  if (has_fired) hart.timer_ticks = kNever;
  ProgramTimer();  // Also takes the interrupt back: it is pending while time >= stimecmp.
  if (has_fired) sched::OnTimerInterrupt();
}

}  // namespace sirocco::arch
