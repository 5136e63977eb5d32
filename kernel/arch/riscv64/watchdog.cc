// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/arch/riscv64/watchdog.h"

#include "kernel/arch/clock.h"
#include "kernel/arch/hart.h"
#include "kernel/arch/power.h"
#include "kernel/arch/riscv64/hang.h"
#include "kernel/arch/riscv64/hart_block.h"
#include "kernel/arch/riscv64/interrupts.h"
#include "kernel/arch/riscv64/report.h"
#include "kernel/base/units.h"

// Each hart watches its neighbour, every two seconds. A hart that has taken no interrupt since the
// last look is idle, or in user mode with nothing to be told, or hangs: it is sent an IPI, which
// the first two take at once. Who has not taken one by the next look hangs. So a healthy hart,
// however still, is disturbed less than once a second, and no fast path counts anything.

namespace sirocco::arch {
namespace {

constexpr Nanoseconds kPeriod = Seconds(2);

uint32_t NeighbourOf(uint32_t index) { return (index + 1) % HartCount(); }

}  // namespace

uint64_t WatchdogTicks() {
  return static_cast<uint64_t>(kPeriod.count()) / Clock::nanoseconds_per_tick();
}

void StartWatchdog() {
  if (HartCount() == 1) return;
  RiscvHart& hart = ThisRiscvHart();
  hart.watchdog_ticks = Clock::Ticks() + WatchdogTicks();
  ProgramTimer();
}

void WatchNeighbour() {
  RiscvHart& hart = ThisRiscvHart();
  hart.watchdog_ticks = Clock::Ticks() + WatchdogTicks();
  const uint32_t neighbour = NeighbourOf(hart.common.index);
  const uint64_t taken = RiscvHartAt(neighbour).interrupts_taken.load(std::memory_order_relaxed);
  if (taken != hart.neighbours_last) {
    hart.neighbours_last = taken;
    hart.has_asked = false;
    return;
  }
  if (hart.has_asked) ReportHangOf(neighbour);
  hart.has_asked = true;
  SendIpi(neighbour);
}

void ReportOwnHang(const char* what) {
  StackPlace place = Here();
  StepOut(place);
  ClaimReport(kExitHang);
  ReportAndEnd("kernel hang", what, place, kExitHang);
}

}  // namespace sirocco::arch
