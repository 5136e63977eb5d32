// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/async/completion.h"

#include <gtest/gtest.h>

#include <vector>

#include "kernel/async/timer.h"
#include "kernel/base/units.h"
#include "tests/support/detached.h"
#include "tests/support/test_executor.h"
#include "tests/unit/async/gate.h"

namespace sirocco {
namespace {

/// An operation without a lock: whoever comes first completes it.
class BareOp : public async::Completion {
 public:
  void Cancel(zx_status_t reason = ZX_ERR_CANCELED) { Complete(reason); }
  bool Finish(zx_status_t status) { return Complete(status); }
  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> waiter) {
    Arm(waiter);
    return true;
  }
  zx_status_t await_resume() const { return status(); }
};

Detached Await(BareOp& op, std::vector<zx_status_t>& outcomes) {
  auto status = co_await op;
  outcomes.push_back(status);
}

Detached AwaitGate(Gate& gate, std::vector<zx_status_t>& outcomes, Gate::WaitOp** out = nullptr) {
  Gate::WaitOp wait = gate.Wait();
  if (out != nullptr) *out = &wait;
  auto status = co_await wait;
  outcomes.push_back(status);
}

TEST(CompletionTest, CompletesOnceAndNotOnTheCompletersStack) {
  sched::TestExecutor executor;
  BareOp op;
  std::vector<zx_status_t> outcomes;
  Await(op, outcomes);
  EXPECT_TRUE(op.Finish(ZX_OK));
  EXPECT_TRUE(outcomes.empty());
  EXPECT_EQ(executor.posted_count(), 1u);
  executor.RunUntilStalled();
  EXPECT_EQ(outcomes, std::vector{ZX_OK});
}

TEST(CompletionTest, OutcomeThenCancelKeepsTheOutcome) {
  sched::TestExecutor executor;
  BareOp op;
  std::vector<zx_status_t> outcomes;
  Await(op, outcomes);
  EXPECT_TRUE(op.Finish(ZX_OK));
  op.Cancel();
  EXPECT_EQ(executor.RunUntilStalled(), 1u);
  EXPECT_EQ(outcomes, std::vector{ZX_OK});
}

TEST(CompletionTest, CancelThenOutcomeKeepsTheCancel) {
  sched::TestExecutor executor;
  BareOp op;
  std::vector<zx_status_t> outcomes;
  Await(op, outcomes);
  op.Cancel();
  EXPECT_FALSE(op.Finish(ZX_OK));
  EXPECT_EQ(executor.RunUntilStalled(), 1u);
  EXPECT_EQ(outcomes, std::vector{ZX_ERR_CANCELED});
}

TEST(CompletionTest, CancelCarriesItsReason) {
  sched::TestExecutor executor;
  BareOp op;
  std::vector<zx_status_t> outcomes;
  Await(op, outcomes);
  op.Cancel(ZX_ERR_TIMED_OUT);
  executor.RunUntilStalled();
  EXPECT_EQ(outcomes, std::vector{ZX_ERR_TIMED_OUT});
}

TEST(CompletionTest, AnInlineOutcomeKeepsTheWaiterRunning) {
  sched::TestExecutor executor;
  Gate gate;
  gate.Open();
  std::vector<zx_status_t> outcomes;
  AwaitGate(gate, outcomes);
  EXPECT_EQ(outcomes, std::vector{ZX_OK});
  EXPECT_EQ(executor.posted_count(), 0u);
}

TEST(CompletionTest, SignalThenCancelOfALockedOperation) {
  sched::TestExecutor executor;
  Gate gate;
  std::vector<zx_status_t> outcomes;
  Gate::WaitOp* wait = nullptr;
  AwaitGate(gate, outcomes, &wait);
  gate.Open();
  wait->Cancel();
  EXPECT_EQ(executor.RunUntilStalled(), 1u);
  EXPECT_EQ(outcomes, std::vector{ZX_OK});
}

TEST(CompletionTest, CancelThenSignalOfALockedOperation) {
  sched::TestExecutor executor;
  Gate gate;
  std::vector<zx_status_t> outcomes;
  Gate::WaitOp* wait = nullptr;
  AwaitGate(gate, outcomes, &wait);
  wait->Cancel();
  gate.Open();
  EXPECT_EQ(executor.RunUntilStalled(), 1u);
  EXPECT_EQ(outcomes, std::vector{ZX_ERR_CANCELED});
}

TEST(CompletionTest, CancelBeforeTheStartChangesNothing) {
  sched::TestExecutor executor;
  Gate gate;
  Gate::WaitOp wait = gate.Wait();
  wait.Cancel();
  EXPECT_FALSE(wait.is_done());
}

TEST(CompletionTest, WaitersGoOnInTheOrderOfCompletion) {
  sched::TestExecutor executor;
  BareOp first, second;
  std::vector<zx_status_t> outcomes;
  Await(first, outcomes);
  Await(second, outcomes);
  second.Finish(ZX_ERR_BAD_STATE);
  first.Finish(ZX_OK);
  executor.RunUntilStalled();
  EXPECT_EQ(outcomes, (std::vector{ZX_ERR_BAD_STATE, ZX_OK}));
}

TEST(CompletionTest, AWaitInheritsThePriorityOfWhoStartsIt) {
  sched::TestExecutor executor;
  BareOp low, high;
  std::vector<zx_status_t> outcomes;
  executor.set_current_priority(5);
  Await(low, outcomes);
  executor.set_current_priority(20);
  Await(high, outcomes);
  low.Finish(ZX_ERR_BAD_STATE);
  high.Finish(ZX_OK);
  executor.RunUntilStalled();
  EXPECT_EQ(outcomes, (std::vector{ZX_OK, ZX_ERR_BAD_STATE}));
}

Detached AwaitTwice(BareOp& first, BareOp& second, std::vector<zx_status_t>& outcomes) {
  auto one = co_await first;
  outcomes.push_back(one);
  auto two = co_await second;
  outcomes.push_back(two);
}

TEST(CompletionTest, ThePriorityIsKeptAcrossSuspensions) {
  sched::TestExecutor executor;
  BareOp first, second;
  std::vector<zx_status_t> outcomes;
  executor.set_current_priority(20);
  AwaitTwice(first, second, outcomes);
  executor.set_current_priority(5);
  first.Finish(ZX_OK);
  executor.RunUntilStalled();
  EXPECT_EQ(second.priority(), 20);
  second.Finish(ZX_OK);
  executor.RunUntilStalled();
}

TEST(CompletionTest, DestroyingAnArmedOperationPanics) {
  sched::TestExecutor executor;
  struct Noop {
    static Detached Wait(BareOp& op) { co_await op; }
  };
  EXPECT_DEATH(
      {
        BareOp op;
        Noop::Wait(op);
      },
      "kArmed");
}

TEST(CompletionTest, TheStatusOfAnUnfinishedOperationPanics) {
  sched::TestExecutor executor;
  BareOp op;
  EXPECT_DEATH(static_cast<void>(op.status()), "is_done");
}

TEST(CompletionTest, AnOperationIsUsedOnce) {
  sched::TestExecutor executor;
  BareOp op;
  std::vector<zx_status_t> outcomes;
  Await(op, outcomes);
  op.Finish(ZX_OK);
  executor.RunUntilStalled();
  EXPECT_DEATH(Await(op, outcomes), "kIdle");
}

Detached YieldAndNote(std::vector<int>& log, int who, int times) {
  for (int i = 0; i < times; ++i) {
    log.push_back(who);
    async::YieldOp yield;
    co_await yield;
  }
}

TEST(YieldTest, ItGoesBehindItsEquals) {
  sched::TestExecutor executor;
  std::vector<int> log;
  YieldAndNote(log, 1, 3);
  YieldAndNote(log, 2, 3);
  executor.RunUntilStalled();
  EXPECT_EQ(log, (std::vector{1, 2, 1, 2, 1, 2}));
}

Detached SleepUntil(Instant deadline, std::vector<zx_status_t>& outcomes,
                    async::SleepOp** out = nullptr) {
  async::SleepOp sleep(deadline);
  if (out != nullptr) *out = &sleep;
  auto status = co_await sleep;
  outcomes.push_back(status);
}

TEST(SleepTest, ItIsNeverEarly) {
  sched::TestExecutor executor;
  std::vector<zx_status_t> outcomes;
  SleepUntil(100, outcomes);
  executor.AdvanceTo(99);
  EXPECT_TRUE(outcomes.empty());
  executor.AdvanceTo(100);
  EXPECT_EQ(outcomes, std::vector{ZX_OK});
}

TEST(SleepTest, APastDeadlineDoesNotSuspend) {
  sched::TestExecutor executor;
  executor.AdvanceTo(100);
  std::vector<zx_status_t> outcomes;
  SleepUntil(100, outcomes);
  EXPECT_EQ(outcomes, std::vector{ZX_OK});
}

TEST(SleepTest, CancelThenTimeYieldsTheCancel) {
  sched::TestExecutor executor;
  std::vector<zx_status_t> outcomes;
  async::SleepOp* sleep = nullptr;
  SleepUntil(100, outcomes, &sleep);
  sleep->Cancel();
  EXPECT_EQ(executor.test_timers().armed_count(), 0u);
  executor.AdvanceTo(100);
  EXPECT_EQ(outcomes, std::vector{ZX_ERR_CANCELED});
}

TEST(SleepTest, TimeThenCancelYieldsTheTime) {
  sched::TestExecutor executor;
  std::vector<zx_status_t> outcomes;
  async::SleepOp* sleep = nullptr;
  SleepUntil(100, outcomes, &sleep);
  EXPECT_TRUE(executor.test_timers().FireNext(100));
  sleep->Cancel();
  executor.RunUntilStalled();
  EXPECT_EQ(outcomes, std::vector{ZX_OK});
}

TEST(SleepTest, SleepersWakeInTheOrderOfDeadlines) {
  sched::TestExecutor executor;
  std::vector<int> log;
  struct Local {
    static Detached Sleep(Instant deadline, std::vector<int>& log, int who) {
      async::SleepOp sleep(deadline);
      co_await sleep;
      log.push_back(who);
    }
  };
  Local::Sleep(30, log, 3);
  Local::Sleep(10, log, 1);
  Local::Sleep(20, log, 2);
  executor.AdvanceTo(1000);
  EXPECT_EQ(log, (std::vector{1, 2, 3}));
}

}  // namespace
}  // namespace sirocco
