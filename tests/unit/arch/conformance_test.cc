// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/arch/conformance.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>

#include "kernel/arch/clock.h"
#include "kernel/arch/hart.h"
#include "kernel/arch/host/this_hart.h"
#include "kernel/arch/irq_controller.h"
#include "kernel/arch/timer.h"
#include "kernel/arch/upcalls.h"

namespace sirocco {
namespace {
uint32_t timer_interrupts = 0;
uint32_t ipis = 0;
}  // namespace

// The room above, as small as it can be.
namespace sched {
void OnTimerInterrupt() { ++timer_interrupts; }
void OnIpi() { ++ipis; }
}  // namespace sched

namespace arch {
namespace {

// What every back end keeps, the machine's at boot.
class ConformanceTest : public testing::TestWithParam<ConformanceCheck> {
 protected:
  void SetUp() override {
    BecomeHart(0);
    Clock::SetMode(Clock::Mode::kReal);
  }
  void TearDown() override {
    Clock::SetMode(Clock::Mode::kSimulated);
    StopBeingHart();
  }
};

TEST_P(ConformanceTest, Holds) { EXPECT_EQ(GetParam().run(), nullptr); }

INSTANTIATE_TEST_SUITE_P(Arch, ConformanceTest, testing::ValuesIn(ConformanceChecks()),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(ConformanceListTest, NamesAreUnique) {
  std::set<std::string> names;
  for (const ConformanceCheck& check : ConformanceChecks()) {
    EXPECT_TRUE(names.insert(check.name).second) << check.name;
  }
}

// What only the host can see from inside: simulated time, and what reaches the room above.
class HostMachineTest : public testing::Test {
 protected:
  void SetUp() override {
    BecomeHart(0);
    TakeInterrupts();
    timer_interrupts = ipis = 0;
  }
  void TearDown() override {
    Timer::Disarm();
    StopBeingHart();
  }
};

TEST_F(HostMachineTest, SimulatedTimeStandsUntilMoved) {
  const Instant start = Clock::Now();
  EXPECT_EQ(Clock::Now(), start);
  Clock::AdvanceTo(start + Seconds(1));
  EXPECT_EQ(Clock::Now(), start + Seconds(1));
  Clock::AdvanceTo(start);
  EXPECT_EQ(Clock::Now(), start + Seconds(1));
}

TEST_F(HostMachineTest, TimerFiresOnceWhenItsInstantIsReached) {
  const Instant start = Clock::Now();
  Timer::Arm(start + Seconds(1));
  Clock::AdvanceTo(start + Milliseconds(999));
  TakeInterrupts();
  EXPECT_EQ(timer_interrupts, 0u);
  Clock::AdvanceTo(start + Seconds(1));
  TakeInterrupts();
  TakeInterrupts();
  EXPECT_EQ(timer_interrupts, 1u);
}

TEST_F(HostMachineTest, ADisarmedTimerDoesNotFire) {
  Timer::Arm(Clock::Now() + Milliseconds(1));
  Timer::Disarm();
  Clock::AdvanceTo(Clock::Now() + Seconds(1));
  TakeInterrupts();
  EXPECT_EQ(timer_interrupts, 0u);
}

TEST_F(HostMachineTest, IpisBeforeTheWindowAreOne) {
  SendIpi(0);
  SendIpi(0);
  TakeInterrupts();
  TakeInterrupts();
  EXPECT_EQ(ipis, 1u);
}

void CountCall(void* context, uint32_t) { ++*static_cast<uint32_t*>(context); }

TEST_F(HostMachineTest, AnIrqLineCallsItsHandlerWhileHighAndUnmasked) {
  uint32_t calls = 0;
  ASSERT_EQ(IrqController::Register(7, &CountCall, &calls), ZX_OK);
  IrqController::SetLine(7, true);
  TakeInterrupts();
  EXPECT_EQ(calls, 0u);
  IrqController::Unmask(7);
  TakeInterrupts();
  TakeInterrupts();
  EXPECT_EQ(calls, 2u);
  IrqController::Mask(7);
  TakeInterrupts();
  EXPECT_EQ(calls, 2u);
  IrqController::SetLine(7, false);
  IrqController::Unregister(7);
}

}  // namespace
}  // namespace arch
}  // namespace sirocco
