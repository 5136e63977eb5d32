// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Wakes and moves of many, a step at a time, and what comes between two steps.
#include "kernel/objects/futex.h"

#include <gtest/gtest.h>
#include <zircon/errors.h>

#include <cstdint>
#include <deque>
#include <vector>

#include "kernel/async/executor.h"
#include "tests/support/detached.h"
#include "tests/support/test_executor.h"

namespace sirocco {
namespace {

using NewOwner = FutexTable::NewOwner;

constexpr uint64_t kHere = 0x1000;
constexpr uint64_t kThere = 0x2000;
constexpr uint32_t kAStep = FutexTable::kMaxAtOnce;
constexpr uint32_t kAll = UINT32_MAX;
constexpr uint8_t kUrgent = async::kDefaultPriority + 1;

class AsExpected final : public FutexProbe {
 public:
  zx_status_t Check() const override { return ZX_OK; }
};

class FutexStepsTest : public testing::Test {
 protected:
  struct Waiter {
    explicit Waiter(zx_koid_t koid) : thread(koid) {}
    FutexThread thread;
    bool is_woken = false;
  };

  ~FutexStepsTest() override {
    WakeAll(kHere);
    WakeAll(kThere);
    executor_.RunUntilStalled();
    for (const Waiter& waiter : waiters_) EXPECT_TRUE(waiter.is_woken);
  }

  Waiter& Come(uint64_t address, const FutexThread* owner = nullptr,
               uint8_t priority = async::kDefaultPriority) {
    Waiter& waiter = waiters_.emplace_back(waiters_.size() + 1);
    executor_.set_current_priority(priority);
    EXPECT_TRUE(Wait(table_, address, waiter, owner, probe_).is_started());
    return waiter;
  }
  std::vector<Waiter*> ManyCome(uint32_t count, uint64_t address) {
    std::vector<Waiter*> all;
    for (uint32_t i = 0; i < count; ++i) all.push_back(&Come(address));
    return all;
  }
  uint32_t WokenNow() {
    executor_.RunUntilStalled();
    uint32_t count = 0;
    for (const Waiter& waiter : waiters_) count += waiter.is_woken ? 1 : 0;
    return count;
  }

  zx_status_t Begin(FutexTable::Request& request, const FutexThread* owner = nullptr) {
    return table_.WakeAndRequeue(request, owner, probe_);
  }
  void Finish(FutexTable::Request& request) {
    while (!request.is_done()) table_.GoOn(request);
  }
  uint32_t WakeAll(uint64_t address) {
    const uint32_t before = WokenNow();
    FutexTable::Request request = {address, kAll, NewOwner::kNobody};
    table_.Wake(request);
    Finish(request);
    return WokenNow() - before;
  }

  static FutexTable::Request Wake(uint32_t count) { return {kHere, count, NewOwner::kNobody}; }
  static FutexTable::Request WakeAndMove(uint32_t wake_count, uint32_t requeue_count) {
    return {kHere, wake_count, NewOwner::kNobody, kThere, requeue_count};
  }

  sched::TestExecutor executor_;
  FutexTable table_;
  FutexThread owner_{1000};
  FutexThread other_owner_{1001};

 private:
  static Detached Wait(FutexTable& table, uint64_t address, Waiter& waiter,
                       const FutexThread* owner, const FutexProbe& probe) {
    FutexWait wait(table, address, waiter.thread, owner, probe);
    const zx_status_t status = co_await wait;
    EXPECT_EQ(status, ZX_OK);
    waiter.is_woken = true;
  }

  const AsExpected probe_;
  std::deque<Waiter> waiters_;
};

TEST_F(FutexStepsTest, AStepWakesAsManyAsItMay) {
  ManyCome(2 * kAStep + 1, kHere);
  FutexTable::Request request = Wake(kAll);
  table_.Wake(request);
  EXPECT_EQ(WokenNow(), kAStep);
  table_.GoOn(request);
  EXPECT_EQ(WokenNow(), 2 * kAStep);
  EXPECT_FALSE(request.is_done());
  table_.GoOn(request);
  EXPECT_EQ(WokenNow(), 2 * kAStep + 1);
  EXPECT_TRUE(request.is_done());
}

// Their word was looked at after the move: who wakes them will do so here.
TEST_F(FutexStepsTest, WhoComesBetweenStepsIsNotMoved) {
  ManyCome(kAStep + 1, kHere);
  FutexTable::Request request = WakeAndMove(0, kAll);
  ASSERT_EQ(Begin(request), ZX_OK);
  ASSERT_FALSE(request.is_done());
  Come(kHere);
  Finish(request);
  EXPECT_EQ(WakeAll(kHere), 1u);
  EXPECT_EQ(WakeAll(kThere), kAStep + 1);
}

TEST_F(FutexStepsTest, WhoComesBetweenStepsTakesNobodysWake) {
  const std::vector<Waiter*> meant = ManyCome(kAStep + 1, kHere);
  FutexTable::Request request = Wake(kAStep + 1);
  table_.Wake(request);
  ASSERT_FALSE(request.is_done());
  const Waiter& urgent = Come(kHere, nullptr, kUrgent);
  const Waiter& equal = Come(kHere);
  Finish(request);
  EXPECT_EQ(WokenNow(), kAStep + 1);
  for (const Waiter* waiter : meant) EXPECT_TRUE(waiter->is_woken);
  EXPECT_FALSE(urgent.is_woken);
  EXPECT_FALSE(equal.is_woken);
}

TEST_F(FutexStepsTest, WhoIsMovedBackIsNotMovedAgain) {
  ManyCome(kAStep + 1, kHere);
  FutexTable::Request request = WakeAndMove(0, kAll);
  ASSERT_EQ(Begin(request), ZX_OK);
  FutexTable::Request back = {kThere, 0, NewOwner::kNobody, kHere, kAll};
  ASSERT_EQ(Begin(back), ZX_OK);
  Finish(back);
  Finish(request);
  EXPECT_EQ(WakeAll(kThere), 1u);
  EXPECT_EQ(WakeAll(kHere), kAStep);
}

TEST_F(FutexStepsTest, TheTargetHasItsOwnerThoughManyAreWokenFirst) {
  ManyCome(kAStep + 2, kHere);
  FutexTable::Request request = WakeAndMove(kAStep + 1, 1);
  ASSERT_EQ(Begin(request, &owner_), ZX_OK);
  Finish(request);
  EXPECT_EQ(table_.Owner(kThere), owner_.koid);
  EXPECT_EQ(table_.Owner(kHere), ZX_KOID_INVALID);
}

TEST_F(FutexStepsTest, AnOwnerThatIsNamedBetweenStepsOfAMoveStays) {
  ManyCome(2 * kAStep, kHere);
  FutexTable::Request request = WakeAndMove(0, kAll);
  ASSERT_EQ(Begin(request, &owner_), ZX_OK);
  EXPECT_EQ(table_.Owner(kThere), owner_.koid);
  Come(kThere, &other_owner_);
  Finish(request);
  EXPECT_EQ(table_.Owner(kThere), other_owner_.koid);
}

}  // namespace
}  // namespace sirocco
