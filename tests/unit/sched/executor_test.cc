// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/sched/executor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <memory>
#include <thread>
#include <vector>

#include "kernel/arch/clock.h"
#include "kernel/arch/hart.h"
#include "kernel/arch/host/interrupts.h"
#include "kernel/arch/host/this_hart.h"
#include "kernel/async/task.h"
#include "kernel/async/timer.h"
#include "tests/support/harts.h"

namespace sirocco::sched {
namespace {

using support::Harts;

struct Counting : async::Runnable {
  explicit Counting(std::atomic<int>& runs) : Runnable(&OnRun), runs(runs) {}
  static void OnRun(Runnable& self) { ++static_cast<Counting&>(self).runs; }
  std::atomic<int>& runs;
};

struct Retired : RetireNode {
  explicit Retired(std::atomic<int>& reclaimed) : RetireNode(&OnReclaim), reclaimed(reclaimed) {}
  static void OnReclaim(RetireNode& self) { ++static_cast<Retired&>(self).reclaimed; }
  std::atomic<int>& reclaimed;
};

TEST(HartExecutorTest, ATurnRunsOneRunnable) {
  Harts harts(1);
  std::atomic<int> runs{0};
  Counting first(runs), second(runs);
  HartExecutor& executor = HartExecutor::Current();
  executor.Post(first);
  executor.Post(second);
  EXPECT_TRUE(executor.Turn(false));
  EXPECT_EQ(runs, 1);
  EXPECT_TRUE(executor.Turn(false));
  EXPECT_EQ(runs, 2);
  EXPECT_FALSE(executor.Turn(false));
}

TEST(HartExecutorTest, PostingNeverRunsOnTheCallersStack) {
  Harts harts(1);
  std::atomic<int> runs{0};
  Counting runnable(runs);
  HartExecutor::Current().Post(runnable);
  EXPECT_EQ(runs, 0);
  HartExecutor::Current().Turn(false);
}

TEST(HartExecutorTest, OnOneHartWhatIsRetiredGoesAtTheNextQuietPoint) {
  Harts harts(1);
  std::atomic<int> reclaimed{0};
  Retired node(reclaimed);
  Retire(node);
  EXPECT_EQ(reclaimed, 0);
  HartExecutor::Current().Turn(false);
  EXPECT_EQ(reclaimed, 1);
}

TEST(HartExecutorTest, ACallsEndReclaimsAFewWhenNobodyElseIsAwake) {
  Harts harts(1);
  constexpr int kRounds = 30;
  std::atomic<int> reclaimed{0};
  std::deque<Retired> nodes;
  int most = 0;
  for (int round = 0; round < kRounds; ++round) {
    Retire(nodes.emplace_back(reclaimed));
    const int before = reclaimed;
    EndPlainCall();
    most = std::max(most, reclaimed - before);
  }
  EXPECT_EQ(most, 3);
  EXPECT_EQ(reclaimed, kRounds);
}

TEST(HartExecutorTest, ACallsEndLeavesWhatManyStepsAreLeftOf) {
  Harts harts(1);
  struct Long : RetireNode {
    explicit Long(int& steps_left) : RetireNode(&OnReclaim), steps_left(steps_left) {}
    static void OnReclaim(RetireNode& self) {
      auto& node = static_cast<Long&>(self);
      ReclaimTook(30);
      if (--node.steps_left != 0) ReclaimOn(node);
    }
    int& steps_left;
  };
  int steps_left = 3;
  std::atomic<int> reclaimed{0};
  Long first(steps_left);
  Retired second(reclaimed);
  Retire(first, 30);
  Retire(second);
  EndPlainCall();
  EXPECT_EQ(steps_left, 2);
  EXPECT_EQ(reclaimed, 0);
  while (HartExecutor::Current().Turn(false)) {
  }
  EXPECT_EQ(steps_left, 0);
  EXPECT_EQ(reclaimed, 1);
}

TEST(HartExecutorTest, NothingIsReclaimedWhileAnotherHartIsInAPlainCall) {
  Harts harts(2);
  std::atomic<int> reclaimed{0};
  std::atomic<bool> is_inside{false}, may_leave{false};
  struct PlainCall : async::Runnable {
    PlainCall(std::atomic<bool>& inside, std::atomic<bool>& leave)
        : Runnable(&OnRun), inside(inside), leave(leave) {}
    static void OnRun(Runnable& self) {
      auto& call = static_cast<PlainCall&>(self);
      call.inside = true;
      while (!call.leave) std::this_thread::yield();
    }
    std::atomic<bool>&inside, &leave;
  } call(is_inside, may_leave);
  harts.PostTo(1, call);
  while (!is_inside) std::this_thread::yield();
  Retired node(reclaimed);
  Retire(node);
  std::deque<Retired> more;
  for (int turn = 0; turn < 100; ++turn) {
    HartExecutor::Current().Turn(false);
    Retire(more.emplace_back(reclaimed));
    EndPlainCall();
  }
  EXPECT_EQ(reclaimed, 0);
  may_leave = true;
  while (reclaimed != 101) HartExecutor::Current().Turn(false);
}

TEST(HartExecutorTest, ATimerThatPostsIsOneInterrupt) {
  Harts harts(1);
  HartExecutor& executor = HartExecutor::Current();
  struct Posting : async::TimerNode {
    explicit Posting(async::Runnable& posted) : TimerNode(&OnFire), posted(posted) {}
    static void OnFire(TimerNode& self) {
      HartExecutor::Current().Post(static_cast<Posting&>(self).posted);
    }
    async::Runnable& posted;
  };
  std::atomic<int> runs{0};
  Counting runnable(runs);
  Posting timer(runnable);
  const Instant deadline = arch::Clock::Now() + Nanoseconds(1'000'000);
  executor.hart_timers().Arm(timer, deadline, Nanoseconds(0));
  executor.BeginSlice(runnable.priority(), arch::Clock::Ticks());  // A vCPU, alone.
  arch::Clock::AdvanceTo(deadline);
  ASSERT_TRUE(arch::is_timer_due());
  arch::TakeInterrupts();
  executor.ProgramTimer();  // As at the end of OnUserInterrupt.
  EXPECT_FALSE(arch::is_timer_due());
  // The slice that began with the post ends.
  arch::Clock::AdvanceTo(deadline + kSlice);
  EXPECT_TRUE(arch::is_timer_due());
  arch::TakeInterrupts();
  executor.EndSlice();
  executor.Turn(false);
  EXPECT_EQ(runs, 1);
}

// A29, for kernel coroutines: the threads' figure is taken on the machine.
TEST(HartExecutorTest, FourHartsRunEachOfAHundredThousandPostsOnce) {
  constexpr int kRunnables = 64;
  constexpr int kRuns = 100'000;
  Harts harts(4);
  struct Hopping : async::Runnable {
    Hopping() : Runnable(&OnRun) {}
    static void OnRun(Runnable& self) {
      auto& me = static_cast<Hopping&>(self);
      // Never twice at a time.
      EXPECT_EQ(me.inside.exchange(1), 0);
      const int left = --*me.left;
      me.inside.store(0);
      if (left >= kRunnables) {
        HartExecutor::Current().Post(me);
      } else {
        --*me.alive;
      }
    }
    std::atomic<int> inside{0};
    std::atomic<int>* left = nullptr;
    std::atomic<int>* alive = nullptr;
  };
  std::atomic<int> left{kRuns + kRunnables}, alive{kRunnables};
  std::vector<std::unique_ptr<Hopping>> hopping;
  for (int i = 0; i < kRunnables; ++i) {
    hopping.push_back(std::make_unique<Hopping>());
    hopping.back()->left = &left;
    hopping.back()->alive = &alive;
    HartExecutor::Current().Post(*hopping.back());
  }
  while (alive != 0) HartExecutor::Current().Turn(false);
  EXPECT_LE(left, kRunnables);
  EXPECT_GE(left, 0);
}

TEST(HartExecutorTest, ASleepingHartIsWokenByEveryPost) {
  Harts harts(2);
  arch::Clock::SetMode(arch::Clock::Mode::kReal);
  std::atomic<int> runs{0};
  for (int i = 1; i <= 200; ++i) {
    Counting runnable(runs);
    harts.PostTo(1, runnable);
    while (runs < i) std::this_thread::yield();
  }
  arch::Clock::SetMode(arch::Clock::Mode::kSimulated);
}

}  // namespace
}  // namespace sirocco::sched
