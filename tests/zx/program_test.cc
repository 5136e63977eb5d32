// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Programs that make real calls, on the hosted kernel: every check, handler and wait between the
// stub and the object.

#include <gtest/gtest.h>
#include <sirocco/channel_handoff.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include <atomic>
#include <thread>

#include "kernel/arch/clock.h"
#include "kernel/arch/host/user_fiber.h"
#include "kernel/base/kassert.h"
#include "tests/support/world.h"

namespace sirocco {
namespace {

using arch::UserFiber;
using arch::UserTrap;
using support::World;

// What the program of a test found; a static, so that it is the program's memory.
zx_status_t found[4];

TEST(ProcessTest, EndsWith0WhenItsLastThreadEnds) {
  World world;
  EXPECT_EQ(world.Run([] {}), 0);
}

TEST(ProcessTest, EndsWithTheCodeItExitsWith) {
  World world;
  EXPECT_EQ(world.Run([] { zx_process_exit(7); }), 7);
}

TEST(ProcessTest, AnUnhandledExceptionEndsItWithItsOwnCode) {
  World world;
  EXPECT_EQ(world.Run([] {
    UserFiber::Raise(UserTrap{UserTrap::Kind::kPageFault, UserTrap::Access::kRead, 13, 0x1234567});
  }),
            ZX_TASK_RETCODE_EXCEPTION_KILL);
}

TEST(ProcessTest, KillEndsAThreadThatWaits) {
  World world;
  RefPtr<Process> process = world.Start([] {
    zx_handle_t event = ZX_HANDLE_INVALID;
    zx_event_create(0, &event);
    zx_object_wait_one(event, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr);
    zx_process_exit(1);
  });
  world.RunUntilIdle();
  process->Kill(-9);
  EXPECT_EQ(world.Await(*process), -9);
}

// A kill that came just as another hart took the thread must reach that hart.
TEST(ProcessTest, KillEndsAThreadThatSpinsOnAnotherHart) {
  static std::atomic<int> is_spinning;
  World world(2);
  for (int round = 0; round < 200; ++round) {
    is_spinning = 0;
    RefPtr<Process> process = world.Start([] {
      for (;;) {
        is_spinning = 1;
        UserFiber::Step();
      }
    });
    if (round % 2 == 0) {
      // Hart 0 does not turn: the other one steals it.
      while (is_spinning == 0) std::this_thread::yield();
    }
    process->Kill(-9);
    ASSERT_EQ(world.Await(*process), -9) << round;
  }
}

TEST(CallTest, BadMemoryIsInvalidArgs) {
  World world;
  world.Run([] {
    zx_handle_t event = ZX_HANDLE_INVALID;
    found[0] = zx_event_create(0, reinterpret_cast<zx_handle_t*>(0x7000'0000));
    found[1] = zx_event_create(0, reinterpret_cast<zx_handle_t*>(~uintptr_t{0} - 3));
    found[2] = zx_event_create(0, &event);
    found[3] = zx_event_create(1, &event);
  });
  EXPECT_EQ(found[0], ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(found[1], ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(found[2], ZX_OK);
  EXPECT_EQ(found[3], ZX_ERR_INVALID_ARGS);
}

TEST(CallTest, AWaitTimesOutAtItsDeadline) {
  World world;
  static zx_time_t woken;
  world.Run([] {
    zx_handle_t event = ZX_HANDLE_INVALID;
    zx_event_create(0, &event);
    found[0] = zx_object_wait_one(event, ZX_EVENT_SIGNALED, zx_deadline_after(ZX_MSEC(5)), nullptr);
    woken = zx_clock_get_monotonic();
  });
  EXPECT_EQ(found[0], ZX_ERR_TIMED_OUT);
  EXPECT_GE(woken, ZX_MSEC(5));
}

zx_handle_t client;
zx_handle_t server;

void StartThread(void (*body)(uint64_t, uint64_t)) {
  zx_handle_t thread = ZX_HANDLE_INVALID;
  PANIC_UNLESS(zx_thread_create(World::Self(), "server", 6, 0, &thread) == ZX_OK);
  PANIC_UNLESS(zx_thread_start(thread, reinterpret_cast<zx_vaddr_t>(body), 0, 0, 0) == ZX_OK);
}

TEST(ThreadTest, ANewThreadGetsItsTurnWhileItsCreatorComputesAlone) {
  static std::atomic<int> has_run;
  World world;
  arch::Clock::SetMode(arch::Clock::Mode::kReal);
  has_run = 0;
  world.Run([] {
    StartThread([](uint64_t, uint64_t) {
      has_run = 1;
      zx_thread_exit();
    });
    while (has_run == 0) UserFiber::Step();
  });
  arch::Clock::SetMode(arch::Clock::Mode::kSimulated);
  EXPECT_EQ(has_run, 1);
}

TEST(ChannelTest, AMessageArrivesAsItWasWritten) {
  World world;
  static uint64_t received;
  world.Run([] {
    const uint64_t sent = 0x1122334455667788;
    found[0] = zx_channel_create(0, &client, &server);
    found[1] = zx_channel_write(client, 0, &sent, sizeof(sent), nullptr, 0);
    found[2] =
        zx_channel_read(server, 0, &received, nullptr, sizeof(received), 0, nullptr, nullptr);
    found[3] =
        zx_channel_read(server, 0, &received, nullptr, sizeof(received), 0, nullptr, nullptr);
  });
  EXPECT_EQ(found[0], ZX_OK);
  EXPECT_EQ(found[1], ZX_OK);
  EXPECT_EQ(found[2], ZX_OK);
  EXPECT_EQ(received, 0x1122334455667788u);
  EXPECT_EQ(found[3], ZX_ERR_SHOULD_WAIT);
}

TEST(ChannelTest, ACallInRegistersIsServedInRegisters) {
  World world;
  static uint64_t sum;
  static uint32_t reply_size;
  world.Run([] {
    zx_channel_create(0, &client, &server);
    StartThread([](uint64_t, uint64_t) {
      uint64_t words[7] = {};
      uint32_t size = 0;
      for (int i = 0; i < 100; ++i) {
        if (zx_channel_serve(server, words, &size, nullptr) != ZX_OK) break;
        words[1] += words[2];
        size = 16;
      }
      zx_channel_serve(server, words, &size, nullptr);
      zx_thread_exit();
    });
    sum = 0;
    for (uint64_t i = 0; i < 100; ++i) {
      uint64_t words[7] = {0, sum, i};
      reply_size = 24;
      found[0] = zx_channel_call_regs(client, words, &reply_size);
      if (found[0] != ZX_OK) break;
      sum = words[1];
    }
    zx_process_exit(0);
  });
  EXPECT_EQ(found[0], ZX_OK);
  EXPECT_EQ(sum, 4950u);
  EXPECT_EQ(reply_size, 16u);
}

TEST(ChannelTest, ClosingTheHandleOfAWaitCancelsIt) {
  World world;
  world.Run([] {
    zx_channel_create(0, &client, &server);
    StartThread([](uint64_t, uint64_t) {
      zx_handle_close(client);
      zx_thread_exit();
    });
    found[0] = zx_object_wait_one(client, ZX_CHANNEL_READABLE, ZX_TIME_INFINITE, nullptr);
  });
  EXPECT_EQ(found[0], ZX_ERR_CANCELED);
}

}  // namespace
}  // namespace sirocco
