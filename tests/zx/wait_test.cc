// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Waits for one and for many, and the clocks that bound them.

#include <zircon/rights.h>
#include <zircon/syscalls.h>

#include <atomic>
#include <cstdint>
#include <iterator>

#include "tests/zx/objects.h"
#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {
namespace {

TEST(WaitOneTest, ASignalThatIsSetEndsItAtOnce) {
  const zx_handle_t event = MakeEvent();
  EXPECT_EQ(zx_object_signal(event, 0, ZX_EVENT_SIGNALED | ZX_USER_SIGNAL_1), ZX_OK);
  for (const zx_time_t deadline : {zx_time_t{ZX_TIME_INFINITE_PAST}, zx_time_t{-1}, zx_time_t{0},
                                   zx_time_t{ZX_TIME_INFINITE}}) {
    zx_signals_t observed = 0;
    EXPECT_EQ(zx_object_wait_one(event, ZX_USER_SIGNAL_1 | ZX_USER_SIGNAL_2, deadline, &observed),
              ZX_OK);
    EXPECT_EQ(observed, ZX_EVENT_SIGNALED | ZX_USER_SIGNAL_1);
  }
  EXPECT_EQ(zx_object_wait_one(event, ZX_USER_SIGNAL_1, 0, nullptr), ZX_OK);
}

TEST(WaitOneTest, ADeadlineThatHasPassedOnlyLooks) {
  const zx_handle_t event = MakeEvent();
  EXPECT_EQ(zx_object_signal(event, 0, ZX_USER_SIGNAL_4), ZX_OK);
  for (const zx_time_t deadline :
       {zx_time_t{ZX_TIME_INFINITE_PAST}, zx_time_t{0}, zx_clock_get_monotonic()}) {
    zx_signals_t observed = 0;
    EXPECT_EQ(zx_object_wait_one(event, ZX_EVENT_SIGNALED, deadline, &observed), ZX_ERR_TIMED_OUT);
    EXPECT_EQ(observed, ZX_USER_SIGNAL_4);
  }
}

TEST(WaitOneTest, EndsAtItsDeadlineAndNotBefore) {
  const zx_handle_t event = MakeEvent();
  for (const zx_duration_t span : {ZX_USEC(1), ZX_USEC(300), ZX_MSEC(5)}) {
    const zx_time_t deadline = zx_deadline_after(span);
    EXPECT_EQ(zx_object_wait_one(event, ZX_EVENT_SIGNALED, deadline, nullptr), ZX_ERR_TIMED_OUT);
    EXPECT_GE(zx_clock_get_monotonic(), deadline);
  }
}

TEST(WaitOneTest, NoSignalsAreNeverSet) {
  const zx_handle_t event = MakeEvent();
  EXPECT_EQ(zx_object_signal(event, 0, ZX_EVENT_SIGNALED), ZX_OK);
  EXPECT_EQ(zx_object_wait_one(event, 0, zx_deadline_after(ZX_USEC(50)), nullptr),
            ZX_ERR_TIMED_OUT);
}

TEST(WaitOneTest, APlaceForTheSignalsThatIsNotThereIsInvalidArgs) {
  const zx_handle_t event = MakeEvent();
  auto* const nowhere = reinterpret_cast<zx_signals_t*>(uintptr_t{0x7000'0000});
  EXPECT_EQ(zx_object_wait_one(event, ZX_EVENT_SIGNALED, 0, nowhere), ZX_ERR_INVALID_ARGS);
}

// Found set without a wait, too: no lock need be taken for that. TSan and weak memory would tell.
TEST(WaitOneTest, WhatWasWrittenBeforeASignalIsSeenByWhoFindsItSet) {
  static constexpr uint64_t kRounds = 200;
  static zx_handle_t written;
  static zx_handle_t read;
  static uint64_t value;  // Ordered by the two events alone.
  written = MakeEvent();
  read = MakeEvent();
  const zx_handle_t thread = StartThread([](uint64_t) {
    for (uint64_t round = 1; round <= kRounds; ++round) {
      value = round;
      zx_object_signal(written, 0, ZX_EVENT_SIGNALED);
      zx_object_wait_one(read, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr);
      zx_object_signal(read, ZX_EVENT_SIGNALED, 0);
    }
  });
  for (uint64_t round = 1; round <= kRounds; ++round) {
    while (zx_object_wait_one(written, ZX_EVENT_SIGNALED, 0, nullptr) != ZX_OK) {
      zx_thread_legacy_yield(0);
    }
    ASSERT_EQ(value, round);
    EXPECT_EQ(zx_object_signal(written, ZX_EVENT_SIGNALED, 0), ZX_OK);
    EXPECT_EQ(zx_object_signal(read, 0, ZX_EVENT_SIGNALED), ZX_OK);
  }
  EXPECT_EQ(zx_object_wait_one(thread, ZX_THREAD_TERMINATED, ZX_TIME_INFINITE, nullptr), ZX_OK);
}

// More of them than are looked at at once, too.
TEST(WaitOneTest, EveryWaiterIsWokenByOneSignal) {
  static constexpr uint64_t kWaiters = 80;
  static zx_handle_t event;
  static zx_status_t statuses[kWaiters];
  event = MakeEvent();
  zx_handle_t threads[kWaiters];
  for (uint64_t i = 0; i < kWaiters; ++i) {
    statuses[i] = ZX_ERR_INTERNAL;
    threads[i] = StartThread(
        [](uint64_t index) {
          statuses[index] = zx_object_wait_one(event, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr);
        },
        i);
  }
  for (const zx_handle_t thread : threads) AwaitBlocked(thread, ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
  EXPECT_EQ(zx_object_signal(event, 0, ZX_EVENT_SIGNALED), ZX_OK);
  for (const zx_handle_t thread : threads) AwaitEnd(thread);
  for (const zx_status_t status : statuses) EXPECT_EQ(status, ZX_OK);
}

// A signal that is cleared again at once has been set all the same.
TEST(WaitOneTest, AShortSignalWakesTheWaiterToo) {
  static zx_handle_t event;
  static zx_signals_t observed;
  event = MakeEvent();
  const zx_handle_t thread = StartThread([](uint64_t) {
    EXPECT_EQ(zx_object_wait_one(event, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, &observed), ZX_OK);
  });
  AwaitBlocked(thread, ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
  EXPECT_EQ(zx_object_signal(event, 0, ZX_EVENT_SIGNALED), ZX_OK);
  EXPECT_EQ(zx_object_signal(event, ZX_EVENT_SIGNALED, 0), ZX_OK);
  AwaitEnd(thread);
  EXPECT_EQ(observed, ZX_EVENT_SIGNALED);
}

zx_handle_t waited_for;
zx_status_t wait_status;
zx_signals_t wait_observed;

zx_handle_t StartWaiter(zx_handle_t handle) {
  waited_for = handle;
  const zx_handle_t thread = StartThread([](uint64_t) {
    wait_status =
        zx_object_wait_one(waited_for, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, &wait_observed);
  });
  AwaitBlocked(thread, ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
  return thread;
}

TEST(WaitOneTest, ClosingItsHandleCancelsIt) {
  const zx_handle_t event = MakeEvent();
  const zx_handle_t copy = Duplicate(event);
  EXPECT_EQ(zx_object_signal(event, 0, ZX_USER_SIGNAL_0), ZX_OK);
  const zx_handle_t thread = StartWaiter(event);
  EXPECT_EQ(zx_handle_close(event), ZX_OK);
  AwaitEnd(thread);
  EXPECT_EQ(wait_status, ZX_ERR_CANCELED);
  EXPECT_EQ(wait_observed, ZX_SIGNAL_HANDLE_CLOSED | ZX_USER_SIGNAL_0);
  EXPECT_EQ(SignalsOf(copy), ZX_USER_SIGNAL_0);
}

TEST(WaitOneTest, ReplacingItsHandleCancelsIt) {
  const zx_handle_t thread = StartWaiter(MakeEvent());
  zx_handle_t replaced = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_handle_replace(waited_for, ZX_RIGHT_SAME_RIGHTS, &replaced), ZX_OK);
  AwaitEnd(thread);
  EXPECT_EQ(wait_status, ZX_ERR_CANCELED);
  EXPECT_EQ(wait_observed, ZX_SIGNAL_HANDLE_CLOSED);
}

TEST(WaitOneTest, ClosingAnotherHandleToTheObjectDoesNot) {
  const zx_handle_t event = MakeEvent();
  const zx_handle_t copy = Duplicate(event);
  const zx_handle_t thread = StartWaiter(event);
  EXPECT_EQ(zx_handle_close(copy), ZX_OK);
  EXPECT_EQ(zx_object_signal(event, 0, ZX_EVENT_SIGNALED), ZX_OK);
  AwaitEnd(thread);
  EXPECT_EQ(wait_status, ZX_OK);
}

// The wait ends by one of both, and its status and signals are of that one.
TEST(WaitOneTest, ASignalAndTheCloseOfItsHandleEndItOnce) {
  static constexpr int kRounds = 100;
  static zx_handle_t copy;
  static zx_handle_t closed;
  static std::atomic<uint32_t> go;
  for (int round = 0; round < kRounds; ++round) {
    const zx_handle_t event = MakeEvent();
    copy = Duplicate(event);
    closed = event;
    go.store(0);
    const zx_handle_t waiter = StartWaiter(event);
    const zx_handle_t closer = StartThread([](uint64_t) {
      go.fetch_add(1);
      while (go.load() != 2) zx_thread_legacy_yield(0);
      EXPECT_EQ(zx_handle_close(closed), ZX_OK);
    });
    const zx_handle_t signaller = StartThread([](uint64_t) {
      go.fetch_add(1);
      while (go.load() != 2) zx_thread_legacy_yield(0);
      EXPECT_EQ(zx_object_signal(copy, 0, ZX_EVENT_SIGNALED), ZX_OK);
    });
    for (const zx_handle_t thread : {waiter, closer, signaller}) AwaitEnd(thread);
    if (wait_status == ZX_OK) {
      EXPECT_EQ(wait_observed, ZX_EVENT_SIGNALED);
    } else {
      EXPECT_EQ(wait_status, ZX_ERR_CANCELED);
      EXPECT_EQ(wait_observed & ~ZX_EVENT_SIGNALED, ZX_SIGNAL_HANDLE_CLOSED);
    }
    for (const zx_handle_t thread : {waiter, closer, signaller}) zx_handle_close(thread);
    zx_handle_close(copy);
  }
}

// What a thread has seen of one object's crowd says nothing of the next one's.
TEST(WaitOneTest, AWaiterAmongManyHearsItsNextObjectAsWell) {
  constexpr int kMany = 65;  // More than are looked at at once.
  static zx_handle_t events[2];
  const zx_handle_t port = MakePort();
  for (zx_handle_t& event : events) event = MakeEvent();
  const auto watch = [port](zx_handle_t event) {
    for (int i = 0; i < kMany; ++i) {
      EXPECT_EQ(zx_object_wait_async(event, port, 1, ZX_USER_SIGNAL_2, 0), ZX_OK);
    }
  };
  watch(events[0]);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(zx_object_signal(events[0], 0, ZX_USER_SIGNAL_1), ZX_OK);
    EXPECT_EQ(zx_object_signal(events[0], ZX_USER_SIGNAL_1, 0), ZX_OK);
  }
  const zx_handle_t thread = StartThread([](uint64_t) {
    for (const zx_handle_t event : events) {
      for (int i = 0; i < 2; ++i) {  // The second time through a handle that is marked.
        EXPECT_EQ(zx_object_wait_one(event, ZX_USER_SIGNAL_0, ZX_TIME_INFINITE, nullptr), ZX_OK);
        EXPECT_EQ(zx_object_signal(event, ZX_USER_SIGNAL_0, ZX_USER_SIGNAL_3), ZX_OK);
      }
    }
  });
  for (const zx_handle_t event : events) {
    for (int i = 0; i < 2; ++i) {
      AwaitBlocked(thread, ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
      if (event == events[1] && i == 1) watch(event);  // It is there before they are.
      EXPECT_EQ(zx_object_signal(event, 0, ZX_USER_SIGNAL_0), ZX_OK);
      AwaitSignals(event, ZX_USER_SIGNAL_3);
      EXPECT_EQ(zx_object_signal(event, ZX_USER_SIGNAL_3, 0), ZX_OK);
    }
  }
  AwaitEnd(thread);
}

TEST(WaitOneTest, AWaiterThatIsKilledIsWokenByNothingAfterwards) {
  const zx_handle_t event = MakeEvent();
  for (int round = 0; round < 8; ++round) {
    const zx_handle_t process = StartProcess(
        MakeJob(),
        [](uint64_t handle, uint64_t) {
          zx_object_wait_one(static_cast<zx_handle_t>(handle), ZX_EVENT_SIGNALED, ZX_TIME_INFINITE,
                             nullptr);
          zx_process_exit(1);
        },
        Duplicate(event));
    if (round % 2 == 0) zx_nanosleep(zx_deadline_after(ZX_USEC(200)));  // Some are killed early.
    EXPECT_EQ(zx_task_kill(process), ZX_OK);
    EXPECT_EQ(AwaitReturnCode(process), ZX_TASK_RETCODE_SYSCALL_KILL);
    EXPECT_EQ(zx_object_signal(event, 0, ZX_EVENT_SIGNALED), ZX_OK);
    EXPECT_EQ(zx_object_signal(event, ZX_EVENT_SIGNALED, 0), ZX_OK);
  }
}

TEST(WaitManyTest, NoItemsAreASleep) {
  const zx_time_t deadline = zx_deadline_after(ZX_USEC(200));
  EXPECT_EQ(zx_object_wait_many(nullptr, 0, deadline), ZX_ERR_TIMED_OUT);
  EXPECT_GE(zx_clock_get_monotonic(), deadline);
  EXPECT_EQ(zx_object_wait_many(nullptr, 0, 0), ZX_ERR_TIMED_OUT);
}

TEST(WaitManyTest, TellsOfEachItemWhatIsSet) {
  zx_wait_item_t items[3] = {{MakeEvent(), ZX_EVENT_SIGNALED, 9},
                             {MakeChannel().first, ZX_CHANNEL_READABLE, 9},
                             {MakeEvent(), ZX_USER_SIGNAL_3, 9}};
  EXPECT_EQ(zx_object_wait_many(items, 3, 0), ZX_ERR_TIMED_OUT);
  EXPECT_EQ(items[0].pending, 0u);
  EXPECT_EQ(items[1].pending, ZX_CHANNEL_WRITABLE);
  EXPECT_EQ(items[2].pending, 0u);
  EXPECT_EQ(zx_object_signal(items[2].handle, 0, ZX_USER_SIGNAL_3 | ZX_USER_SIGNAL_4), ZX_OK);
  EXPECT_EQ(zx_object_wait_many(items, 3, ZX_TIME_INFINITE), ZX_OK);
  EXPECT_EQ(items[0].pending, 0u);
  EXPECT_EQ(items[1].pending, ZX_CHANNEL_WRITABLE);
  EXPECT_EQ(items[2].pending, ZX_USER_SIGNAL_3 | ZX_USER_SIGNAL_4);
}

TEST(WaitManyTest, EachOf64ItemsCanEndIt) {
  static zx_wait_item_t items[ZX_WAIT_MANY_MAX_ITEMS];
  for (zx_wait_item_t& item : items) item = {MakeEvent(), ZX_EVENT_SIGNALED, 0};
  for (zx_wait_item_t& signalled : items) {
    EXPECT_EQ(zx_object_signal(signalled.handle, 0, ZX_EVENT_SIGNALED), ZX_OK);
    EXPECT_EQ(zx_object_wait_many(items, std::size(items), ZX_TIME_INFINITE), ZX_OK);
    for (const zx_wait_item_t& item : items) {
      EXPECT_EQ(item.pending, &item == &signalled ? ZX_EVENT_SIGNALED : 0u);
    }
    EXPECT_EQ(zx_object_signal(signalled.handle, ZX_EVENT_SIGNALED, 0), ZX_OK);
  }
}

TEST(WaitManyTest, SixtyFiveItemsAreOutOfRange) {
  static zx_wait_item_t items[ZX_WAIT_MANY_MAX_ITEMS + 1];
  EXPECT_EQ(zx_object_wait_many(items, std::size(items), 0), ZX_ERR_OUT_OF_RANGE);
}

TEST(WaitManyTest, OneHandleMayStandThereOften) {
  const zx_handle_t event = MakeEvent();
  zx_wait_item_t items[3] = {
      {event, ZX_USER_SIGNAL_0, 0}, {event, ZX_USER_SIGNAL_1, 0}, {event, ZX_USER_SIGNAL_0, 0}};
  EXPECT_EQ(zx_object_signal(event, 0, ZX_USER_SIGNAL_1), ZX_OK);
  EXPECT_EQ(zx_object_wait_many(items, 3, ZX_TIME_INFINITE), ZX_OK);
  for (const zx_wait_item_t& item : items) EXPECT_EQ(item.pending, ZX_USER_SIGNAL_1);
}

TEST(WaitManyTest, OneBadItemFailsAll) {
  const zx_handle_t event = MakeEvent();
  EXPECT_EQ(zx_object_signal(event, 0, ZX_EVENT_SIGNALED), ZX_OK);
  const auto wait = [&](zx_handle_t other) {
    zx_wait_item_t items[2] = {{event, ZX_EVENT_SIGNALED, 5}, {other, ZX_EVENT_SIGNALED, 5}};
    const zx_status_t status = zx_object_wait_many(items, 2, 0);
    EXPECT_EQ(items[0].pending, 5u);
    return status;
  };
  EXPECT_EQ(wait(kNoHandle), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(wait(ZX_HANDLE_INVALID), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(wait(Without(MakeEvent(), ZX_RIGHT_WAIT)), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(wait(MakePort()), ZX_ERR_ACCESS_DENIED);
}

TEST(WaitManyTest, ClosingOneHandleCancelsItAndIsSeenThere) {
  static zx_wait_item_t items[3];
  static zx_status_t status;
  for (zx_wait_item_t& item : items) item = {MakeEvent(), ZX_EVENT_SIGNALED, 0};
  const zx_handle_t thread =
      StartThread([](uint64_t) { status = zx_object_wait_many(items, 3, ZX_TIME_INFINITE); });
  AwaitBlocked(thread, ZX_THREAD_STATE_BLOCKED_WAIT_MANY);
  EXPECT_EQ(zx_handle_close(items[1].handle), ZX_OK);
  AwaitEnd(thread);
  EXPECT_EQ(status, ZX_ERR_CANCELED);
  EXPECT_EQ(items[0].pending, 0u);
  EXPECT_EQ(items[1].pending, ZX_SIGNAL_HANDLE_CLOSED);
  EXPECT_EQ(items[2].pending, 0u);
}

TEST(WaitManyTest, ItemsThatAreNotThereAreInvalidArgs) {
  auto* const nowhere = reinterpret_cast<zx_wait_item_t*>(uintptr_t{0x7000'0000});
  EXPECT_EQ(zx_object_wait_many(nowhere, 1, 0), ZX_ERR_INVALID_ARGS);
}

TEST(ClockTest, RunsForwardAndBothAreTheSame) {
  zx_time_t last = zx_clock_get_monotonic();
  EXPECT_GE(last, 0);
  for (int i = 0; i < 1000; ++i) {
    const zx_time_t boot = zx_clock_get_boot();
    const zx_time_t now = zx_clock_get_monotonic();
    ASSERT_GE(boot, last);
    ASSERT_GE(now, boot);
    last = now;
  }
}

std::atomic<zx_time_t> latest_read;
std::atomic<uint32_t> steps_back;

// A quarter of a million times: what some thread has read is past for all of them.
void ReadClocks(uint64_t) {
  for (int i = 0; i < 250'000; ++i) {
    zx_time_t last = latest_read.load();
    const zx_time_t now = zx_clock_get_monotonic();
    if (now < last) ++steps_back;
    while (last < now && !latest_read.compare_exchange_weak(last, now)) {
    }
    if (i % 1024 == 0) Step();
  }
}

TEST(ClockTest, AMillionReadsByFourThreadsGoForwardB14) {
  latest_read = 0;
  steps_back = 0;
  zx_handle_t threads[4];
  for (zx_handle_t& thread : threads) thread = StartThread(ReadClocks);
  for (const zx_handle_t thread : threads) {
    AwaitEnd(thread);
    EXPECT_EQ(zx_handle_close(thread), ZX_OK);
  }
  EXPECT_EQ(steps_back.load(), 0u);
  EXPECT_GE(zx_clock_get_monotonic(), latest_read.load());
}

TEST(ClockTest, TicksAreTheClockInAnotherUnit) {
  const zx_ticks_t per_second = zx_ticks_per_second();
  EXPECT_GT(per_second, 0);
  EXPECT_EQ(ZX_SEC(1) % per_second, 0);
  const zx_time_t before = zx_clock_get_monotonic();
  const zx_ticks_t ticks = zx_ticks_get();
  const zx_ticks_t boot_ticks = zx_ticks_get_boot();
  const zx_time_t after = zx_clock_get_monotonic();
  const zx_time_t ns_per_tick = ZX_SEC(1) / per_second;
  EXPECT_LE(before, ticks * ns_per_tick);
  EXPECT_LE(ticks, boot_ticks);
  EXPECT_LE(boot_ticks * ns_per_tick, after);
}

TEST(ClockTest, DeadlinesSaturate) {
  EXPECT_EQ(zx_deadline_after(ZX_TIME_INFINITE), ZX_TIME_INFINITE);
  EXPECT_EQ(zx_deadline_after(ZX_TIME_INFINITE - 1), ZX_TIME_INFINITE);
  const zx_time_t now = zx_clock_get_monotonic();
  EXPECT_GE(zx_deadline_after(0), now);
  EXPECT_GE(zx_deadline_after(ZX_SEC(10)), now + ZX_SEC(10));
  EXPECT_LT(zx_deadline_after(-ZX_HOUR(1)), now);
}

TEST(SleepTest, LastsToItsDeadlineAndNoSleepIsFine) {
  for (const zx_duration_t span : {ZX_USEC(1), ZX_USEC(700), ZX_MSEC(3)}) {
    const zx_time_t deadline = zx_deadline_after(span);
    EXPECT_EQ(zx_nanosleep(deadline), ZX_OK);
    EXPECT_GE(zx_clock_get_monotonic(), deadline);
    if (SimulatesTime()) {
      EXPECT_LE(zx_clock_get_monotonic(), deadline + 100);  // The clock's step.
    }
  }
  EXPECT_EQ(zx_nanosleep(0), ZX_OK);
  EXPECT_EQ(zx_nanosleep(-1), ZX_OK);
  EXPECT_EQ(zx_nanosleep(ZX_TIME_INFINITE_PAST), ZX_OK);
}

TEST(SleepTest, SleepersWakeInTheOrderOfTheirDeadlines) {
  static zx_time_t base;
  static uint32_t order[8];
  static uint32_t next;
  base = zx_deadline_after(ZX_MSEC(5));
  next = 0;
  zx_handle_t threads[8];
  for (uint64_t i = 0; i < 8; ++i) {
    threads[i] = StartThread(
        [](uint64_t index) {
          EXPECT_EQ(zx_nanosleep(base + ZX_MSEC(2) * static_cast<zx_duration_t>(7 - index)), ZX_OK);
          order[__atomic_fetch_add(&next, 1, __ATOMIC_RELAXED)] = static_cast<uint32_t>(index);
        },
        i);
  }
  for (const zx_handle_t thread : threads) AwaitEnd(thread);
  if (!SimulatesTime()) return;  // Real sleepers may be late by more than what lies between them.
  for (uint32_t i = 0; i < 8; ++i) EXPECT_EQ(order[i], 7 - i);
}

}  // namespace
}  // namespace sirocco::zxtest
