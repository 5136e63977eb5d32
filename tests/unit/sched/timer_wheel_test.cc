// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/sched/timer_wheel.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <vector>

namespace sirocco::sched {
namespace {

struct Timer : async::TimerNode {
  explicit Timer(int64_t when = 0) : TimerNode([](TimerNode&) {}) { deadline = Instant(when); }
};

Timer* Pop(TimerWheel& wheel, int64_t now) {
  uint32_t steps = 1'000'000;
  return static_cast<Timer*>(wheel.PopExpired(now, steps));
}

TEST(TimerWheelTest, AnEmptyWheelNeverExpires) {
  TimerWheel wheel;
  EXPECT_EQ(wheel.NextEvent(), TimerWheel::kNever);
  EXPECT_EQ(Pop(wheel, INT64_MAX), nullptr);
}

TEST(TimerWheelTest, ATimerIsNeverEarly) {
  for (int64_t when :
       std::initializer_list<int64_t>{1, 63, 64, 4'000'000, 1'000'000'000'000, INT64_MAX - 1}) {
    TimerWheel wheel;
    Timer timer(when);
    wheel.Insert(timer);
    EXPECT_EQ(wheel.NextEvent(), when);
    EXPECT_EQ(Pop(wheel, when - 1), nullptr);
    EXPECT_EQ(Pop(wheel, when), &timer);
    EXPECT_TRUE(wheel.is_empty());
  }
}

TEST(TimerWheelTest, APastDeadlineIsDueAtOnce) {
  TimerWheel wheel;
  Timer late(1000), timer(-5);
  wheel.Insert(late);
  EXPECT_EQ(Pop(wheel, 2000), &late);
  wheel.Insert(timer);
  EXPECT_EQ(Pop(wheel, 2000), &timer);
}

TEST(TimerWheelTest, ARemovedTimerDoesNotExpire) {
  TimerWheel wheel;
  Timer timer(100);
  wheel.Insert(timer);
  EXPECT_TRUE(wheel.Remove(timer));
  EXPECT_FALSE(wheel.Remove(timer));
  EXPECT_EQ(Pop(wheel, 1000), nullptr);
  EXPECT_EQ(wheel.NextEvent(), TimerWheel::kNever);
}

TEST(TimerWheelTest, EqualTimesExpireInTheOrderTheyCame) {
  TimerWheel wheel;
  std::vector<std::unique_ptr<Timer>> timers;
  for (int i = 0; i < 100; ++i) {
    timers.push_back(std::make_unique<Timer>(1'000'000));
    wheel.Insert(*timers.back());
  }
  for (auto& timer : timers) EXPECT_EQ(Pop(wheel, 1'000'000), timer.get());
}

// D16
TEST(TimerWheelTest, TenThousandTimersExpireInOrder) {
  std::mt19937_64 random(7);
  TimerWheel wheel;
  std::vector<std::unique_ptr<Timer>> timers;
  for (int i = 0; i < 10'000; ++i) {
    timers.push_back(std::make_unique<Timer>(random() % 10'000'000'000));
    wheel.Insert(*timers.back());
  }
  int64_t last = 0;
  size_t count = 0;
  for (int64_t now = 0; count < timers.size(); now += 1'000'000) {
    while (Timer* timer = Pop(wheel, now)) {
      EXPECT_GE(timer->deadline.ns(), last);
      EXPECT_LE(timer->deadline.ns(), now);
      last = timer->deadline.ns();
      ++count;
    }
  }
}

TEST(TimerWheelTest, ATurnThatRunsOutOfStepsGoesOnWhereItWas) {
  TimerWheel wheel;
  std::vector<std::unique_ptr<Timer>> timers;
  for (int i = 0; i < 5000; ++i) {
    timers.push_back(std::make_unique<Timer>(10'000'000 + i % 700));
    wheel.Insert(*timers.back());
  }
  int64_t last = 0;
  size_t count = 0;
  for (int turn = 0; turn < 100'000 && count < timers.size(); ++turn) {
    uint32_t steps = 32;
    while (auto* timer = wheel.PopExpired(20'000'000, steps)) {
      EXPECT_GE(timer->deadline.ns(), last);
      last = timer->deadline.ns();
      ++count;
    }
    EXPECT_EQ(wheel.more_to_do(), count < timers.size());
  }
  EXPECT_EQ(count, timers.size());
}

TEST(TimerWheelTest, AgreesWithASortedMapOverRandomOperations) {
  std::mt19937_64 random(3);
  TimerWheel wheel;
  std::multimap<int64_t, Timer*> model;
  std::vector<std::unique_ptr<Timer>> timers;
  std::vector<Timer*> idle;
  for (int i = 0; i < 300; ++i) {
    timers.push_back(std::make_unique<Timer>());
    idle.push_back(timers.back().get());
  }
  int64_t now = 0;
  for (int step = 0; step < 200'000; ++step) {
    switch (random() % 4) {
      case 0:
      case 1:
        if (!idle.empty()) {
          Timer* timer = idle.back();
          idle.pop_back();
          const int64_t span = int64_t{1} << random() % 40;
          timer->deadline = Instant(now + static_cast<int64_t>(random() % span));
          wheel.Insert(*timer);
          model.emplace(timer->deadline.ns(), timer);
        }
        break;
      case 2:
        if (!model.empty()) {
          auto it = std::next(model.begin(), random() % model.size());
          ASSERT_TRUE(wheel.Remove(*it->second));
          idle.push_back(it->second);
          model.erase(it);
        }
        break;
      case 3:
        now += random() % (int64_t{1} << random() % 38);
        ASSERT_LE(wheel.NextEvent(),
                  model.empty() ? INT64_MAX : std::max(now, model.begin()->first));
        while (Timer* timer = Pop(wheel, now)) {
          ASSERT_FALSE(model.empty());
          ASSERT_EQ(timer->deadline.ns(), model.begin()->first);
          auto [first, last] = model.equal_range(timer->deadline.ns());
          while (first != last && first->second != timer) ++first;
          ASSERT_NE(first, last);
          model.erase(first);
          idle.push_back(timer);
        }
        ASSERT_TRUE(model.empty() || model.begin()->first > now);
        break;
    }
  }
  for (auto& timer : timers) wheel.Remove(*timer);
}

}  // namespace
}  // namespace sirocco::sched
