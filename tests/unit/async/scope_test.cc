// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/async/scope.h"

#include <gtest/gtest.h>

#include <vector>

#include "kernel/async/cancel.h"
#include "kernel/async/deadline.h"
#include "kernel/async/mutex.h"
#include "kernel/async/select.h"
#include "kernel/async/task.h"
#include "kernel/async/task_op.h"
#include "kernel/base/result.h"
#include "tests/support/detached.h"
#include "tests/support/test_executor.h"
#include "tests/unit/async/gate.h"

namespace sirocco {
namespace {

using async::Mutex;
using async::Scope;

// --- Mutex ---

Detached Enter(Mutex& mutex, Gate& leave, std::vector<int>& log, int who,
               Mutex::LockOp** out = nullptr) {
  Mutex::LockOp lock = mutex.Lock();
  if (out != nullptr) *out = &lock;
  auto status = co_await lock;
  log.push_back(status == ZX_OK ? who : -who);
  Gate::WaitOp wait = leave.Wait();
  co_await wait;
}

class MutexTest : public testing::Test {
 protected:
  sched::TestExecutor executor_;
  Mutex mutex_;
  std::vector<int> log_;
  Gate leave_[4];
};

TEST_F(MutexTest, AFreeMutexIsTakenWithoutSuspending) {
  Enter(mutex_, leave_[0], log_, 1);
  EXPECT_EQ(log_, std::vector{1});
  EXPECT_TRUE(mutex_.is_locked());
  leave_[0].Open();
  executor_.RunUntilStalled();
  EXPECT_FALSE(mutex_.is_locked());
}

TEST_F(MutexTest, WaitersEnterInTheOrderTheyCame) {
  for (int who = 1; who <= 4; ++who) Enter(mutex_, leave_[who - 1], log_, who);
  for (Gate& gate : leave_) {
    gate.Open();
    executor_.RunUntilStalled();
  }
  EXPECT_EQ(log_, (std::vector{1, 2, 3, 4}));
}

TEST_F(MutexTest, NobodyOvertakesTheWaiterItIsHandedTo) {
  Enter(mutex_, leave_[0], log_, 1);
  Enter(mutex_, leave_[1], log_, 2);
  leave_[0].Open();
  executor_.RunOne();  // The first left; the second owns it but has not run.
  Enter(mutex_, leave_[2], log_, 3);
  EXPECT_EQ(log_, std::vector{1});
  executor_.RunUntilStalled();
  EXPECT_EQ(log_, (std::vector{1, 2}));
  leave_[1].Open();
  leave_[2].Open();
  executor_.RunUntilStalled();
}

TEST_F(MutexTest, ACancelledWaiterIsPassedOver) {
  Mutex::LockOp* second = nullptr;
  Enter(mutex_, leave_[0], log_, 1);
  Enter(mutex_, leave_[1], log_, 2, &second);
  Enter(mutex_, leave_[2], log_, 3);
  second->Cancel();
  for (Gate& gate : leave_) gate.Open();
  executor_.RunUntilStalled();
  EXPECT_EQ(log_, (std::vector{1, -2, 3}));
  EXPECT_FALSE(mutex_.is_locked());
}

TEST_F(MutexTest, HandOverThenCancelKeepsTheMutex) {
  Mutex::LockOp* second = nullptr;
  Enter(mutex_, leave_[0], log_, 1);
  Enter(mutex_, leave_[1], log_, 2, &second);
  leave_[0].Open();
  executor_.RunOne();
  second->Cancel();
  executor_.RunUntilStalled();
  EXPECT_EQ(log_, (std::vector{1, 2}));
  leave_[1].Open();
  executor_.RunUntilStalled();
  EXPECT_FALSE(mutex_.is_locked());
}

Detached EnterAndLeaveEarly(Mutex& mutex, std::vector<int>& log) {
  Mutex::LockOp lock = mutex.Lock();
  co_await lock;
  lock.Unlock();
  log.push_back(mutex.is_locked() ? 1 : 0);
}

TEST_F(MutexTest, ItCanBeGivenBackEarly) {
  EnterAndLeaveEarly(mutex_, log_);
  EXPECT_EQ(log_, std::vector{0});
}

Detached LockOrGate(Mutex& mutex, Gate& gate, size_t& winner) {
  Mutex::LockOp lock = mutex.Lock();
  Gate::WaitOp wait = gate.Wait();
  auto select = async::Select(wait, lock);
  auto result = co_await select;
  winner = result.winner;
}

TEST_F(MutexTest, ALosingLockThatWasHandedOverIsGivenBack) {
  Enter(mutex_, leave_[0], log_, 1);
  Gate gate;
  size_t winner = 7;
  LockOrGate(mutex_, gate, winner);
  leave_[0].Open();
  gate.Open();
  executor_.RunUntilStalled();
  EXPECT_EQ(winner, 0u);
  EXPECT_FALSE(mutex_.is_locked());
}

// --- Scope ---

Task<zx_status_t> WaitIn(Scope& scope, Gate& gate, int& ended) {
  Gate::WaitOp wait = gate.Wait();
  auto bounded = async::WithCancel(wait, scope.token());
  auto status = co_await bounded;
  ended += status == ZX_OK ? 1 : 100;
  co_return status;
}

Task<zx_status_t> EndAtOnce(int& ended) {
  ++ended;
  co_return ZX_OK;
}

Detached Join(Scope& scope, bool& is_joined) {
  Scope::JoinOp join = scope.Join();
  auto status = co_await join;
  is_joined = status == ZX_OK;
}

class ScopeTest : public testing::Test {
 protected:
  sched::TestExecutor executor_;
  int ended_ = 0;
  bool is_joined_ = false;
  Gate gate_;
};

TEST_F(ScopeTest, AnEmptyScopeIsJoinedAtOnce) {
  Scope scope;
  Join(scope, is_joined_);
  EXPECT_TRUE(is_joined_);
}

TEST_F(ScopeTest, JoinWaitsForTheLastTask) {
  Scope scope;
  Gate other;
  EXPECT_EQ(scope.Spawn(WaitIn(scope, gate_, ended_)), ZX_OK);
  EXPECT_EQ(scope.Spawn(WaitIn(scope, other, ended_)), ZX_OK);
  Join(scope, is_joined_);
  gate_.Open();
  executor_.RunUntilStalled();
  EXPECT_FALSE(is_joined_);
  other.Open();
  executor_.RunUntilStalled();
  EXPECT_TRUE(is_joined_);
  EXPECT_EQ(ended_, 2);
}

TEST_F(ScopeTest, CancelEndsTheTasksAndTheyAreAwaited) {
  Scope scope;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(scope.Spawn(WaitIn(scope, gate_, ended_)), ZX_OK);
  scope.Cancel();
  Join(scope, is_joined_);
  EXPECT_FALSE(is_joined_);
  executor_.RunUntilStalled();
  EXPECT_TRUE(is_joined_);
  EXPECT_EQ(ended_, 300);
  EXPECT_EQ(executor_.test_frames().live_count(), 0u);
}

TEST_F(ScopeTest, ATaskThatEndsAtOnceLeavesNothingBehind) {
  Scope scope;
  EXPECT_EQ(scope.Spawn(EndAtOnce(ended_)), ZX_OK);
  EXPECT_TRUE(scope.is_joined());
  EXPECT_EQ(executor_.test_frames().live_count(), 0u);
}

TEST_F(ScopeTest, ACancelledScopeRefusesNewTasksWhichNeverRun) {
  Scope scope;
  scope.Cancel();
  EXPECT_EQ(scope.Spawn(EndAtOnce(ended_)), ZX_ERR_CANCELED);
  EXPECT_EQ(ended_, 0);
  EXPECT_EQ(executor_.test_frames().live_count(), 0u);
}

TEST_F(ScopeTest, EveryFailingAllocationOfASpawnIsNoMemoryAndNothingRan) {
  Scope scope;
  for (size_t nth = 1; nth <= 2; ++nth) {
    executor_.test_frames().FailNth(nth);
    EXPECT_EQ(scope.Spawn(EndAtOnce(ended_)), ZX_ERR_NO_MEMORY);
    EXPECT_TRUE(executor_.test_frames().has_failed());
  }
  EXPECT_EQ(ended_, 0);
  EXPECT_EQ(executor_.test_frames().live_count(), 0u);
}

TEST_F(ScopeTest, EndingAScopeWithTasksPanics) {
  EXPECT_DEATH(
      {
        Scope scope;
        if (scope.Spawn(WaitIn(scope, gate_, ended_)) != ZX_OK) return;
      },
      "is_joined");
}

Detached JoinBy(Scope& scope, Instant deadline, zx_status_t& out) {
  Scope::JoinOp join = scope.Join();
  auto bounded = async::WithDeadline(join, deadline);
  auto status = co_await bounded;
  out = status;
}

TEST_F(ScopeTest, AJoinCanTimeOutAndBeRepeated) {
  Scope scope;
  zx_status_t status = ZX_ERR_INTERNAL;
  EXPECT_EQ(scope.Spawn(WaitIn(scope, gate_, ended_)), ZX_OK);
  JoinBy(scope, 10, status);
  executor_.AdvanceTo(10);
  EXPECT_EQ(status, ZX_ERR_TIMED_OUT);
  JoinBy(scope, 20, status);
  gate_.Open();
  executor_.RunUntilStalled();
  EXPECT_EQ(status, ZX_OK);
}

// --- Task as an operation ---

Task<zx_status_t> TakeFrom(Box& box, async::CancelToken token) {
  Box::TakeOp take = box.Take();
  auto bounded = async::WithCancel(take, token);
  auto status = co_await bounded;
  co_return status;
}

Detached RaceTasks(Box& a, Box& b, async::SelectResult& out, std::vector<zx_status_t>& statuses) {
  async::CancelSource source_a, source_b;
  async::TaskOp first(TakeFrom(a, source_a), &source_a);
  async::TaskOp second(TakeFrom(b, source_b), &source_b);
  auto select = async::Select(first, second);
  auto result = co_await select;
  out = result;
  if (first.is_done()) statuses.push_back(first.status());
  if (second.is_done()) statuses.push_back(second.status());
}

TEST(TaskOpTest, TheLosingTaskIsCancelledAndAwaited) {
  sched::TestExecutor executor;
  Box a, b;
  async::SelectResult result;
  std::vector<zx_status_t> statuses;
  RaceTasks(a, b, result, statuses);
  b.Put();
  executor.RunUntilStalled();
  EXPECT_EQ(result.winner, 1u);
  EXPECT_EQ(statuses, (std::vector{ZX_ERR_CANCELED, ZX_OK}));
  EXPECT_EQ(executor.test_frames().live_count(), 0u);
}

TEST(TaskOpTest, ATaskThatEndsAtOnceWinsWithoutSuspending) {
  sched::TestExecutor executor;
  Box a, b;
  a.Put();
  async::SelectResult result;
  std::vector<zx_status_t> statuses;
  RaceTasks(a, b, result, statuses);
  EXPECT_EQ(result.winner, 0u);
  EXPECT_EQ(statuses, std::vector{ZX_OK});
}

Task<Result<uint64_t>> Compute(uint64_t value) {
  async::YieldOp yield;
  co_await yield;
  co_return value;
}

Detached AwaitBoth(uint64_t& sum) {
  async::TaskOp first(Compute(40));
  async::TaskOp second(Compute(2));
  auto both = async::WhenAll(first, second);
  auto status = co_await both;
  EXPECT_EQ(status, ZX_OK);
  auto a = first.await_resume();
  auto b = second.await_resume();
  sum = a.value() + b.value();
}

TEST(TaskOpTest, TasksRunSideBySideAndYieldTheirResults) {
  sched::TestExecutor executor;
  uint64_t sum = 0;
  AwaitBoth(sum);
  executor.RunUntilStalled();
  EXPECT_EQ(sum, 42u);
}

TEST(TaskOpTest, ATaskWithoutAFrameCompletesWithNoMemory) {
  sched::TestExecutor executor;
  struct Local {
    static Detached Await(sched::TestFrames& frames, zx_status_t& out) {
      frames.FailNth(1);
      async::TaskOp op(Compute(1));
      auto result = co_await op;
      out = result.status();
    }
  };
  zx_status_t status = ZX_OK;
  Local::Await(executor.test_frames(), status);
  EXPECT_EQ(status, ZX_ERR_NO_MEMORY);
}

}  // namespace
}  // namespace sirocco
