// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/async/deadline.h"

#include <gtest/gtest.h>

#include <vector>

#include "kernel/async/cancel.h"
#include "kernel/async/completion.h"
#include "kernel/async/select.h"
#include "kernel/base/units.h"
#include "tests/support/detached.h"
#include "tests/support/test_executor.h"
#include "tests/unit/async/gate.h"

namespace sirocco {
namespace {

using async::CancelSource;
using async::CancelToken;

Detached TakeBy(Box& box, Instant deadline, CancelToken token, std::vector<zx_status_t>& outcomes,
                async::Group** out = nullptr) {
  Box::TakeOp take = box.Take();
  auto bounded = async::WithDeadlineAndCancel(take, deadline, Nanoseconds(0), token);
  if (out != nullptr) *out = &bounded;
  auto status = co_await bounded;
  outcomes.push_back(status);
}

class DeadlineTest : public testing::Test {
 protected:
  sched::TestExecutor executor_;
  Box box_;
  CancelSource source_;
  std::vector<zx_status_t> outcomes_;
};

TEST_F(DeadlineTest, AnOutcomeInTimeDisarmsTheTimer) {
  TakeBy(box_, 100, {}, outcomes_);
  EXPECT_EQ(executor_.test_timers().armed_count(), 1u);
  box_.Put();
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes_, std::vector{ZX_OK});
  EXPECT_EQ(executor_.test_timers().armed_count(), 0u);
}

TEST_F(DeadlineTest, TheDeadlineEndsTheWaitWithTimedOut) {
  TakeBy(box_, 100, {}, outcomes_);
  executor_.AdvanceTo(99);
  EXPECT_TRUE(outcomes_.empty());
  executor_.AdvanceTo(100);
  EXPECT_EQ(outcomes_, std::vector{ZX_ERR_TIMED_OUT});
  box_.Put();
  EXPECT_EQ(box_.count(), 1u);
}

TEST_F(DeadlineTest, OutcomeThenDeadlineKeepsTheOutcome) {
  TakeBy(box_, 100, {}, outcomes_);
  box_.Put();
  EXPECT_TRUE(executor_.test_timers().FireNext(100));
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes_, std::vector{ZX_OK});
}

TEST_F(DeadlineTest, DeadlineThenOutcomeBeforeItsCancelKeepsTheOutcome) {
  TakeBy(box_, 100, {}, outcomes_);
  EXPECT_TRUE(executor_.test_timers().FireNext(100));
  box_.Put();  // The timer was first, but nothing may be lost.
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes_, std::vector{ZX_OK});
  EXPECT_EQ(box_.count(), 0u);
}

TEST_F(DeadlineTest, APastDeadlinePolls) {
  executor_.AdvanceTo(100);
  TakeBy(box_, 50, {}, outcomes_);
  box_.Put();
  TakeBy(box_, 50, {}, outcomes_);
  EXPECT_EQ(outcomes_, (std::vector{ZX_ERR_TIMED_OUT, ZX_OK}));
  EXPECT_EQ(executor_.posted_count(), 0u);
}

TEST_F(DeadlineTest, AnInfiniteDeadlineArmsNoTimer) {
  TakeBy(box_, Instant::Infinite(), {}, outcomes_);
  EXPECT_EQ(executor_.test_timers().armed_count(), 0u);
  box_.Put();
  EXPECT_EQ(executor_.RunUntilStalled(), 1u);
  EXPECT_EQ(outcomes_, std::vector{ZX_OK});
}

TEST_F(DeadlineTest, AReadyOperationArmsNothing) {
  box_.Put();
  TakeBy(box_, 100, source_, outcomes_);
  EXPECT_EQ(executor_.test_timers().armed_count(), 0u);
  EXPECT_EQ(outcomes_, std::vector{ZX_OK});
  source_.Cancel();
}

TEST_F(DeadlineTest, TheTokenEndsTheWaitWithCanceled) {
  TakeBy(box_, 100, source_, outcomes_);
  source_.Cancel();
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes_, std::vector{ZX_ERR_CANCELED});
  EXPECT_EQ(executor_.test_timers().armed_count(), 0u);
}

TEST_F(DeadlineTest, OutcomeThenTokenKeepsTheOutcome) {
  TakeBy(box_, 100, source_, outcomes_);
  box_.Put();
  source_.Cancel();
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes_, std::vector{ZX_OK});
}

TEST_F(DeadlineTest, TokenThenOutcomeKeepsTheOutcome) {
  TakeBy(box_, 100, source_, outcomes_);
  source_.Cancel();
  box_.Put();
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes_, std::vector{ZX_OK});
  EXPECT_EQ(box_.count(), 0u);
}

TEST_F(DeadlineTest, TokenThenDeadlineIsCanceled) {
  TakeBy(box_, 100, source_, outcomes_);
  source_.Cancel();
  EXPECT_TRUE(executor_.test_timers().FireNext(100));
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes_, std::vector{ZX_ERR_CANCELED});
}

TEST_F(DeadlineTest, DeadlineThenTokenIsTimedOut) {
  TakeBy(box_, 100, source_, outcomes_);
  EXPECT_TRUE(executor_.test_timers().FireNext(100));
  source_.Cancel();
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes_, std::vector{ZX_ERR_TIMED_OUT});
}

TEST_F(DeadlineTest, ATokenCancelledBeforehandEndsTheWaitAtOnce) {
  source_.Cancel();
  TakeBy(box_, 100, source_, outcomes_);
  EXPECT_EQ(outcomes_, std::vector{ZX_ERR_CANCELED});
  EXPECT_EQ(executor_.test_timers().armed_count(), 0u);
}

TEST_F(DeadlineTest, ATokenCancelledBeforehandStillTakesWhatIsReady) {
  source_.Cancel();
  box_.Put();
  TakeBy(box_, 100, source_, outcomes_);
  EXPECT_EQ(outcomes_, std::vector{ZX_OK});
}

TEST_F(DeadlineTest, CancellingTheBoundedWaitPassesTheReasonOn) {
  async::Group* bounded = nullptr;
  TakeBy(box_, 100, source_, outcomes_, &bounded);
  bounded->Cancel(ZX_ERR_PEER_CLOSED);
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes_, std::vector{ZX_ERR_PEER_CLOSED});
  EXPECT_EQ(executor_.test_timers().armed_count(), 0u);
}

Detached SelectBy(Box& a, Box& b, Instant deadline, async::SelectResult& out) {
  Box::TakeOp first = a.Take();
  Box::TakeOp second = b.Take();
  auto select = async::Select(first, second);
  auto bounded = async::WithDeadline(select, deadline);
  auto result = co_await bounded;
  out = result;
}

TEST_F(DeadlineTest, ABoundedSelectYieldsWhatSelectYields) {
  Box other;
  async::SelectResult result{7, ZX_ERR_INTERNAL};
  SelectBy(box_, other, 100, result);
  other.Put();
  executor_.RunUntilStalled();
  EXPECT_EQ(result.winner, 1u);
  EXPECT_EQ(result.status, ZX_OK);
}

TEST_F(DeadlineTest, ABoundedSelectTimesOutWithoutAWinner) {
  Box other;
  async::SelectResult result{7, ZX_ERR_INTERNAL};
  SelectBy(box_, other, 100, result);
  executor_.AdvanceTo(100);
  EXPECT_EQ(result.winner, async::SelectResult::kNobody);
  EXPECT_EQ(result.status, ZX_ERR_TIMED_OUT);
}

TEST_F(DeadlineTest, AnItemTakenWhileASelectTimesOutMakesItsTakerTheWinner) {
  Box other;
  async::SelectResult result{7, ZX_ERR_INTERNAL};
  SelectBy(box_, other, 100, result);
  EXPECT_TRUE(executor_.test_timers().FireNext(100));
  other.Put();  // Before the executor cancels the select.
  executor_.RunUntilStalled();
  EXPECT_EQ(result.winner, 1u);
  EXPECT_EQ(result.status, ZX_OK);
}

Detached DeadlineInDeadline(Box& box, Instant inner, Instant outer,
                            std::vector<zx_status_t>& outcomes) {
  Box::TakeOp take = box.Take();
  auto first = async::WithDeadline(take, inner);
  auto second = async::WithDeadline(first, outer);
  auto status = co_await second;
  outcomes.push_back(status);
}

TEST_F(DeadlineTest, TheEarlierOfTwoDeadlinesEndsTheWait) {
  DeadlineInDeadline(box_, 10, 20, outcomes_);
  DeadlineInDeadline(box_, 40, 30, outcomes_);
  executor_.AdvanceTo(10);
  EXPECT_EQ(outcomes_.size(), 1u);
  executor_.AdvanceTo(30);
  EXPECT_EQ(outcomes_, (std::vector{ZX_ERR_TIMED_OUT, ZX_ERR_TIMED_OUT}));
  EXPECT_EQ(executor_.test_timers().armed_count(), 0u);
}

TEST_F(DeadlineTest, OneSourceEndsEveryWaitThatCarriesIt) {
  for (int i = 0; i < 200; ++i) TakeBy(box_, Instant::Infinite(), source_, outcomes_);
  source_.Cancel();
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes_, std::vector<zx_status_t>(200, ZX_ERR_CANCELED));
}

Detached AwaitCancelled(CancelSource& source, std::vector<zx_status_t>& outcomes,
                        async::CancelledOp** out = nullptr) {
  async::CancelledOp cancelled(source);
  if (out != nullptr) *out = &cancelled;
  auto status = co_await cancelled;
  outcomes.push_back(status);
}

TEST_F(DeadlineTest, TheRequestItselfCanBeAwaited) {
  AwaitCancelled(source_, outcomes_);
  source_.Cancel();
  executor_.RunUntilStalled();
  AwaitCancelled(source_, outcomes_);
  EXPECT_EQ(outcomes_, (std::vector{ZX_OK, ZX_OK}));
}

TEST_F(DeadlineTest, WaitingForTheRequestCanBeCancelled) {
  async::CancelledOp* cancelled = nullptr;
  AwaitCancelled(source_, outcomes_, &cancelled);
  cancelled->Cancel(ZX_ERR_TIMED_OUT);
  source_.Cancel();
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes_, std::vector{ZX_ERR_TIMED_OUT});
}

TEST_F(DeadlineTest, CancellingASourceTwiceIsCancellingItOnce) {
  TakeBy(box_, 100, source_, outcomes_);
  source_.Cancel();
  source_.Cancel();
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes_, std::vector{ZX_ERR_CANCELED});
  EXPECT_TRUE(source_.is_cancelled());
}

TEST_F(DeadlineTest, AnEmptyTokenIsNeverCancelled) {
  EXPECT_FALSE(CancelToken().is_cancelled());
  EXPECT_FALSE(CancelToken(source_).is_cancelled());
  source_.Cancel();
  EXPECT_TRUE(CancelToken(source_).is_cancelled());
}

}  // namespace
}  // namespace sirocco
