// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Threads: their states as others see them, and their ends.

#include <sirocco/channel_handoff.h>
#include <zircon/rights.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/port.h>

#include <iterator>

#include "tests/zx/objects.h"
#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {
namespace {

zx_handle_t NewThread() {
  zx_handle_t thread = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_thread_create(zx_process_self(), "new", 3, 0, &thread), ZX_OK);
  return thread;
}

void Exit(uint64_t, uint64_t) { zx_thread_exit(); }

zx_vaddr_t EntryOf(void (*entry)(uint64_t, uint64_t)) {
  return reinterpret_cast<zx_vaddr_t>(entry);
}

TEST(ThreadTest, IsMadeWithItsDefaultRightsAndNew) {
  const zx_handle_t thread = NewThread();
  const zx_info_handle_basic_t info = BasicInfo(thread);
  EXPECT_EQ(info.type, ZX_OBJ_TYPE_THREAD);
  EXPECT_EQ(info.rights, ZX_DEFAULT_THREAD_RIGHTS);
  EXPECT_EQ(info.related_koid, KoidOf(zx_process_self()));
  EXPECT_EQ(ThreadState(thread), ZX_THREAD_STATE_NEW);
  EXPECT_EQ(SignalsOf(thread), 0u);
  zx_handle_t other = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_thread_create(zx_process_self(), "x", 1, 1, &other), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_thread_create(MakeEvent(), "x", 1, 0, &other), ZX_ERR_WRONG_TYPE);
}

TEST(ThreadTest, GetsItsTwoArguments) {
  static uint64_t arguments[2];
  const zx_handle_t thread = NewThread();
  EXPECT_EQ(zx_thread_start(thread, EntryOf([](uint64_t first, uint64_t second) {
                              arguments[0] = first;
                              arguments[1] = second;
                              zx_thread_exit();
                            }),
                            NewStack(), 0x1234'5678'9abc'def0, ~uint64_t{0}),
            ZX_OK);
  AwaitEnd(thread);
  EXPECT_EQ(arguments[0], 0x1234'5678'9abc'def0u);
  EXPECT_EQ(arguments[1], ~uint64_t{0});
}

TEST(ThreadTest, ItsSignalsFollowItsLife) {
  const Pair ends = MakeEventPair();
  const zx_handle_t thread = StartThread(
      [](uint64_t end) {
        zx_object_wait_one(static_cast<zx_handle_t>(end), ZX_EVENTPAIR_SIGNALED, ZX_TIME_INFINITE,
                           nullptr);
      },
      ends.second);
  AwaitSignals(thread, ZX_THREAD_RUNNING);
  EXPECT_EQ(SignalsOf(thread), ZX_THREAD_RUNNING);
  EXPECT_EQ(zx_object_signal_peer(ends.first, 0, ZX_EVENTPAIR_SIGNALED), ZX_OK);
  AwaitEnd(thread);
  EXPECT_EQ(SignalsOf(thread), ZX_THREAD_TERMINATED);
  EXPECT_EQ(ThreadState(thread), ZX_THREAD_STATE_DEAD);
}

TEST(ThreadTest, StartsOnce) {
  const zx_handle_t thread = NewThread();
  const zx_vaddr_t stack = NewStack();
  for (const zx_vaddr_t entry : {zx_vaddr_t{0}, ~zx_vaddr_t{0}}) {
    EXPECT_EQ(zx_thread_start(thread, entry, stack, 0, 0), ZX_ERR_INVALID_ARGS);
  }
  EXPECT_EQ(zx_thread_start(thread, EntryOf(&Exit), stack, 0, 0), ZX_OK);
  EXPECT_EQ(zx_thread_start(thread, EntryOf(&Exit), stack, 0, 0), ZX_ERR_BAD_STATE);
  AwaitEnd(thread);
  EXPECT_EQ(zx_thread_start(thread, EntryOf(&Exit), stack, 0, 0), ZX_ERR_BAD_STATE);
}

TEST(ThreadTest, StartingNeedsManageThread) {
  const zx_handle_t thread =
      Duplicate(NewThread(), ZX_DEFAULT_THREAD_RIGHTS & ~ZX_RIGHT_MANAGE_THREAD);
  EXPECT_EQ(zx_thread_start(thread, EntryOf(&Exit), NewStack(), 0, 0), ZX_ERR_ACCESS_DENIED);
}

TEST(ThreadTest, OneThatWasNeverStartedGoesWithItsHandles) {
  const zx_handle_t thread = NewThread();
  const zx_koid_t koid = KoidOf(thread);
  zx_handle_t opened = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_object_get_child(zx_process_self(), koid, ZX_RIGHT_SAME_RIGHTS, &opened),
            ZX_ERR_NOT_FOUND);
  EXPECT_EQ(zx_handle_close(thread), ZX_OK);
}

TEST(ThreadTest, ItsEndWakesWhoWaits) {
  static zx_handle_t sleeper;
  static zx_status_t statuses[4];
  const Pair ends = MakeEventPair();
  sleeper = StartThread(
      [](uint64_t end) {
        zx_object_wait_one(static_cast<zx_handle_t>(end), ZX_EVENTPAIR_SIGNALED, ZX_TIME_INFINITE,
                           nullptr);
      },
      ends.second);
  zx_handle_t threads[4];
  for (uint64_t i = 0; i < 4; ++i) {
    statuses[i] = ZX_ERR_INTERNAL;
    threads[i] = StartThread(
        [](uint64_t index) {
          statuses[index] =
              zx_object_wait_one(sleeper, ZX_THREAD_TERMINATED, ZX_TIME_INFINITE, nullptr);
        },
        i);
  }
  EXPECT_EQ(zx_object_signal_peer(ends.first, 0, ZX_EVENTPAIR_SIGNALED), ZX_OK);
  for (const zx_handle_t thread : threads) AwaitEnd(thread);
  for (const zx_status_t status : statuses) EXPECT_EQ(status, ZX_OK);
}

// Every wait, and what others see of it. Each ends when its handle is closed or its word is woken.
TEST(ThreadTest, ItsStateSaysWhatItWaitsFor) {
  static zx_handle_t event, port, channel, interrupt;
  static zx_futex_t word;
  static zx_wait_item_t item;
  event = MakeEvent();
  port = MakePort();
  channel = MakeChannel().first;
  item = {MakeEvent(), ZX_EVENT_SIGNALED, 0};
  word = 0;
  EXPECT_EQ(zx_interrupt_create(ZX_HANDLE_INVALID, 0, ZX_INTERRUPT_VIRTUAL, &interrupt), ZX_OK);
  const struct {
    ThreadBody body;
    uint32_t state;
  } waits[] = {
      {[](uint64_t) { zx_object_wait_one(event, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr); },
       ZX_THREAD_STATE_BLOCKED_WAIT_ONE},
      {[](uint64_t) { zx_object_wait_many(&item, 1, ZX_TIME_INFINITE); },
       ZX_THREAD_STATE_BLOCKED_WAIT_MANY},
      {[](uint64_t) {
         zx_port_packet_t packet;
         zx_port_wait(port, ZX_TIME_INFINITE, &packet);
       },
       ZX_THREAD_STATE_BLOCKED_PORT},
      {[](uint64_t) {
         uint64_t words[ZX_CHANNEL_REGS_WORDS] = {};
         uint32_t size = 8;
         zx_channel_call_regs(channel, words, &size);
       },
       ZX_THREAD_STATE_BLOCKED_CHANNEL},
      {[](uint64_t) { zx_interrupt_wait(interrupt, nullptr); }, ZX_THREAD_STATE_BLOCKED_INTERRUPT},
      {[](uint64_t) { zx_futex_wait(&word, 0, ZX_HANDLE_INVALID, ZX_TIME_INFINITE); },
       ZX_THREAD_STATE_BLOCKED_FUTEX},
  };
  zx_handle_t threads[std::size(waits)];
  for (size_t i = 0; i < std::size(waits); ++i) {
    threads[i] = StartThread(waits[i].body);
    AwaitBlocked(threads[i], waits[i].state);
  }
  for (const zx_handle_t handle : {event, item.handle, port, channel, interrupt}) {
    EXPECT_EQ(zx_handle_close(handle), ZX_OK);
  }
  EXPECT_EQ(zx_futex_wake(&word, 1), ZX_OK);
  for (const zx_handle_t thread : threads) AwaitEnd(thread);
}

TEST(ThreadTest, ASleeperIsSeenSleeping) {
  static uint32_t is_seen;
  is_seen = 0;
  const zx_handle_t thread = StartThread([](uint64_t) {
    while (__atomic_load_n(&is_seen, __ATOMIC_RELAXED) == 0) {
      zx_nanosleep(zx_deadline_after(ZX_MSEC(5)));
    }
  });
  AwaitBlocked(thread, ZX_THREAD_STATE_BLOCKED_SLEEPING);
  __atomic_store_n(&is_seen, 1, __ATOMIC_RELAXED);
  AwaitEnd(thread);
}

TEST(ThreadTest, YieldingLetsTheOtherRun) {
  static int turns[2];
  turns[0] = turns[1] = 0;
  zx_handle_t threads[2];
  for (uint64_t i = 0; i < 2; ++i) {
    threads[i] = StartThread(
        [](uint64_t index) {
          for (int round = 0; round < 100; ++round) {
            __atomic_fetch_add(&turns[index], 1, __ATOMIC_RELAXED);
            EXPECT_EQ(zx_thread_legacy_yield(0), ZX_OK);
            if (SimulatesTime()) {  // One hart: they take turns.
              const int ahead = turns[index] - turns[1 - index];
              EXPECT_TRUE(ahead >= -1 && ahead <= 1) << ahead;
            }
          }
        },
        i);
  }
  EXPECT_EQ(zx_thread_legacy_yield(1), ZX_ERR_INVALID_ARGS);
  for (const zx_handle_t thread : threads) AwaitEnd(thread);
  EXPECT_EQ(turns[0] + turns[1], 200);
}

TEST(ThreadTest, AThousandComeAndGo) {
  static uint64_t sum;
  sum = 0;
  for (uint64_t batch = 0; batch < 50; ++batch) {
    zx_handle_t threads[20];
    for (uint64_t i = 0; i < 20; ++i) {
      threads[i] =
          StartThread([](uint64_t value) { __atomic_fetch_add(&sum, value, __ATOMIC_RELAXED); },
                      batch * 20 + i);
    }
    for (const zx_handle_t thread : threads) {
      AwaitEnd(thread);
      EXPECT_EQ(zx_handle_close(thread), ZX_OK);
    }
  }
  EXPECT_EQ(sum, 999u * 1000 / 2);
}

TEST(ThreadTest, AThreadCanUnmapItsStackAndEnd) {
  static zx_handle_t event;
  static zx_vaddr_t mapping;
  event = MakeEvent();
  const zx_handle_t vmo = MakeVmo(4096);
  EXPECT_EQ(zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, vmo, 0, 4096,
                        &mapping),
            ZX_OK);
  const zx_handle_t thread = StartThread([](uint64_t) {
    zx_vmar_unmap_handle_close_thread_exit(zx_vmar_root_self(), mapping, 4096, event);
  });
  AwaitEnd(thread);
  EXPECT_FALSE(IsValid(event));
  // Nothing is mapped there any more.
  EXPECT_EQ(zx_vmar_protect(zx_vmar_root_self(), ZX_VM_PERM_READ, mapping, 4096), ZX_ERR_NOT_FOUND);
}

TEST(ThreadTest, UnmappingWhatIsNoPageReturns) {
  EXPECT_EQ(zx_vmar_unmap_handle_close_thread_exit(zx_vmar_root_self(), 1, 4096, ZX_HANDLE_INVALID),
            ZX_ERR_INVALID_ARGS);
}

}  // namespace
}  // namespace sirocco::zxtest
