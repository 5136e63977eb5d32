// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/timer.h"

#include <utility>

#include "kernel/base/units.h"
#include "tests/unit/objects/object_test.h"

namespace sirocco {
namespace {

constexpr Instant kLater(1'000'000);

class TimerObjectTest : public ObjectTest {
 protected:
  sched::TestTimers& timers() { return executor_.test_timers(); }
  Timer& Make(HandleValue* handle) {
    RefPtr<Timer> timer = Timer::Create(ZX_TIMER_SLACK_LATE).value();
    Timer& object = *timer;
    *handle = Install(std::move(timer));
    return object;
  }
};

TEST_F(TimerObjectTest, TheLastHandlesCloseTakesItOutOfTheQueue) {
  HandleValue handle;
  Timer& timer = Make(&handle);
  EXPECT_EQ(timer.Set(kLater, Nanoseconds(0)), ZX_OK);
  EXPECT_EQ(timers().armed_count(), 1u);
  EXPECT_EQ(Close(handle), ZX_OK);
  EXPECT_EQ(timers().armed_count(), 0u);
}

// A call that looked the timer up before its last handle went: the memory is still there.
TEST_F(TimerObjectTest, IsNotArmedAfterItsLastHandleHasGone) {
  HandleValue handle;
  Timer& timer = Make(&handle);
  EXPECT_EQ(Close(handle), ZX_OK);
  EXPECT_EQ(timer.Set(kLater, Nanoseconds(0)), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(timers().armed_count(), 0u);
}

}  // namespace
}  // namespace sirocco
