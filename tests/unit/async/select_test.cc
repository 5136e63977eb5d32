// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/async/select.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "kernel/async/completion.h"
#include "kernel/async/timer.h"
#include "tests/support/detached.h"
#include "tests/support/test_executor.h"
#include "tests/unit/async/gate.h"

namespace sirocco {
namespace {

using async::AnyOperation;
using async::Select;
using async::SelectResult;

struct Outcome {
  std::optional<SelectResult> result;
  std::vector<zx_status_t> statuses;  // Of the operations that were started.
  bool is_done() const { return result.has_value(); }
  size_t winner() const { return result->winner; }
  zx_status_t status() const { return result->status; }
};

template <typename... Ops>
void Note(Outcome& outcome, SelectResult result, Ops&... ops) {
  outcome.result = result;
  ((ops.is_done() ? outcome.statuses.push_back(ops.status()) : void()), ...);
}

Detached SelectTwo(Box& a, Box& b, Outcome& outcome, async::Group** out = nullptr) {
  Box::TakeOp first = a.Take();
  Box::TakeOp second = b.Take();
  auto select = Select(first, second);
  if (out != nullptr) *out = &select;
  auto result = co_await select;
  Note(outcome, result, first, second);
}

TEST(SelectTest, TheFirstOutcomeWinsAndTheOtherIsCancelled) {
  sched::TestExecutor executor;
  Box a, b;
  Outcome outcome;
  SelectTwo(a, b, outcome);
  b.Put();
  EXPECT_FALSE(outcome.is_done());
  executor.RunUntilStalled();
  ASSERT_TRUE(outcome.is_done());
  EXPECT_EQ(outcome.winner(), 1u);
  EXPECT_EQ(outcome.status(), ZX_OK);
  EXPECT_EQ(outcome.statuses, (std::vector{ZX_ERR_CANCELED, ZX_OK}));
}

TEST(SelectTest, TheFirstPositionWinsWhenBothAreReady) {
  sched::TestExecutor executor;
  Box a, b;
  a.Put();
  b.Put();
  Outcome outcome;
  SelectTwo(a, b, outcome);
  EXPECT_EQ(outcome.winner(), 0u);
  EXPECT_EQ(b.count(), 1u);  // The second was not even started.
  EXPECT_EQ(outcome.statuses.size(), 1u);
}

TEST(SelectTest, AReadySecondEndsTheFirstThatWaits) {
  sched::TestExecutor executor;
  Box a, b;
  b.Put();
  Outcome outcome;
  SelectTwo(a, b, outcome);
  ASSERT_TRUE(outcome.is_done());  // Nothing to wait for: it never suspended.
  EXPECT_EQ(outcome.winner(), 1u);
  EXPECT_EQ(outcome.statuses, (std::vector{ZX_ERR_CANCELED, ZX_OK}));
}

TEST(SelectTest, ALoserThatCompletedBeforeItsCancelSaysSo) {
  sched::TestExecutor executor;
  Box a, b;
  Outcome outcome;
  SelectTwo(a, b, outcome);
  b.Put();
  a.Put();  // Before the executor gets to cancel it.
  executor.RunUntilStalled();
  EXPECT_EQ(outcome.winner(), 1u);
  EXPECT_EQ(outcome.statuses, (std::vector{ZX_OK, ZX_OK}));
}

TEST(SelectTest, ACancelledSelectHasNoWinner) {
  sched::TestExecutor executor;
  Box a, b;
  Outcome outcome;
  async::Group* select = nullptr;
  SelectTwo(a, b, outcome, &select);
  select->Cancel(ZX_ERR_TIMED_OUT);
  EXPECT_FALSE(outcome.is_done());
  executor.RunUntilStalled();
  EXPECT_EQ(outcome.winner(), SelectResult::kNobody);
  EXPECT_EQ(outcome.status(), ZX_ERR_TIMED_OUT);
  EXPECT_EQ(outcome.statuses, (std::vector{ZX_ERR_TIMED_OUT, ZX_ERR_TIMED_OUT}));
}

TEST(SelectTest, OutcomeThenCancelKeepsTheWinner) {
  sched::TestExecutor executor;
  Box a, b;
  Outcome outcome;
  async::Group* select = nullptr;
  SelectTwo(a, b, outcome, &select);
  a.Put();
  select->Cancel(ZX_ERR_TIMED_OUT);
  executor.RunUntilStalled();
  EXPECT_EQ(outcome.winner(), 0u);
  EXPECT_EQ(outcome.status(), ZX_OK);
}

TEST(SelectTest, CancelThenOutcomeLeavesTheItemInTheBox) {
  sched::TestExecutor executor;
  Box a, b;
  Outcome outcome;
  async::Group* select = nullptr;
  SelectTwo(a, b, outcome, &select);
  select->Cancel();
  a.Put();
  executor.RunUntilStalled();
  EXPECT_EQ(outcome.winner(), SelectResult::kNobody);
  EXPECT_EQ(a.count(), 1u);
}

TEST(SelectTest, CancellingTwiceIsCancellingOnce) {
  sched::TestExecutor executor;
  Box a, b;
  Outcome outcome;
  async::Group* select = nullptr;
  SelectTwo(a, b, outcome, &select);
  select->Cancel(ZX_ERR_TIMED_OUT);
  select->Cancel(ZX_ERR_CANCELED);
  executor.RunUntilStalled();
  EXPECT_EQ(outcome.status(), ZX_ERR_TIMED_OUT);
}

Detached SelectNested(Box& a, Box& b, Box& c, Outcome& outcome) {
  Box::TakeOp first = a.Take();
  Box::TakeOp second = b.Take();
  Box::TakeOp third = c.Take();
  auto inner = Select(first, second);
  auto outer = Select(inner, third);
  auto result = co_await outer;
  Note(outcome, result, first, second, third);
}

TEST(SelectTest, AnInnerSelectThatWinsCancelsTheOuterLosers) {
  sched::TestExecutor executor;
  Box a, b, c;
  Outcome outcome;
  SelectNested(a, b, c, outcome);
  b.Put();
  executor.RunUntilStalled();
  EXPECT_EQ(outcome.winner(), 0u);
  EXPECT_EQ(outcome.statuses, (std::vector{ZX_ERR_CANCELED, ZX_OK, ZX_ERR_CANCELED}));
}

TEST(SelectTest, AnOuterWinnerCancelsTheWholeInnerSelect) {
  sched::TestExecutor executor;
  Box a, b, c;
  Outcome outcome;
  SelectNested(a, b, c, outcome);
  c.Put();
  executor.RunUntilStalled();
  EXPECT_EQ(outcome.winner(), 1u);
  EXPECT_EQ(outcome.statuses, (std::vector{ZX_ERR_CANCELED, ZX_ERR_CANCELED, ZX_OK}));
}

TEST(SelectTest, AReadyInnerOperationNeedsNoSuspension) {
  sched::TestExecutor executor;
  Box a, b, c;
  b.Put();
  Outcome outcome;
  SelectNested(a, b, c, outcome);
  EXPECT_TRUE(outcome.is_done());
  EXPECT_EQ(outcome.winner(), 0u);
}

Detached SelectMany(std::vector<Box>& boxes, Outcome& outcome) {
  std::vector<std::unique_ptr<Box::TakeOp>> takes;
  std::vector<AnyOperation> operations;
  for (Box& box : boxes) {
    takes.push_back(std::make_unique<Box::TakeOp>(box));
    operations.push_back(AnyOperation(*takes.back()));
  }
  async::SelectAny select(operations);
  auto result = co_await select;
  outcome.result = result;
  for (auto& take : takes) outcome.statuses.push_back(take->status());
}

TEST(SelectTest, SelectAnyTakesOperationsCountedAtRunTime) {
  sched::TestExecutor executor;
  std::vector<Box> boxes(64);
  Outcome outcome;
  SelectMany(boxes, outcome);
  boxes[37].Put();
  executor.RunUntilStalled();
  EXPECT_EQ(outcome.winner(), 37u);
  EXPECT_EQ(std::count(outcome.statuses.begin(), outcome.statuses.end(), ZX_ERR_CANCELED), 63);
}

Detached SelectNothing(Outcome& outcome) {
  async::SelectAny select(std::span<const AnyOperation>{});
  auto result = co_await select;
  outcome.result = result;
}

TEST(SelectTest, SelectingFromNothingIsAnError) {
  sched::TestExecutor executor;
  Outcome outcome;
  SelectNothing(outcome);
  EXPECT_EQ(outcome.winner(), SelectResult::kNobody);
  EXPECT_EQ(outcome.status(), ZX_ERR_INVALID_ARGS);
}

TEST(SelectTest, LosersAreCancelledOnTheExecutorNotByTheCompleter) {
  sched::TestExecutor executor;
  Box a, b;
  Outcome outcome;
  SelectTwo(a, b, outcome);
  a.Put();  // Holds a's lock while it completes; cancelling b there would take b's under it.
  EXPECT_EQ(executor.posted_count(), 1u);
  EXPECT_EQ(executor.RunUntilStalled(), 1u);  // Cancels, and goes on with the waiter.
  EXPECT_TRUE(outcome.is_done());
}

Detached AwaitAll(Box& a, Gate& b, zx_status_t& status, async::Group** out = nullptr) {
  Box::TakeOp take = a.Take();
  Gate::WaitOp wait = b.Wait();
  auto all = async::WhenAll(take, wait);
  if (out != nullptr) *out = &all;
  auto result = co_await all;
  status = result;
}

TEST(WhenAllTest, ItWaitsForEverybody) {
  sched::TestExecutor executor;
  Box a;
  Gate b;
  zx_status_t status = ZX_ERR_INTERNAL;
  AwaitAll(a, b, status);
  a.Put();
  executor.RunUntilStalled();
  EXPECT_EQ(status, ZX_ERR_INTERNAL);
  b.Open();
  executor.RunUntilStalled();
  EXPECT_EQ(status, ZX_OK);
}

TEST(WhenAllTest, EverybodyReadyNeedsNoSuspension) {
  sched::TestExecutor executor;
  Box a;
  Gate b;
  a.Put();
  b.Open();
  zx_status_t status = ZX_ERR_INTERNAL;
  AwaitAll(a, b, status);
  EXPECT_EQ(status, ZX_OK);
}

TEST(WhenAllTest, ACancelEndsThoseStillWaiting) {
  sched::TestExecutor executor;
  Box a;
  Gate b;
  zx_status_t status = ZX_ERR_INTERNAL;
  async::Group* all = nullptr;
  AwaitAll(a, b, status, &all);
  a.Put();
  all->Cancel(ZX_ERR_TIMED_OUT);
  executor.RunUntilStalled();
  EXPECT_EQ(status, ZX_ERR_TIMED_OUT);
  EXPECT_EQ(b.waiting_count(), 0u);
}

Detached SelectSleepers(async::Group** out, Outcome& outcome) {
  async::SleepOp first(10);
  async::SleepOp second(10);
  auto select = Select(first, second);
  *out = &select;
  auto result = co_await select;
  Note(outcome, result, first, second);
}

TEST(SelectTest, LosingTimersAreDisarmed) {
  sched::TestExecutor executor;
  async::Group* select = nullptr;
  Outcome outcome;
  SelectSleepers(&select, outcome);
  EXPECT_EQ(executor.test_timers().armed_count(), 2u);
  EXPECT_TRUE(executor.test_timers().FireNext(10));
  executor.RunUntilStalled();
  EXPECT_EQ(outcome.statuses, (std::vector{ZX_OK, ZX_ERR_CANCELED}));
  EXPECT_EQ(executor.test_timers().armed_count(), 0u);
}

}  // namespace
}  // namespace sirocco
