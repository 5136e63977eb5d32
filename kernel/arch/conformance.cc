// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/arch/conformance.h"

#include <zircon/errors.h>

#include <algorithm>

#include "kernel/arch/clock.h"
#include "kernel/arch/entropy.h"
#include "kernel/arch/hart.h"
#include "kernel/arch/irq_controller.h"
#include "kernel/arch/page_table.h"
#include "kernel/arch/physical_memory.h"
#include "kernel/arch/timer.h"
#include "kernel/base/units.h"

namespace sirocco::arch {
namespace {

#define CONFORMS(...) \
  if (!(__VA_ARGS__)) return #__VA_ARGS__

constexpr Nanoseconds kSoon = Milliseconds(2);
constexpr Nanoseconds kMuchLater = Seconds(1);

// Sleeps and takes interrupts until `deadline`. False if the timer let it oversleep.
bool SleepUntil(Instant deadline) {
  while (Clock::Now() < deadline) {
    WaitForInterrupt();
    TakeInterrupts();
    if (Clock::Now() > deadline + kMuchLater) return false;
  }
  return true;
}

// --- Time ---

const char* ClockNeverGoesBack() {
  Instant last = Clock::Now();
  for (int i = 0; i < 10'000; ++i) {
    const Instant now = Clock::Now();
    CONFORMS(now >= last);
    last = now;
  }
  return nullptr;
}

const char* TicksAreTheClockInUserUnits() {
  const uint64_t before = Clock::Ticks();
  const auto now = static_cast<uint64_t>(Clock::Now().ns());
  const uint64_t after = Clock::Ticks();
  const uint64_t scale = Clock::nanoseconds_per_tick();
  CONFORMS(scale > 0);
  CONFORMS(before * scale <= now + scale && now <= (after + 1) * scale);
  return nullptr;
}

const char* TimerWakesASleeperAndNotEarly() {
  const Instant deadline = Clock::Now() + kSoon;
  Timer::Arm(deadline);
  CONFORMS(SleepUntil(deadline));
  TakeInterrupts();
  return nullptr;
}

const char* TimerInThePastWakesAtOnce() {
  Timer::Arm(Instant(0));
  const Instant start = Clock::Now();
  WaitForInterrupt();
  TakeInterrupts();
  CONFORMS(Clock::Now() - start < kMuchLater);
  return nullptr;
}

const char* ArmReplacesWhatWasArmed() {
  Timer::Arm(Clock::Now() + kMuchLater + kMuchLater);
  const Instant deadline = Clock::Now() + kSoon;
  Timer::Arm(deadline);
  CONFORMS(SleepUntil(deadline));
  Timer::Disarm();
  return nullptr;
}

const char* PatientSpinsGiveTheTimerBack() {
  const Instant deadline = Clock::Now() + kSoon;
  Timer::Arm(deadline);
  for (uint32_t rounds = 0; rounds < 80; ++rounds) SpinRelax(rounds);
  CONFORMS(SleepUntil(deadline));
  TakeInterrupts();
  return nullptr;
}

// --- Harts and interrupts ---

const char* HartsKnowTheirNumbers() {
  CONFORMS(HartCount() >= 1 && HartCount() <= kMaxHarts);
  CONFORMS(ThisHart().index < HartCount());
  CONFORMS(&HartAt(ThisHart().index) == &ThisHart());
  return nullptr;
}

const char* TheKernelRunsMasked() {
  CONFORMS(InterruptsMasked());
  TakeInterrupts();
  CONFORMS(InterruptsMasked());
  return nullptr;
}

const char* AnIpiToOneselfWakes() {
  const Instant start = Clock::Now();
  SendIpi(ThisHart().index);
  WaitForInterrupt();
  TakeInterrupts();
  CONFORMS(Clock::Now() - start < kMuchLater);
  return nullptr;
}

void Ignore(void*, uint32_t) {}

const char* IrqVectorsAreBoundOnce() {
  int context = 0;
  const uint32_t last = IrqController::vector_count() - 1;
  CONFORMS(IrqController::Register(0, &Ignore, &context) == ZX_ERR_OUT_OF_RANGE);
  CONFORMS(IrqController::Register(last + 1, &Ignore, &context) == ZX_ERR_OUT_OF_RANGE);
  CONFORMS(IrqController::Register(last, &Ignore, &context) == ZX_OK);
  CONFORMS(IrqController::Register(last, &Ignore, &context) == ZX_ERR_ALREADY_BOUND);
  IrqController::Unmask(last);
  IrqController::Unregister(last);
  CONFORMS(IrqController::Register(last, &Ignore, &context) == ZX_OK);
  IrqController::Unregister(last);
  return nullptr;
}

// --- Memory ---

const char* FreeRamIsAscendingPagesOfRam() {
  PhysAddr last;
  CONFORMS(!FreeRam().empty());
  for (const PhysRange& range : FreeRam()) {
    CONFORMS(range.size_bytes > 0 && range.base >= last);
    CONFORMS(range.base.is_page_aligned() && IsPageAligned(range.size_bytes));
    CONFORMS(std::ranges::any_of(Ram(), [&range](const PhysRange& bank) {
      return bank.Contains(range.base) && range.end() <= bank.end();
    }));
    last = range.end();
  }
  return nullptr;
}

const char* TakenRangesAreNotFree() {
  for (const PhysRange& taken : {BootArchive(), DeviceTreeBlob()}) {
    for (const PhysRange& range : FreeRam()) {
      CONFORMS(taken.size_bytes == 0 || taken.end() <= range.base || range.end() <= taken.base);
    }
  }
  return nullptr;
}

const char* TheDirectMapGoesThereAndBack() {
  for (const PhysRange& range : FreeRam()) {
    for (PhysAddr address : {range.base, range.base + range.size_bytes / 2, range.end() - 1}) {
      CONFORMS(VirtToPhys(PhysToVirt(address)) == address);
    }
    CONFORMS(PhysToVirt(range.base + 1) - PhysToVirt(range.base) == 1);
  }
  return nullptr;
}

const char* PageEntriesKeepAddressAndPermissions() {
  const PhysAddr address = FreeRam().front().base;
  for (uint32_t permissions = 1; permissions < 8; ++permissions) {
    const uint64_t leaf = PageEntry::Leaf(address, permissions);
    CONFORMS(leaf != 0 && PageEntry::IsLeaf(leaf));
    CONFORMS(PageEntry::Address(leaf) == address);
    CONFORMS(PageEntry::Permissions(leaf) == permissions);
  }
  const uint64_t table = PageEntry::Table(address);
  CONFORMS(table != 0 && !PageEntry::IsLeaf(table));
  CONFORMS(PageEntry::Address(table) == address && PageEntry::Permissions(table) == 0);
  return nullptr;
}

const char* TheBootSeedIsThereAndNotZero() {
  CONFORMS(BootEntropy().size() >= 32);
  CONFORMS(std::ranges::any_of(BootEntropy(), [](std::byte byte) { return byte != std::byte{0}; }));
  return nullptr;
}

#undef CONFORMS

#define CHECK(name) {#name, &name}
constexpr ConformanceCheck kChecks[] = {
    CHECK(ClockNeverGoesBack),
    CHECK(TicksAreTheClockInUserUnits),
    CHECK(TimerWakesASleeperAndNotEarly),
    CHECK(TimerInThePastWakesAtOnce),
    CHECK(ArmReplacesWhatWasArmed),
    CHECK(PatientSpinsGiveTheTimerBack),
    CHECK(HartsKnowTheirNumbers),
    CHECK(TheKernelRunsMasked),
    CHECK(AnIpiToOneselfWakes),
    CHECK(IrqVectorsAreBoundOnce),
    CHECK(FreeRamIsAscendingPagesOfRam),
    CHECK(TakenRangesAreNotFree),
    CHECK(TheDirectMapGoesThereAndBack),
    CHECK(PageEntriesKeepAddressAndPermissions),
    CHECK(TheBootSeedIsThereAndNotZero),
};
#undef CHECK

}  // namespace

std::span<const ConformanceCheck> ConformanceChecks() { return kChecks; }

}  // namespace sirocco::arch
