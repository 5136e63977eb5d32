// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/sync/spin_lock.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string_view>
#include <thread>
#include <vector>

#include "kernel/arch/hart.h"
#include "kernel/sync/lock_rank.h"

namespace sirocco {
namespace {

template <LockRank kFirst, LockRank kSecond>
void TakeBoth() NO_THREAD_SAFETY_ANALYSIS {
  SpinLock<kFirst> first;
  SpinLock<kSecond> second;
  Guard outer(first);
  Guard inner(second);
}

void TakeJobs(uint32_t first_depth, uint32_t second_depth) NO_THREAD_SAFETY_ANALYSIS {
  SpinLock<LockRank::kJobTree> first(first_depth);
  SpinLock<LockRank::kJobTree> second(second_depth);
  Guard outer(first);
  Guard inner(second);
}

TEST(SpinLockTest, LocksAreTakenInTheOrderOfTheirRanks) {
  TakeBoth<LockRank::kProcess, LockRank::kObject>();
  TakeBoth<LockRank::kObject, LockRank::kPort>();
  TakeBoth<LockRank::kTimerWheel, LockRank::kLog>();
  EXPECT_FALSE(HoldsAnyLock());
}

TEST(SpinLockTest, TheWrongOrderPanicsBeforeItCouldDeadlock) {
  EXPECT_DEATH((TakeBoth<LockRank::kPort, LockRank::kObject>()), "lock order");
  EXPECT_DEATH((TakeBoth<LockRank::kLog, LockRank::kJobTree>()), "lock order");
}

TEST(SpinLockTest, TwoLocksOfOneRankPanic) {
  EXPECT_DEATH((TakeBoth<LockRank::kObject, LockRank::kObject>()), "lock order");
  EXPECT_DEATH((TakeBoth<LockRank::kHandleTable, LockRank::kHandleTable>()), "lock order");
}

TEST(SpinLockTest, JobsNestParentBeforeChild) {
  TakeJobs(0, 1);
  TakeJobs(3, 31);
  EXPECT_EQ(arch::ThisHart().job_depths_held, 0u);
}

TEST(SpinLockTest, AChildJobBeforeItsParentPanics) { EXPECT_DEATH(TakeJobs(1, 0), "child job"); }

TEST(SpinLockTest, TwoJobsOfOneDepthPanic) { EXPECT_DEATH(TakeJobs(2, 2), "child job"); }

void TakeProcessUnderJobs() NO_THREAD_SAFETY_ANALYSIS {
  SpinLock<LockRank::kJobTree> parent(0);
  SpinLock<LockRank::kJobTree> child(1);
  SpinLock<LockRank::kProcess> process;
  Guard outer(parent);
  {
    Guard middle(child);
    Guard inner(process);
  }
  // The parent is still held: the rank must not have gone with the child.
  EXPECT_NE(arch::ThisHart().ranks_held, 0u);
}

TEST(SpinLockTest, ReleasingAChildJobKeepsTheParentsRank) {
  TakeProcessUnderJobs();
  EXPECT_EQ(arch::ThisHart().ranks_held, 0u);
}

TEST(SpinLockTest, LocksMayBeReleasedInAnyOrder) {
  SpinLock<LockRank::kProcess> process;
  SpinLock<LockRank::kObject> object;
  process.Lock();
  object.Lock();
  process.Unlock();
  EXPECT_TRUE(HoldsAnyLock());
  object.Unlock();
  EXPECT_FALSE(HoldsAnyLock());
  EXPECT_EQ(arch::ThisHart().ranks_held, 0u);
}

TEST(SpinLockTest, TryLockFailsWithoutWaiting) {
  SpinLock<LockRank::kObject> lock;
  lock.Lock();
  bool is_taken = true;
  std::thread([&lock, &is_taken] {
    is_taken = lock.TryLock();
    // The analysis does not follow a result that is kept.
  }).join();
  EXPECT_FALSE(is_taken);
  lock.Unlock();
  const bool is_ours = lock.TryLock();
  EXPECT_TRUE(is_ours);
  if (is_ours) lock.Unlock();
}

TEST(SpinLockTest, AGuardCanLetGoAndTakeAgain) {
  SpinLock<LockRank::kObject> lock;
  Guard guard(lock);
  guard.Unlock();
  EXPECT_FALSE(HoldsAnyLock());
  guard.Relock();
  EXPECT_TRUE(HoldsAnyLock());
}

TEST(SpinLockTest, AGuardThatLetGoDoesNotReleaseTwice) {
  SpinLock<LockRank::kObject> lock;
  {
    Guard guard(lock);
    guard.Unlock();
  }
  EXPECT_FALSE(HoldsAnyLock());
}

void UnlockAForeignLock() NO_THREAD_SAFETY_ANALYSIS {
  SpinLock<LockRank::kObject> lock;
  lock.Unlock();
}

TEST(SpinLockTest, ReleasingWhatIsNotHeldPanics) {
  EXPECT_DEATH(UnlockAForeignLock(), "does not hold it");
}

void DestroyWhileHeld() NO_THREAD_SAFETY_ANALYSIS {
  SpinLock<LockRank::kObject> lock;
  lock.Lock();
}

TEST(SpinLockTest, DestroyingAHeldLockPanics) { EXPECT_DEATH(DestroyWhileHeld(), "is_locked"); }

TEST(SpinLockTest, AssertHeldPanicsOnAFreeLock) {
  SpinLock<LockRank::kObject> lock;
  EXPECT_DEATH(lock.AssertHeld(), "is_locked");
}

TEST(SpinLockTest, EveryRankHasAName) {
  for (uint32_t rank = 0; rank < static_cast<uint32_t>(LockRank::kCount); ++rank) {
    EXPECT_NE(std::string_view(LockRankName(static_cast<LockRank>(rank))), "?");
  }
  EXPECT_EQ(std::string_view(LockRankName(LockRank::kCount)), "?");
}

TEST(SpinLockTest, ALockIsOneWord) {
  static_assert(sizeof(SpinLock<LockRank::kObject>) == 8);
  static_assert(sizeof(SpinLock<LockRank::kJobTree>) == 16);
}

TEST(SpinLockTest, FourHartsCountWithoutLoss) {
  struct {
    SpinLock<LockRank::kObject> lock;
    int count GUARDED_BY(lock) = 0;
  } shared;
  std::vector<std::thread> harts;
  for (int i = 0; i < 4; ++i) {
    harts.emplace_back([&shared] {
      for (int n = 0; n < 20'000; ++n) {
        Guard guard(shared.lock);
        ++shared.count;
      }
    });
  }
  for (std::thread& hart : harts) hart.join();
  Guard guard(shared.lock);
  EXPECT_EQ(shared.count, 80'000);
}

}  // namespace
}  // namespace sirocco
