// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// The ends of a wait in the hand-off pair that are not the other of the pair, and many at once.

#include <gtest/gtest.h>
#include <sirocco/channel_handoff.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include <atomic>
#include <cstdint>
#include <thread>

#include "kernel/arch/host/user_fiber.h"
#include "kernel/base/kassert.h"
#include "kernel/base/ref_ptr.h"
#include "kernel/objects/ledger.h"
#include "kernel/objects/process.h"
#include "tests/support/world.h"

namespace sirocco {
namespace {

using support::World;

// Of the program that runs; its memory.
zx_handle_t client;
zx_handle_t server;
std::atomic<zx_status_t> ended;
std::atomic<int> running;
std::atomic<int> wrong;

// A program that was killed meanwhile ends here.
zx_handle_t StartThread(void (*body)(uint64_t, uint64_t), uint64_t argument = 0) {
  zx_handle_t thread = ZX_HANDLE_INVALID;
  const auto entry = reinterpret_cast<zx_vaddr_t>(body);
  if (zx_thread_create(World::Self(), "thread", 6, 0, &thread) != ZX_OK ||
      zx_thread_start(thread, entry, 0, argument, 0) != ZX_OK) {
    zx_thread_exit();
  }
  return thread;
}

void AwaitParked(zx_handle_t thread) {
  zx_info_thread_t info = {};
  do {
    arch::UserFiber::Step();
    zx_thread_legacy_yield(0);
    PANIC_UNLESS(
        zx_object_get_info(thread, ZX_INFO_THREAD, &info, sizeof(info), nullptr, nullptr) == ZX_OK);
  } while (info.state != ZX_THREAD_STATE_BLOCKED_CHANNEL);
}

void AwaitEnd(zx_handle_t thread) {
  zx_object_wait_one(thread, ZX_THREAD_TERMINATED, ZX_TIME_INFINITE, nullptr);
}

void CallOnce(uint64_t, uint64_t) {
  uint64_t words[7] = {};
  uint32_t size = 16;
  ended = zx_channel_call_regs(client, words, &size);
  zx_thread_exit();
}

void ServeOnce(uint64_t, uint64_t) {
  uint64_t words[7] = {};
  uint32_t size = 0;
  ended = zx_channel_serve(server, words, &size, nullptr);
  zx_thread_exit();
}

// Answers with the sum of two words, until its peer is gone.
void ServeSums(uint64_t, uint64_t) {
  uint64_t words[7] = {};
  uint32_t size = 0;
  while (zx_channel_serve(server, words, &size, nullptr) == ZX_OK) words[1] += words[2];
  zx_thread_exit();
}

void CallForSums(uint64_t seed, uint64_t) {
  for (uint64_t i = 0; i < 500; ++i) {
    uint64_t words[7] = {0, seed << 32, i};
    uint32_t size = 24;
    const zx_status_t status = zx_channel_call_regs(client, words, &size);
    if (status != ZX_OK || words[1] != (seed << 32) + i || size != 24) ++wrong;
  }
  --running;
  zx_thread_exit();
}

// The same with 64 bytes in memory, whose words are the sum's from the fourth on.
struct Bytes {
  uint64_t words[8];
};

void ServeSumsInMemory(uint64_t, uint64_t) {
  Bytes bytes = {};
  uint64_t words[7] = {};
  uint32_t size = 0;
  zx_channel_serve_args_t args = {};
  args.wr_bytes = args.rd_bytes = &bytes;
  args.rd_num_bytes = sizeof(bytes);
  while (zx_channel_serve(server, words, &size, &args) == ZX_OK) {
    bytes.words[1] += bytes.words[7];
    args.wr_num_bytes = sizeof(bytes);
    size = 0;
  }
  zx_thread_exit();
}

void CallForSumsInMemory(uint64_t seed, uint64_t) {
  for (uint64_t i = 0; i < 500; ++i) {
    Bytes bytes = {};
    bytes.words[1] = seed << 32;
    bytes.words[7] = i;
    zx_channel_call_args_t args = {};
    args.wr_bytes = args.rd_bytes = &bytes;
    args.wr_num_bytes = args.rd_num_bytes = sizeof(bytes);
    uint32_t size = 0;
    uint32_t handles = 0;
    const zx_status_t status = zx_channel_call(client, 0, ZX_TIME_INFINITE, &args, &size, &handles);
    if (status != ZX_OK || bytes.words[1] != (seed << 32) + i || size != sizeof(bytes)) ++wrong;
  }
  --running;
  zx_thread_exit();
}

TEST(HandOffTest, ClosingTheHandleEndsAParkedServer) {
  World world;
  world.Run([] {
    zx_channel_create(0, &client, &server);
    const zx_handle_t thread = StartThread(&ServeOnce);
    AwaitParked(thread);
    zx_handle_close(server);
    AwaitEnd(thread);
  });
  EXPECT_EQ(ended, ZX_ERR_CANCELED);
}

TEST(HandOffTest, ClosingTheHandleEndsAParkedCaller) {
  World world;
  world.Run([] {
    zx_channel_create(0, &client, &server);
    const zx_handle_t thread = StartThread(&CallOnce);
    AwaitParked(thread);
    zx_handle_close(client);
    AwaitEnd(thread);
  });
  EXPECT_EQ(ended, ZX_ERR_CANCELED);
}

TEST(HandOffTest, ClosingThePeerEndsAParkedServer) {
  World world;
  world.Run([] {
    zx_channel_create(0, &client, &server);
    const zx_handle_t thread = StartThread(&ServeOnce);
    AwaitParked(thread);
    zx_handle_close(client);
    AwaitEnd(thread);
  });
  EXPECT_EQ(ended, ZX_ERR_PEER_CLOSED);
}

TEST(HandOffTest, ClosingThePeerEndsAParkedCaller) {
  World world;
  world.Run([] {
    zx_channel_create(0, &client, &server);
    const zx_handle_t thread = StartThread(&CallOnce);
    AwaitParked(thread);
    zx_handle_close(server);
    AwaitEnd(thread);
  });
  EXPECT_EQ(ended, ZX_ERR_PEER_CLOSED);
}

TEST(HandOffTest, ARequestThatDoesNotFitStaysForAReader) {
  World world;
  static uint32_t size;
  static zx_status_t read;
  world.Run([] {
    zx_channel_create(0, &client, &server);
    const zx_handle_t thread = StartThread(&ServeOnce);
    AwaitParked(thread);
    const uint8_t bytes[57] = {};
    zx_channel_write(client, 0, bytes, sizeof(bytes), nullptr, 0);
    AwaitEnd(thread);
    static uint8_t room[57];
    read = zx_channel_read(server, 0, room, nullptr, sizeof(room), 0, &size, nullptr);
  });
  EXPECT_EQ(ended, ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(read, ZX_OK);
  EXPECT_EQ(size, 57u);
}

// The two ways to carry a sum there and back.
using Body = void (*)(uint64_t, uint64_t);
struct InRegisters {
  static constexpr Body kServe = &ServeSums;
  static constexpr Body kCall = &CallForSums;
};
struct InMemory {
  static constexpr Body kServe = &ServeSumsInMemory;
  static constexpr Body kCall = &CallForSumsInMemory;
};

template <typename Way>
void ExpectEveryReplyAtItsCall() {
  for (const uint32_t harts : {1, 4}) {
    World world(harts);
    wrong = 0;
    EXPECT_EQ(world.Run([] {
      constexpr int kCallers = 6;
      zx_channel_create(0, &client, &server);
      running = kCallers;
      // Two servers, so that both are parked and awaited ones.
      for (int i = 0; i < 2; ++i) StartThread(Way::kServe);
      for (int i = 0; i < kCallers; ++i) StartThread(Way::kCall, static_cast<uint64_t>(i));
      while (running != 0) {
        arch::UserFiber::Step();
        zx_thread_legacy_yield(0);
      }
      zx_process_exit(0);
    }),
              0);
    EXPECT_EQ(wrong, 0) << harts << " harts";
  }
}

TEST(HandOffTest, EveryCallerGetsTheReplyToItsOwnCall) { ExpectEveryReplyAtItsCall<InRegisters>(); }

TEST(HandOffTest, EveryCallerWithBuffersGetsTheReplyToItsOwnCall) {
  ExpectEveryReplyAtItsCall<InMemory>();
}

template <typename Way>
void ExpectNothingLeftByAKill() {
  const Ledger::Snapshot before = ledger.Take();
  {
    World world(4);
    for (int round = 0; round < 100; ++round) {
      RefPtr<Process> process = world.Start([] {
        zx_channel_create(0, &client, &server);
        StartThread(Way::kServe);
        StartThread(Way::kCall, 1);
        Way::kCall(2, 0);
      });
      for (int i = 0; i < round % 20; ++i) {
        world.RunUntilIdle();
        std::this_thread::yield();
      }
      process->Kill(-9);  // The server at least is still there.
      ASSERT_EQ(world.Await(*process), -9) << round;
    }
  }
  EXPECT_TRUE(ledger.Take() == before);
}

TEST(HandOffTest, AKillAtAnyMomentEndsThePairAndLeavesNothing) {
  ExpectNothingLeftByAKill<InRegisters>();
}

TEST(HandOffTest, AKillAtAnyMomentEndsCallsWithBuffersAndLeavesNothing) {
  ExpectNothingLeftByAKill<InMemory>();
}

}  // namespace
}  // namespace sirocco
