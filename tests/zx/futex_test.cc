// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Futexes: who waits, who is woken or moved, and who owns.

#include <zircon/rights.h>
#include <zircon/syscalls.h>

#include <iterator>

#include "tests/zx/objects.h"
#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {
namespace {

zx_futex_t word;
zx_futex_t other_word;

int ReadWord(const zx_futex_t& value) { return __atomic_load_n(&value, __ATOMIC_RELAXED); }

zx_koid_t OwnerOf(const zx_futex_t& futex) {
  zx_koid_t koid = 1;
  EXPECT_EQ(zx_futex_get_owner(&futex, &koid), ZX_OK);
  return koid;
}

// Threads that wait on `word` as long as they are not woken, in the order they are started.
class Waiters {
 public:
  explicit Waiters(size_t count, zx_handle_t owner = ZX_HANDLE_INVALID) : count_(count) {
    word = other_word = 0;
    next_ = 0;
    owner_ = owner;
    for (size_t i = 0; i < count; ++i) {
      order_[i] = UINT64_MAX;
      threads_[i] = StartThread(
          [](uint64_t index) {
            statuses_[index] = zx_futex_wait(&word, 0, owner_, ZX_TIME_INFINITE);
            order_[__atomic_fetch_add(&next_, 1, __ATOMIC_RELAXED)] = index;
          },
          i);
      AwaitBlocked(threads_[i], ZX_THREAD_STATE_BLOCKED_FUTEX);
    }
  }

  zx_handle_t thread(size_t index) const { return threads_[index]; }

  // The first `count` have been woken, and nobody else.
  void ExpectWoken(size_t count) {
    for (size_t i = 0; i < count; ++i) AwaitEnd(threads_[i]);
    for (size_t i = 0; i < count; ++i) EXPECT_EQ(statuses_[i], ZX_OK) << i;
    for (size_t i = count; i < count_; ++i) {
      EXPECT_EQ(ThreadState(threads_[i]), ZX_THREAD_STATE_BLOCKED_FUTEX) << i;
    }
  }

  void WakeAll() {
    EXPECT_EQ(zx_futex_wake(&word, UINT32_MAX), ZX_OK);
    EXPECT_EQ(zx_futex_wake(&other_word, UINT32_MAX), ZX_OK);
    ExpectWoken(count_);
  }

 private:
  static constexpr size_t kMax = 8;

  const size_t count_;
  zx_handle_t threads_[kMax];
  static inline zx_status_t statuses_[kMax];
  static inline uint64_t order_[kMax];
  static inline uint32_t next_;
  static inline zx_handle_t owner_;
};

// A thread that sleeps until it is told not to: an owner.
class Sleeper {
 public:
  Sleeper() : ends_(MakeEventPair()) {
    thread_ = StartThread(
        [](uint64_t end) {
          zx_object_wait_one(static_cast<zx_handle_t>(end), ZX_EVENTPAIR_PEER_CLOSED,
                             ZX_TIME_INFINITE, nullptr);
        },
        ends_.second);
    AwaitBlocked(thread_, ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
  }
  void End() {
    zx_handle_close(ends_.first);
    AwaitEnd(thread_);
  }
  zx_handle_t thread() const { return thread_; }

 private:
  const Pair ends_;
  zx_handle_t thread_;
};

TEST(FutexTest, AnotherValueIsBadState) {
  word = 5;
  EXPECT_EQ(zx_futex_wait(&word, 4, ZX_HANDLE_INVALID, ZX_TIME_INFINITE), ZX_ERR_BAD_STATE);
  // That is told before anything about the owner.
  EXPECT_EQ(zx_futex_wait(&word, 4, kNoHandle, ZX_TIME_INFINITE), ZX_ERR_BAD_STATE);
}

TEST(FutexTest, AWaitEndsAtItsDeadline) {
  word = 5;
  EXPECT_EQ(zx_futex_wait(&word, 5, ZX_HANDLE_INVALID, 0), ZX_ERR_TIMED_OUT);
  const zx_time_t deadline = zx_deadline_after(ZX_USEC(300));
  EXPECT_EQ(zx_futex_wait(&word, 5, ZX_HANDLE_INVALID, deadline), ZX_ERR_TIMED_OUT);
  EXPECT_GE(zx_clock_get_monotonic(), deadline);
  EXPECT_EQ(OwnerOf(word), 0u);
}

TEST(FutexTest, AddressesAreAlignedUserAddresses) {
  static zx_futex_t words[2];
  const auto* crooked = reinterpret_cast<zx_futex_t*>(reinterpret_cast<uintptr_t>(&words[0]) + 1);
  const auto* far = reinterpret_cast<zx_futex_t*>(~uintptr_t{0} - 3);
  zx_koid_t koid = 0;
  for (const zx_futex_t* address : {crooked, far, static_cast<const zx_futex_t*>(nullptr)}) {
    EXPECT_EQ(zx_futex_wait(address, 0, ZX_HANDLE_INVALID, 0), ZX_ERR_INVALID_ARGS);
    EXPECT_EQ(zx_futex_wake(address, 1), ZX_ERR_INVALID_ARGS);
    EXPECT_EQ(zx_futex_wake_single_owner(address), ZX_ERR_INVALID_ARGS);
    EXPECT_EQ(zx_futex_get_owner(address, &koid), ZX_ERR_INVALID_ARGS);
    EXPECT_EQ(zx_futex_requeue(address, 1, 0, &words[1], 1, ZX_HANDLE_INVALID),
              ZX_ERR_INVALID_ARGS);
    EXPECT_EQ(zx_futex_requeue(&words[0], 1, 0, address, 1, ZX_HANDLE_INVALID),
              ZX_ERR_INVALID_ARGS);
  }
}

TEST(FutexTest, WhereNothingIsMappedNobodyCanWaitButWakingIsFine) {
  const auto* nowhere = reinterpret_cast<zx_futex_t*>(uintptr_t{0x7000'0000});
  EXPECT_EQ(zx_futex_wait(nowhere, 0, ZX_HANDLE_INVALID, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_futex_wake(nowhere, 1), ZX_OK);
}

TEST(FutexTest, WakesAsManyAsAskedInTheOrderTheyCame) {
  Waiters waiters(6);
  EXPECT_EQ(zx_futex_wake(&word, 0), ZX_OK);
  waiters.ExpectWoken(0);
  EXPECT_EQ(zx_futex_wake(&word, 1), ZX_OK);
  waiters.ExpectWoken(1);
  EXPECT_EQ(zx_futex_wake(&word, 3), ZX_OK);
  waiters.ExpectWoken(4);
  EXPECT_EQ(zx_futex_wake(&word, 100), ZX_OK);
  waiters.ExpectWoken(6);
  EXPECT_EQ(zx_futex_wake(&word, 100), ZX_OK);
}

TEST(FutexTest, AWakeIsNotRemembered) {
  word = 0;
  EXPECT_EQ(zx_futex_wake(&word, 10), ZX_OK);
  EXPECT_EQ(zx_futex_wait(&word, 0, ZX_HANDLE_INVALID, zx_deadline_after(ZX_USEC(100))),
            ZX_ERR_TIMED_OUT);
}

TEST(FutexTest, RequeueWakesSomeAndMovesSome) {
  Waiters waiters(6);
  EXPECT_EQ(zx_futex_requeue(&word, 1, 0, &other_word, 3, ZX_HANDLE_INVALID), ZX_OK);
  waiters.ExpectWoken(1);
  EXPECT_EQ(zx_futex_wake(&other_word, 2), ZX_OK);  // The first two that were moved.
  waiters.ExpectWoken(3);
  EXPECT_EQ(zx_futex_wake(&other_word, 100), ZX_OK);
  waiters.ExpectWoken(4);
  EXPECT_EQ(zx_futex_wake(&word, 100), ZX_OK);
  waiters.ExpectWoken(6);
}

// More than a call wakes or moves in one step.
TEST(FutexTest, OneCallWakesOrMovesAHundred) {
  constexpr uint32_t kCount = 100;
  static uint32_t woken;
  zx_handle_t threads[kCount];
  word = other_word = 0;
  woken = 0;
  for (zx_handle_t& thread : threads) {
    thread = StartThread([](uint64_t) {
      if (zx_futex_wait(&word, 0, ZX_HANDLE_INVALID, ZX_TIME_INFINITE) != ZX_OK) return;
      __atomic_fetch_add(&woken, 1, __ATOMIC_RELAXED);
    });
    AwaitBlocked(thread, ZX_THREAD_STATE_BLOCKED_FUTEX);
  }
  // The first forty, then all others to the other word, the last of which is the last there.
  EXPECT_EQ(zx_futex_requeue(&word, 40, 0, &other_word, UINT32_MAX, ZX_HANDLE_INVALID), ZX_OK);
  for (uint32_t i = 0; i < 40; ++i) AwaitEnd(threads[i]);
  EXPECT_EQ(zx_futex_wake(&word, UINT32_MAX), ZX_OK);
  EXPECT_EQ(__atomic_load_n(&woken, __ATOMIC_RELAXED), 40u);
  EXPECT_EQ(zx_futex_wake(&other_word, 59), ZX_OK);
  for (uint32_t i = 40; i < 99; ++i) AwaitEnd(threads[i]);
  EXPECT_EQ(ThreadState(threads[99]), ZX_THREAD_STATE_BLOCKED_FUTEX);
  EXPECT_EQ(zx_futex_wake(&other_word, UINT32_MAX), ZX_OK);
  AwaitEnd(threads[99]);
  EXPECT_EQ(__atomic_load_n(&woken, __ATOMIC_RELAXED), kCount);
}

// Each finds its own among many, whatever their order.
TEST(FutexTest, NeighboursAreNotWoken) {
  constexpr uint32_t kCount = 40;
  static zx_futex_t words[kCount];
  zx_handle_t threads[kCount];
  for (uint32_t i = 0; i < kCount; ++i) {
    threads[i] = StartThread(
        [](uint64_t index) {
          zx_futex_wait(&words[index], 0, ZX_HANDLE_INVALID, ZX_TIME_INFINITE);
        },
        i);
    AwaitBlocked(threads[i], ZX_THREAD_STATE_BLOCKED_FUTEX);
  }
  for (uint32_t i = 0; i < kCount; ++i) {
    const uint32_t chosen = i * 7 % kCount;
    EXPECT_EQ(zx_futex_wake(&words[chosen], UINT32_MAX), ZX_OK);
    AwaitEnd(threads[chosen]);
    for (uint32_t j = i + 1; j < kCount; ++j) {
      ASSERT_EQ(ThreadState(threads[j * 7 % kCount]), ZX_THREAD_STATE_BLOCKED_FUTEX);
    }
  }
}

TEST(FutexTest, RequeueWantsTheValueAndTwoFutexes) {
  Waiters waiters(1);
  EXPECT_EQ(zx_futex_requeue(&word, 1, 1, &other_word, 1, ZX_HANDLE_INVALID), ZX_ERR_BAD_STATE);
  EXPECT_EQ(zx_futex_requeue(&word, 1, 0, &word, 1, ZX_HANDLE_INVALID), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_futex_requeue(&word, 1, 0, &other_word, 1, kNoHandle), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(zx_futex_requeue(&word, 1, 0, &other_word, 1, MakeEvent()), ZX_ERR_WRONG_TYPE);
  waiters.ExpectWoken(0);
  waiters.WakeAll();
}

TEST(FutexOwnerTest, TheWaiterNamesTheOwner) {
  Sleeper owner;
  Waiters waiters(2, owner.thread());
  EXPECT_EQ(OwnerOf(word), KoidOf(owner.thread()));
  EXPECT_EQ(OwnerOf(other_word), 0u);
  EXPECT_EQ(zx_futex_wake(&word, 1), ZX_OK);
  EXPECT_EQ(OwnerOf(word), 0u);
  waiters.WakeAll();
  owner.End();
}

TEST(FutexOwnerTest, TheOneWhoIsWokenCanBecomeTheOwner) {
  Sleeper owner;
  Waiters waiters(3, owner.thread());
  EXPECT_EQ(zx_futex_wake_single_owner(&word), ZX_OK);
  EXPECT_EQ(OwnerOf(word), KoidOf(waiters.thread(0)));
  waiters.ExpectWoken(1);
  waiters.WakeAll();
  EXPECT_EQ(zx_futex_wake_single_owner(&word), ZX_OK);
  EXPECT_EQ(OwnerOf(word), 0u);
  owner.End();
}

TEST(FutexOwnerTest, RequeueSetsTheOwnerOfTheTarget) {
  Sleeper owner;
  Sleeper next;
  Waiters waiters(3, owner.thread());
  EXPECT_EQ(zx_futex_requeue(&word, 1, 0, &other_word, 1, next.thread()), ZX_OK);
  EXPECT_EQ(OwnerOf(word), 0u);
  EXPECT_EQ(OwnerOf(other_word), KoidOf(next.thread()));
  waiters.WakeAll();
  owner.End();
  next.End();
}

TEST(FutexOwnerTest, RequeueSingleOwnerMakesTheWokenTheOwner) {
  Sleeper owner;
  Sleeper next;
  Waiters waiters(4, owner.thread());
  EXPECT_EQ(zx_futex_requeue_single_owner(&word, 0, &other_word, 2, next.thread()), ZX_OK);
  EXPECT_EQ(OwnerOf(word), KoidOf(waiters.thread(0)));
  EXPECT_EQ(OwnerOf(other_word), KoidOf(next.thread()));
  waiters.ExpectWoken(1);
  EXPECT_EQ(zx_futex_wake(&other_word, 2), ZX_OK);
  waiters.ExpectWoken(3);
  waiters.WakeAll();
  owner.End();
  next.End();
}

TEST(FutexOwnerTest, AnOwnerIsAStartedThreadOfTheProcessAndDoesNotWaitHere) {
  word = 0;
  zx_handle_t unstarted = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_thread_create(zx_process_self(), "new", 3, 0, &unstarted), ZX_OK);
  EXPECT_EQ(zx_futex_wait(&word, 0, kNoHandle, 0), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(zx_futex_wait(&word, 0, MakeEvent(), 0), ZX_ERR_WRONG_TYPE);
  EXPECT_EQ(zx_futex_wait(&word, 0, unstarted, 0), ZX_ERR_INVALID_ARGS);
  Waiters waiters(1);
  EXPECT_EQ(zx_futex_wait(&word, 0, waiters.thread(0), zx_deadline_after(ZX_MSEC(1))),
            ZX_ERR_INVALID_ARGS);
  waiters.WakeAll();
}

TEST(FutexTest, OfDifferentProcessesAreDifferent) {
  Waiters waiters(1);
  const zx_handle_t process = StartProcess(
      zx_job_default(),
      [](uint64_t, uint64_t address) {
        zx_process_exit(zx_futex_wake(reinterpret_cast<zx_futex_t*>(address), 10));
      },
      ZX_HANDLE_INVALID, reinterpret_cast<uintptr_t>(&word));
  EXPECT_EQ(AwaitReturnCode(process), ZX_OK);
  waiters.ExpectWoken(0);
  waiters.WakeAll();
}

// What a C library does with them: a lock whose word is 0 (free), 1 (held), 2 (held, waited for).
class Lock {
 public:
  void Acquire() {
    int expected = 0;
    if (__atomic_compare_exchange_n(&state_, &expected, 1, false, __ATOMIC_ACQUIRE,
                                    __ATOMIC_RELAXED)) {
      return;
    }
    while (__atomic_exchange_n(&state_, 2, __ATOMIC_ACQUIRE) != 0) {
      zx_futex_wait(&state_, 2, ZX_HANDLE_INVALID, ZX_TIME_INFINITE);
    }
  }
  void Release() {
    if (__atomic_exchange_n(&state_, 0, __ATOMIC_RELEASE) == 2) zx_futex_wake(&state_, 1);
  }

 private:
  zx_futex_t state_ = 0;
};

TEST(FutexTest, ALockOverThemKeepsEightThreadsApart) {
  static Lock lock;
  static uint64_t counter;
  constexpr uint64_t kRounds = 2000;
  counter = 0;
  zx_handle_t threads[8];
  for (zx_handle_t& thread : threads) {
    thread = StartThread([](uint64_t) {
      for (uint64_t i = 0; i < kRounds; ++i) {
        lock.Acquire();
        const uint64_t before = counter;
        if (i % 64 == 0) zx_thread_legacy_yield(0);
        counter = before + 1;
        lock.Release();
      }
    });
  }
  for (const zx_handle_t thread : threads) AwaitEnd(thread);
  EXPECT_EQ(counter, kRounds * std::size(threads));
}

TEST(FutexTest, AThreadCanEndWithAStoreAndAWake) {
  static zx_handle_t event;
  word = 0;
  event = MakeEvent();
  const zx_handle_t thread =
      StartThread([](uint64_t) { zx_futex_wake_handle_close_thread_exit(&word, 1, 17, event); });
  while (ReadWord(word) == 0) zx_futex_wait(&word, 0, ZX_HANDLE_INVALID, ZX_TIME_INFINITE);
  EXPECT_EQ(ReadWord(word), 17);
  AwaitEnd(thread);
  EXPECT_FALSE(IsValid(event));
}

}  // namespace
}  // namespace sirocco::zxtest
