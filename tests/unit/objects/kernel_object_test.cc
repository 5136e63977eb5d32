// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/kernel_object.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "kernel/async/deadline.h"
#include "kernel/objects/event.h"
#include "kernel/objects/event_pair.h"
#include "tests/support/detached.h"
#include "tests/unit/objects/object_test.h"

namespace sirocco {
namespace {

struct Outcome {
  zx_status_t status;
  zx_signals_t observed;
  bool operator==(const Outcome&) const = default;
};

Detached WaitInto(RefPtr<KernelObject> object, HandleSlot slot, zx_signals_t mask,
                  std::vector<Outcome>& outcomes) {
  KernelObject::SignalWait wait = object->WaitSignals(mask, slot);
  auto status = co_await wait;
  outcomes.push_back({status, wait.observed()});
}

Detached WaitUntil(RefPtr<KernelObject> object, HandleSlot slot, Instant deadline,
                   std::vector<Outcome>& outcomes) {
  KernelObject::SignalWait wait = object->WaitSignals(ZX_EVENT_SIGNALED, slot);
  auto in_time = async::WithDeadline(wait, deadline);
  auto status = co_await in_time;
  outcomes.push_back({status, wait.observed()});
}

class SignalWaitTest : public ObjectTest {
 protected:
  SignalWaitTest() : event_(Event::Create().value()), handle_(Install(event_)) {}
  ~SignalWaitTest() override { event_.reset(); }

  void Signal(zx_signals_t set) { event_->UpdateSignals(Side::kFirst, 0, set); }
  void Clear(zx_signals_t clear) { event_->UpdateSignals(Side::kFirst, clear, 0); }
  void Wait(zx_signals_t mask = ZX_EVENT_SIGNALED) {
    WaitInto(event_, SlotOf(handle_), mask, outcomes_);
  }

  RefPtr<Event> event_;
  HandleValue handle_;
  std::vector<Outcome> outcomes_;
};

constexpr zx_signals_t kClosed = ZX_SIGNAL_HANDLE_CLOSED;

TEST_F(SignalWaitTest, CompletesOnceAndNotOnTheSignallersStack) {
  Wait();
  Signal(ZX_EVENT_SIGNALED);
  EXPECT_TRUE(outcomes_.empty());
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes_, (std::vector<Outcome>{{ZX_OK, ZX_EVENT_SIGNALED}}));
}

TEST_F(SignalWaitTest, ASetSignalLetsTheWaiterRunOn) {
  Signal(ZX_EVENT_SIGNALED);
  Wait();
  EXPECT_EQ(outcomes_, (std::vector<Outcome>{{ZX_OK, ZX_EVENT_SIGNALED}}));
  EXPECT_EQ(executor_.posted_count(), 0u);
}

TEST_F(SignalWaitTest, OtherSignalsWakeNobody) {
  Wait(ZX_USER_SIGNAL_0);
  Signal(ZX_EVENT_SIGNALED | ZX_USER_SIGNAL_1);
  executor_.RunUntilStalled();
  EXPECT_TRUE(outcomes_.empty());
  Signal(ZX_USER_SIGNAL_0);
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes_.size(), 1u);
}

TEST_F(SignalWaitTest, AnyOfTheAskedSignalsIsEnough) {
  Wait(ZX_USER_SIGNAL_0 | ZX_USER_SIGNAL_7);
  Signal(ZX_USER_SIGNAL_7);
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes_, (std::vector<Outcome>{{ZX_OK, ZX_USER_SIGNAL_7}}));
}

TEST_F(SignalWaitTest, EachOfThe32SignalsIsSeenByWhoAsksForIt) {
  for (int bit = 0; bit < 32; ++bit) {
    const zx_signals_t signal = zx_signals_t{1} << bit;
    outcomes_.clear();
    Wait(signal);
    Signal(~signal);
    executor_.RunUntilStalled();
    EXPECT_TRUE(outcomes_.empty()) << bit;
    Signal(signal);
    executor_.RunUntilStalled();
    EXPECT_EQ(outcomes_, (std::vector<Outcome>{{ZX_OK, ~zx_signals_t{0}}})) << bit;
    Clear(~zx_signals_t{0});
  }
}

TEST_F(SignalWaitTest, ASignalThatIsClearedAtOnceStillWakes) {
  Wait();
  Signal(ZX_EVENT_SIGNALED);
  Clear(ZX_EVENT_SIGNALED);
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes_, (std::vector<Outcome>{{ZX_OK, ZX_EVENT_SIGNALED}}));
}

TEST_F(SignalWaitTest, ClearComesBeforeSetInOneUpdate) {
  event_->UpdateSignals(Side::kFirst, ZX_EVENT_SIGNALED, ZX_EVENT_SIGNALED);
  EXPECT_EQ(event_->signals(Side::kFirst), ZX_EVENT_SIGNALED);
}

TEST_F(SignalWaitTest, WaitersAreWokenInTheOrderTheyCame) {
  std::vector<Outcome> first;
  std::vector<Outcome> second;
  WaitInto(event_, SlotOf(handle_), ZX_EVENT_SIGNALED, first);
  WaitInto(event_, SlotOf(handle_), ZX_EVENT_SIGNALED, second);
  Signal(ZX_EVENT_SIGNALED);
  executor_.RunOne();
  EXPECT_EQ(first.size(), 1u);
  EXPECT_TRUE(second.empty());
  executor_.RunUntilStalled();
  EXPECT_EQ(second.size(), 1u);
}

TEST_F(SignalWaitTest, CloseEndsTheWaitsMadeThroughTheHandleWithCanceled) {
  Wait();
  Close(handle_);
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes_, (std::vector<Outcome>{{ZX_ERR_CANCELED, kClosed}}));
}

TEST_F(SignalWaitTest, CloseLeavesWaitsThroughOtherHandlesAlone) {
  const HandleValue other = Install(event_);
  Wait();
  Close(other);
  executor_.RunUntilStalled();
  EXPECT_TRUE(outcomes_.empty());
  Signal(ZX_EVENT_SIGNALED);
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes_.size(), 1u);
}

TEST_F(SignalWaitTest, TakingTheHandleOutEndsTheWaitThoughTheObjectLives) {
  Wait();
  Handle moved = std::move(table_->Remove(handle_).value());
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes_, (std::vector<Outcome>{{ZX_ERR_CANCELED, kClosed}}));
}

TEST_F(SignalWaitTest, SignalThenCloseIsOk) {
  Wait();
  Signal(ZX_EVENT_SIGNALED);
  Close(handle_);
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes_, (std::vector<Outcome>{{ZX_OK, ZX_EVENT_SIGNALED}}));
}

TEST_F(SignalWaitTest, CloseThenSignalIsCanceled) {
  Wait();
  Close(handle_);
  Signal(ZX_EVENT_SIGNALED);
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes_, (std::vector<Outcome>{{ZX_ERR_CANCELED, kClosed}}));
}

TEST_F(SignalWaitTest, AWaitThroughARetiredSlotIsCanceledAtOnce) {
  const HandleSlot slot = SlotOf(handle_);
  Close(handle_);
  WaitInto(event_, slot, ZX_EVENT_SIGNALED, outcomes_);
  EXPECT_EQ(outcomes_, (std::vector<Outcome>{{ZX_ERR_CANCELED, kClosed}}));
}

TEST_F(SignalWaitTest, AWaitThroughARetiredSlotIsCanceledEvenIfTheSignalIsSet) {
  const HandleSlot slot = SlotOf(handle_);
  Close(handle_);
  Signal(ZX_EVENT_SIGNALED);
  WaitInto(event_, slot, ZX_EVENT_SIGNALED, outcomes_);
  EXPECT_EQ(outcomes_[0].status, ZX_ERR_CANCELED);
}

TEST_F(SignalWaitTest, ADeadlineEndsTheWaitAndTheSignalsAreReported) {
  Signal(ZX_USER_SIGNAL_3);
  WaitUntil(event_, SlotOf(handle_), Instant(1000), outcomes_);
  executor_.AdvanceTo(Instant(999));
  EXPECT_TRUE(outcomes_.empty());
  executor_.AdvanceTo(Instant(1000));
  EXPECT_EQ(outcomes_, (std::vector<Outcome>{{ZX_ERR_TIMED_OUT, ZX_USER_SIGNAL_3}}));
}

TEST_F(SignalWaitTest, APastDeadlinePolls) {
  WaitUntil(event_, SlotOf(handle_), Instant(0), outcomes_);
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes_, (std::vector<Outcome>{{ZX_ERR_TIMED_OUT, 0}}));
}

TEST_F(SignalWaitTest, SignalThenDeadlineIsOk) {
  WaitUntil(event_, SlotOf(handle_), Instant(1000), outcomes_);
  Signal(ZX_EVENT_SIGNALED);
  executor_.AdvanceTo(Instant(2000));
  EXPECT_EQ(outcomes_, (std::vector<Outcome>{{ZX_OK, ZX_EVENT_SIGNALED}}));
}

TEST_F(SignalWaitTest, DeadlineThenSignalIsTimedOut) {
  WaitUntil(event_, SlotOf(handle_), Instant(1000), outcomes_);
  executor_.AdvanceTo(Instant(1000));
  Signal(ZX_EVENT_SIGNALED);
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes_, (std::vector<Outcome>{{ZX_ERR_TIMED_OUT, 0}}));
}

TEST_F(SignalWaitTest, TheEndsOfAPairAreSignalledApart) {
  RefPtr<EventPair> pair = EventPair::Create().value();
  const HandleValue first = Install(pair, Side::kFirst);
  const HandleValue second = Install(pair, Side::kSecond);
  std::vector<Outcome> at_first;
  std::vector<Outcome> at_second;
  WaitInto(pair, SlotOf(first), ZX_EVENTPAIR_SIGNALED, at_first);
  WaitInto(pair, SlotOf(second), ZX_EVENTPAIR_SIGNALED, at_second);
  pair->UpdateSignals(Side::kSecond, 0, ZX_EVENTPAIR_SIGNALED);
  executor_.RunUntilStalled();
  EXPECT_TRUE(at_first.empty());
  EXPECT_EQ(at_second.size(), 1u);
  pair->UpdateSignals(Side::kFirst, 0, ZX_EVENTPAIR_SIGNALED);
  executor_.RunUntilStalled();
  EXPECT_EQ(at_first.size(), 1u);
}

// --- Crowds: more observers than one update looks at. ---

class CrowdTest : public SignalWaitTest {
 protected:
  static constexpr size_t kCrowd = 1000;
  void WaitInACrowd(zx_signals_t mask = ZX_EVENT_SIGNALED) {
    for (size_t i = 0; i < kCrowd; ++i) Wait(mask);
  }
  size_t Count(zx_status_t status) const {
    size_t count = 0;
    for (const Outcome& outcome : outcomes_) count += outcome.status == status ? 1 : 0;
    return count;
  }
};

TEST_F(CrowdTest, AnUpdateExaminesAtMost64AndARunnableTheRest) {
  WaitInACrowd();
  Signal(ZX_EVENT_SIGNALED);
  EXPECT_LE(executor_.posted_count(), 65u);  // 64 waiters, and the one that goes on.
  executor_.RunUntilStalled();
  EXPECT_EQ(Count(ZX_OK), kCrowd);
}

TEST_F(CrowdTest, AStrobeWakesAllWhoWereThere) {
  WaitInACrowd();
  Signal(ZX_EVENT_SIGNALED);
  Clear(ZX_EVENT_SIGNALED);
  executor_.RunUntilStalled();
  EXPECT_EQ(Count(ZX_OK), kCrowd);
}

TEST_F(CrowdTest, AStrobeDoesNotWakeWhoCameAfterIt) {
  WaitInACrowd();
  Signal(ZX_EVENT_SIGNALED);
  Clear(ZX_EVENT_SIGNALED);
  std::vector<Outcome> late;
  WaitInto(event_, SlotOf(handle_), ZX_EVENT_SIGNALED, late);
  executor_.RunUntilStalled();
  EXPECT_EQ(Count(ZX_OK), kCrowd);
  EXPECT_TRUE(late.empty());
  Signal(ZX_EVENT_SIGNALED);
  executor_.RunUntilStalled();
  EXPECT_EQ(late.size(), 1u);
}

TEST_F(CrowdTest, UpdatesReachTheCrowdInTheirOrder) {
  WaitInACrowd(ZX_USER_SIGNAL_0);
  std::vector<Outcome> last;
  WaitInto(event_, SlotOf(handle_), ZX_USER_SIGNAL_1, last);
  Signal(ZX_USER_SIGNAL_0);  // Meets those in front; the pass is not over...
  Signal(ZX_USER_SIGNAL_1);  // ... when this comes.
  while (last.empty() && executor_.RunOne()) {
  }
  EXPECT_EQ(last.size(), 1u);
  executor_.RunUntilStalled();
  EXPECT_EQ(Count(ZX_OK), kCrowd);
}

TEST_F(CrowdTest, WhoIsNotMetStaysAndIsMetLater) {
  WaitInACrowd(ZX_USER_SIGNAL_0);
  Signal(ZX_USER_SIGNAL_1);
  executor_.RunUntilStalled();
  EXPECT_TRUE(outcomes_.empty());
  Signal(ZX_USER_SIGNAL_0);
  executor_.RunUntilStalled();
  EXPECT_EQ(Count(ZX_OK), kCrowd);
}

TEST_F(CrowdTest, ACloseCancelsAllWhoWaitThroughTheHandleAndNobodyElse) {
  const HandleValue other = Install(event_);
  std::vector<Outcome> others;
  for (size_t i = 0; i < kCrowd; ++i) {
    Wait();
    WaitInto(event_, SlotOf(other), ZX_EVENT_SIGNALED, others);
  }
  Close(handle_);
  executor_.RunUntilStalled();
  EXPECT_EQ(Count(ZX_ERR_CANCELED), kCrowd);
  EXPECT_TRUE(others.empty());
  Close(other);
  executor_.RunUntilStalled();
  EXPECT_EQ(others.size(), kCrowd);
}

TEST_F(CrowdTest, ACloseDuringAPassOfAnUpdateCancelsOnlyWhoWasNotMet) {
  WaitInACrowd(ZX_USER_SIGNAL_0);
  for (size_t i = 0; i < kCrowd; ++i) Wait(ZX_USER_SIGNAL_1);
  Signal(ZX_USER_SIGNAL_0);
  Close(handle_);
  executor_.RunUntilStalled();
  EXPECT_EQ(Count(ZX_OK), kCrowd);
  EXPECT_EQ(Count(ZX_ERR_CANCELED), kCrowd);
}

TEST_F(CrowdTest, DeadlinesThinTheCrowdDuringAPass) {
  for (size_t i = 0; i < kCrowd; ++i) WaitUntil(event_, SlotOf(handle_), Instant(10), outcomes_);
  Signal(ZX_USER_SIGNAL_0);  // Meets nobody, but a pass is on.
  while (executor_.test_timers().FireNext(Instant(10))) {
  }
  executor_.RunUntilStalled();
  EXPECT_EQ(Count(ZX_ERR_TIMED_OUT), kCrowd);
}

TEST_F(CrowdTest, TheObjectOutlivesAPassThatIsOn) {
  WaitInACrowd(ZX_USER_SIGNAL_0);
  Signal(ZX_USER_SIGNAL_0);
  event_.reset();
  Close(handle_);
  Settle();
  EXPECT_EQ(Count(ZX_OK), kCrowd);
}

// --- Closing chains, and the reaper. ---

TEST_F(SignalWaitTest, PeerClosedIsVisibleWhenTheCloseReturns) {
  RefPtr<EventPair> pair = EventPair::Create().value();
  const HandleValue first = Install(pair, Side::kFirst);
  Install(pair, Side::kSecond);
  EXPECT_EQ(pair->signals(Side::kSecond) & ZX_EVENTPAIR_PEER_CLOSED, 0u);
  Close(first);
  EXPECT_NE(pair->signals(Side::kSecond) & ZX_EVENTPAIR_PEER_CLOSED, 0u);
}

TEST_F(SignalWaitTest, ADuplicateKeepsThePeerOpen) {
  RefPtr<EventPair> pair = EventPair::Create().value();
  const HandleValue first = Install(pair, Side::kFirst);
  const HandleValue copy = table_->Duplicate(first, ZX_RIGHT_SAME_RIGHTS).value();
  Install(pair, Side::kSecond);
  Close(first);
  EXPECT_EQ(pair->signals(Side::kSecond) & ZX_EVENTPAIR_PEER_CLOSED, 0u);
  Close(copy);
  EXPECT_NE(pair->signals(Side::kSecond) & ZX_EVENTPAIR_PEER_CLOSED, 0u);
}

TEST_F(SignalWaitTest, SignallingAnEndWithoutHandlesIsPeerClosed) {
  RefPtr<EventPair> pair = EventPair::Create().value();
  const HandleValue first = Install(pair, Side::kFirst);
  const HandleValue second = Install(pair, Side::kSecond);
  EXPECT_EQ(pair->SignalEnd(Side::kSecond, 0, ZX_USER_SIGNAL_0), ZX_OK);
  EXPECT_EQ(pair->signals(Side::kSecond), ZX_USER_SIGNAL_0);
  Close(second);
  EXPECT_EQ(pair->SignalEnd(Side::kSecond, 0, ZX_USER_SIGNAL_0), ZX_ERR_PEER_CLOSED);
  EXPECT_EQ(pair->SignalEnd(Side::kFirst, 0, ZX_USER_SIGNAL_0), ZX_OK);
  Close(first);
}

TEST_F(SignalWaitTest, TheEndsOfAPairNameEachOtherByKoid) {
  RefPtr<EventPair> pair = EventPair::Create().value();
  EXPECT_NE(pair->koid(Side::kFirst), pair->koid(Side::kSecond));
  EXPECT_EQ(pair->related_koid(Side::kFirst), pair->koid(Side::kSecond));
  EXPECT_EQ(pair->related_koid(Side::kSecond), pair->koid(Side::kFirst));
}

TEST_F(SignalWaitTest, KoidsAreNeverUsedAgain) {
  const zx_koid_t first = Event::Create().value()->koid();
  const zx_koid_t pair = EventPair::Create().value()->koid();
  const zx_koid_t after = Event::Create().value()->koid();
  EXPECT_GE(first, ZX_KOID_FIRST);
  EXPECT_GT(pair, first);
  EXPECT_GT(after, pair + 1);
}

TEST_F(SignalWaitTest, ALoneObjectIsRelatedToNobody) {
  EXPECT_EQ(event_->related_koid(Side::kFirst), ZX_KOID_INVALID);
}

}  // namespace
}  // namespace sirocco
