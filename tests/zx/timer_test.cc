// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Timers: when they fire, how far slack lets them move, and what sets them back.

#include <zircon/rights.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/port.h>

#include <iterator>

#include "tests/zx/objects.h"
#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {
namespace {

constexpr zx_duration_t kTick = 100;  // The clock's step in nanoseconds, or more than it.

bool HasFired(zx_handle_t timer) { return (SignalsOf(timer) & ZX_TIMER_SIGNALED) != 0; }

TEST(TimerTest, IsMadeWithItsDefaultRightsAndNotArmed) {
  const zx_handle_t timer = MakeTimer();
  const zx_info_handle_basic_t info = BasicInfo(timer);
  EXPECT_EQ(info.type, ZX_OBJ_TYPE_TIMER);
  EXPECT_EQ(info.rights, ZX_RIGHTS_BASIC | ZX_RIGHT_WRITE | ZX_RIGHT_SIGNAL);
  EXPECT_FALSE(HasFired(timer));
}

TEST(TimerTest, KnowsThreeKindsOfSlackAndTwoClocks) {
  zx_handle_t timer = ZX_HANDLE_INVALID;
  for (const uint32_t slack : {ZX_TIMER_SLACK_CENTER, ZX_TIMER_SLACK_EARLY, ZX_TIMER_SLACK_LATE}) {
    EXPECT_EQ(zx_timer_create(slack, ZX_CLOCK_MONOTONIC, &timer), ZX_OK);
    EXPECT_EQ(zx_timer_create(slack, ZX_CLOCK_BOOT, &timer), ZX_OK);
  }
  EXPECT_EQ(zx_timer_create(3, ZX_CLOCK_MONOTONIC, &timer), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_timer_create(ZX_TIMER_SLACK_CENTER, 2, &timer), ZX_ERR_INVALID_ARGS);
}

TEST(TimerTest, FiresAtItsDeadlineAndNotBefore) {
  const zx_handle_t timer = MakeTimer();
  for (const zx_duration_t span : {ZX_USEC(3), ZX_USEC(400), ZX_MSEC(6)}) {
    const zx_time_t deadline = zx_deadline_after(span);
    EXPECT_EQ(zx_timer_set(timer, deadline, 0), ZX_OK);
    EXPECT_EQ(zx_object_wait_one(timer, ZX_TIMER_SIGNALED, ZX_TIME_INFINITE, nullptr), ZX_OK);
    const zx_time_t now = zx_clock_get_monotonic();
    EXPECT_GE(now, deadline);
    if (SimulatesTime()) {
      EXPECT_LE(now, deadline + kTick);
    }
  }
}

TEST(TimerTest, ADeadlineInThePastFiresAtOnce) {
  const zx_handle_t timer = MakeTimer();
  for (const zx_time_t deadline :
       {zx_time_t{ZX_TIME_INFINITE_PAST}, zx_time_t{-1}, zx_time_t{0}, zx_clock_get_monotonic()}) {
    EXPECT_EQ(zx_timer_cancel(timer), ZX_OK);
    EXPECT_EQ(zx_timer_set(timer, deadline, 0), ZX_OK);
    EXPECT_EQ(zx_object_wait_one(timer, ZX_TIMER_SIGNALED, zx_deadline_after(ZX_SEC(10)), nullptr),
              ZX_OK);
  }
}

TEST(TimerTest, SettingItAgainClearsTheSignalAndMovesTheDeadline) {
  const zx_handle_t timer = MakeTimer();
  EXPECT_EQ(zx_timer_set(timer, 0, 0), ZX_OK);
  AwaitSignals(timer, ZX_TIMER_SIGNALED);
  EXPECT_EQ(zx_timer_set(timer, ZX_TIME_INFINITE, 0), ZX_OK);
  EXPECT_FALSE(HasFired(timer));
  EXPECT_EQ(zx_timer_set(timer, zx_deadline_after(ZX_HOUR(1)), 0), ZX_OK);
  const zx_time_t deadline = zx_deadline_after(ZX_MSEC(1));
  EXPECT_EQ(zx_timer_set(timer, deadline, 0), ZX_OK);
  AwaitSignals(timer, ZX_TIMER_SIGNALED);
  EXPECT_GE(zx_clock_get_monotonic(), deadline);
  EXPECT_LT(zx_clock_get_monotonic(), deadline + ZX_MIN(30));
}

TEST(TimerTest, CancellingDisarmsItAndClearsTheSignal) {
  const zx_handle_t timer = MakeTimer();
  EXPECT_EQ(zx_timer_cancel(timer), ZX_OK);
  EXPECT_EQ(zx_timer_set(timer, zx_deadline_after(ZX_MSEC(1)), 0), ZX_OK);
  EXPECT_EQ(zx_timer_cancel(timer), ZX_OK);
  EXPECT_EQ(zx_object_wait_one(timer, ZX_TIMER_SIGNALED, zx_deadline_after(ZX_MSEC(3)), nullptr),
            ZX_ERR_TIMED_OUT);
  EXPECT_EQ(zx_timer_set(timer, 0, 0), ZX_OK);
  AwaitSignals(timer, ZX_TIMER_SIGNALED);
  EXPECT_EQ(zx_timer_cancel(timer), ZX_OK);
  EXPECT_FALSE(HasFired(timer));
}

TEST(TimerTest, FiresOnce) {
  const zx_handle_t timer = MakeTimer();
  const zx_handle_t port = MakePort();
  EXPECT_EQ(zx_object_wait_async(timer, port, 1, ZX_TIMER_SIGNALED, ZX_WAIT_ASYNC_EDGE), ZX_OK);
  EXPECT_EQ(zx_timer_set(timer, zx_deadline_after(ZX_USEC(100)), 0), ZX_OK);
  zx_port_packet_t packet = {};
  EXPECT_EQ(zx_port_wait(port, ZX_TIME_INFINITE, &packet), ZX_OK);
  EXPECT_EQ(zx_object_wait_async(timer, port, 1, ZX_TIMER_SIGNALED, ZX_WAIT_ASYNC_EDGE), ZX_OK);
  EXPECT_EQ(zx_port_wait(port, zx_deadline_after(ZX_MSEC(2)), &packet), ZX_ERR_TIMED_OUT);
  EXPECT_TRUE(HasFired(timer));
}

TEST(TimerTest, SlackMayNotBeNegativeAndIsKeptToItsSide) {
  const zx_time_t deadline = zx_deadline_after(ZX_MSEC(4));
  const zx_duration_t slack = ZX_MSEC(1);
  const struct {
    uint32_t kind;
    zx_duration_t early;
  } kinds[] = {
      {ZX_TIMER_SLACK_CENTER, slack}, {ZX_TIMER_SLACK_EARLY, slack}, {ZX_TIMER_SLACK_LATE, 0}};
  zx_handle_t timers[std::size(kinds)];
  for (size_t i = 0; i < std::size(kinds); ++i) {
    EXPECT_EQ(zx_timer_create(kinds[i].kind, ZX_CLOCK_MONOTONIC, &timers[i]), ZX_OK);
    EXPECT_EQ(zx_timer_set(timers[i], deadline, -1), ZX_ERR_OUT_OF_RANGE);
    EXPECT_EQ(zx_timer_set(timers[i], deadline, slack), ZX_OK);
  }
  for (size_t i = 0; i < std::size(kinds); ++i) {
    const zx_time_t earliest = deadline - kinds[i].early;
    const bool has_fired = HasFired(timers[i]);
    if (zx_clock_get_monotonic() < earliest) {
      EXPECT_FALSE(has_fired);
    }
    AwaitSignals(timers[i], ZX_TIMER_SIGNALED);
    EXPECT_GE(zx_clock_get_monotonic(), earliest);
    if (SimulatesTime()) {
      EXPECT_LE(zx_clock_get_monotonic(), deadline + slack + kTick);
    }
  }
}

TEST(TimerTest, SettingAndCancellingNeedWrite) {
  const zx_handle_t timer = Without(MakeTimer(), ZX_RIGHT_WRITE);
  EXPECT_EQ(zx_timer_set(timer, 0, 0), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_timer_cancel(timer), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_timer_set(MakeEvent(), 0, 0), ZX_ERR_WRONG_TYPE);
  EXPECT_EQ(zx_timer_cancel(kNoHandle), ZX_ERR_BAD_HANDLE);
}

TEST(TimerTest, UsersCannotSetItsSignal) {
  const zx_handle_t timer = MakeTimer();
  EXPECT_EQ(zx_object_signal(timer, 0, ZX_TIMER_SIGNALED), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_object_signal(timer, 0, ZX_USER_SIGNAL_2), ZX_OK);
  EXPECT_EQ(SignalsOf(timer), ZX_USER_SIGNAL_2);
}

TEST(TimerTest, ATimerThatIsClosedNeverFires) {
  const zx_handle_t port = MakePort();
  bool was_in_time = false;
  while (!was_in_time) {
    const zx_handle_t timer = MakeTimer();
    const zx_time_t deadline = zx_deadline_after(ZX_MSEC(2));
    EXPECT_EQ(zx_object_wait_async(timer, port, 1, ZX_TIMER_SIGNALED, 0), ZX_OK);
    EXPECT_EQ(zx_timer_set(timer, deadline, 0), ZX_OK);
    EXPECT_EQ(zx_handle_close(timer), ZX_OK);
    // A machine that stood still meanwhile shows nothing.
    was_in_time = zx_clock_get_monotonic() < deadline;
    zx_port_packet_t packet = {};
    const zx_status_t status = zx_port_wait(port, deadline + ZX_MSEC(2), &packet);
    if (was_in_time) {
      EXPECT_EQ(status, ZX_ERR_TIMED_OUT);
    }
  }
}

// Ten thousand of them, set in a mixed order: no packet before one of an earlier deadline.
TEST(TimerTest, TenThousandFireInTheOrderOfTheirDeadlines) {
  constexpr uint64_t kCount = 10'000;
  constexpr zx_duration_t kStep = ZX_USEC(5);
  static zx_handle_t timers[kCount];
  const zx_handle_t port = MakePort();
  const zx_time_t base = zx_deadline_after(ZX_MSEC(400));
  for (uint64_t i = 0; i < kCount; ++i) {
    const uint64_t place = i * 7919 % kCount;  // Each once.
    timers[i] = MakeTimer();
    ASSERT_EQ(
        zx_object_wait_async(timers[i], port, place, ZX_TIMER_SIGNALED, ZX_WAIT_ASYNC_TIMESTAMP),
        ZX_OK);
    ASSERT_EQ(zx_timer_set(timers[i], base + kStep * static_cast<zx_duration_t>(place), 0), ZX_OK);
  }
  const bool was_in_time = zx_clock_get_monotonic() < base;
  uint64_t out_of_order = 0;
  for (uint64_t i = 0; i < kCount; ++i) {
    zx_port_packet_t packet = {};
    ASSERT_EQ(zx_port_wait(port, ZX_TIME_INFINITE, &packet), ZX_OK);
    EXPECT_GE(packet.signal.timestamp, base + kStep * static_cast<zx_duration_t>(packet.key));
    if (packet.key != i) ++out_of_order;
  }
  // A hart has a wheel of its own, and two fire side by side.
  if (was_in_time && HartCount() == 1) {
    EXPECT_EQ(out_of_order, 0u);
  }
  EXPECT_EQ(zx_handle_close_many(timers, kCount), ZX_OK);
}

}  // namespace
}  // namespace sirocco::zxtest
