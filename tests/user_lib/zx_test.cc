// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// zx:: handles over the calls of the kernel that runs.
#include <gtest/gtest.h>
#include <lib/zx/channel.h>
#include <lib/zx/clock.h>
#include <lib/zx/event.h>
#include <lib/zx/eventpair.h>
#include <lib/zx/handle.h>
#include <lib/zx/job.h>
#include <lib/zx/port.h>
#include <lib/zx/process.h>
#include <lib/zx/thread.h>
#include <lib/zx/time.h>
#include <lib/zx/timer.h>
#include <lib/zx/vmar.h>
#include <lib/zx/vmo.h>
#include <threads.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/port.h>
#include <zircon/threads.h>

#include <array>
#include <cstring>
#include <string_view>
#include <thread>
#include <utility>

namespace {

template <typename T>
zx_info_handle_basic_t Info(const T& object) {
  zx_info_handle_basic_t info = {};
  EXPECT_EQ(object.get_info(ZX_INFO_HANDLE_BASIC, &info, sizeof(info), nullptr, nullptr), ZX_OK);
  return info;
}

TEST(ZxEventTest, ASignalIsSeenByAWait) {
  zx::event event;
  ASSERT_EQ(zx::event::create(0, &event), ZX_OK);
  zx_signals_t seen = 0;
  EXPECT_EQ(event.wait_one(ZX_EVENT_SIGNALED, zx::time::infinite_past(), &seen), ZX_ERR_TIMED_OUT);
  std::thread other([&event] { event.signal(0, ZX_EVENT_SIGNALED); });
  EXPECT_EQ(event.wait_one(ZX_EVENT_SIGNALED, zx::time::infinite(), &seen), ZX_OK);
  other.join();
  EXPECT_TRUE(seen & ZX_EVENT_SIGNALED);
}

TEST(ZxEventTest, ADuplicateHasOnlyTheRightsAskedFor) {
  zx::event event;
  ASSERT_EQ(zx::event::create(0, &event), ZX_OK);
  zx::event waiter;
  ASSERT_EQ(event.duplicate(ZX_RIGHT_WAIT, &waiter), ZX_OK);
  EXPECT_EQ(Info(waiter).rights, ZX_RIGHT_WAIT);
  EXPECT_EQ(Info(waiter).koid, Info(event).koid);
  EXPECT_EQ(waiter.signal(0, ZX_EVENT_SIGNALED), ZX_ERR_ACCESS_DENIED);
}

TEST(ZxEventPairTest, TheEndOfOneIsSeenByTheOther) {
  zx::eventpair ours;
  zx::eventpair theirs;
  ASSERT_EQ(zx::eventpair::create(0, &ours, &theirs), ZX_OK);
  EXPECT_EQ(ours.signal_peer(0, ZX_USER_SIGNAL_3), ZX_OK);
  EXPECT_EQ(theirs.wait_one(ZX_USER_SIGNAL_3, zx::time::infinite(), nullptr), ZX_OK);
  theirs.reset();
  EXPECT_EQ(ours.wait_one(ZX_EVENTPAIR_PEER_CLOSED, zx::time::infinite(), nullptr), ZX_OK);
}

TEST(ZxChannelTest, CarriesAHandleAway) {
  zx::channel ours;
  zx::channel theirs;
  ASSERT_EQ(zx::channel::create(0, &ours, &theirs), ZX_OK);
  zx::event event;
  ASSERT_EQ(zx::event::create(0, &event), ZX_OK);
  const zx_koid_t koid = Info(event).koid;
  zx_handle_t sent = event.release();
  ASSERT_EQ(ours.write(0, "take", 4, &sent, 1), ZX_OK);
  std::array<char, 4> bytes;
  zx::handle received;
  uint32_t size = 0;
  uint32_t count = 0;
  ASSERT_EQ(theirs.read(0, bytes.data(), received.reset_and_get_address(), bytes.size(), 1, &size,
                        &count),
            ZX_OK);
  EXPECT_EQ(std::string_view(bytes.data(), size), "take");
  EXPECT_EQ(Info(zx::event(std::move(received))).koid, koid);
}

TEST(ZxChannelTest, ACallIsAnsweredByAThread) {
  zx::channel client;
  zx::channel server;
  ASSERT_EQ(zx::channel::create(0, &client, &server), ZX_OK);
  std::thread thread([server = std::move(server)] {
    std::array<uint32_t, 2> request;
    ASSERT_EQ(server.wait_one(ZX_CHANNEL_READABLE, zx::time::infinite(), nullptr), ZX_OK);
    ASSERT_EQ(server.read(0, request.data(), nullptr, sizeof(request), 0, nullptr, nullptr), ZX_OK);
    request[1] *= 2;
    ASSERT_EQ(server.write(0, request.data(), sizeof(request), nullptr, 0), ZX_OK);
  });
  const std::array<uint32_t, 2> request = {0, 21};
  std::array<uint32_t, 2> reply = {};
  zx_channel_call_args_t args = {};
  args.wr_bytes = request.data();
  args.wr_num_bytes = sizeof(request);
  args.rd_bytes = reply.data();
  args.rd_num_bytes = sizeof(reply);
  uint32_t size = 0;
  uint32_t count = 0;
  EXPECT_EQ(client.call(0, zx::time::infinite(), &args, &size, &count), ZX_OK);
  thread.join();
  EXPECT_EQ(reply[1], 42u);
  EXPECT_EQ(client.write(0, "x", 1, nullptr, 0), ZX_ERR_PEER_CLOSED);
}

TEST(ZxPortTest, BringsSignalsUntilCancelled) {
  zx::port port;
  zx::event event;
  ASSERT_EQ(zx::port::create(0, &port), ZX_OK);
  ASSERT_EQ(zx::event::create(0, &event), ZX_OK);
  ASSERT_EQ(event.wait_async(port, 5, ZX_EVENT_SIGNALED, 0), ZX_OK);
  event.signal(0, ZX_EVENT_SIGNALED);
  zx_port_packet_t packet = {};
  ASSERT_EQ(port.wait(zx::time::infinite(), &packet), ZX_OK);
  EXPECT_EQ(packet.key, 5u);
  EXPECT_EQ(packet.type, ZX_PKT_TYPE_SIGNAL_ONE);
  event.signal(ZX_EVENT_SIGNALED, 0);
  ASSERT_EQ(event.wait_async(port, 6, ZX_EVENT_SIGNALED, 0), ZX_OK);
  EXPECT_EQ(port.cancel(event, 6), ZX_OK);
  event.signal(0, ZX_EVENT_SIGNALED);
  EXPECT_EQ(port.wait(zx::time::infinite_past(), &packet), ZX_ERR_TIMED_OUT);
}

TEST(ZxTimerTest, FiresAtItsTime) {
  zx::timer timer;
  ASSERT_EQ(zx::timer::create(ZX_TIMER_SLACK_LATE, ZX_CLOCK_MONOTONIC, &timer), ZX_OK);
  const zx::time deadline = zx::deadline_after(zx::msec(5));
  ASSERT_EQ(timer.set(deadline, zx::usec(10)), ZX_OK);
  ASSERT_EQ(timer.wait_one(ZX_TIMER_SIGNALED, zx::time::infinite(), nullptr), ZX_OK);
  EXPECT_GE(zx::clock::get_monotonic(), deadline);
}

TEST(ZxVmoTest, WhatIsWrittenIsInTheMapping) {
  zx::vmo vmo;
  ASSERT_EQ(zx::vmo::create(8192, 0, &vmo), ZX_OK);
  ASSERT_EQ(vmo.write("sand", 4096, 4), ZX_OK);
  const zx::unowned_vmar root = zx::vmar::root_self();
  zx_vaddr_t address = 0;
  ASSERT_EQ(root->map(ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, vmo, 0, 8192, &address), ZX_OK);
  EXPECT_EQ(std::memcmp(reinterpret_cast<char*>(address) + 4096, "sand", 4), 0);
  std::memcpy(reinterpret_cast<char*>(address), "dune", 4);
  std::array<char, 4> bytes;
  ASSERT_EQ(vmo.read(bytes.data(), 0, bytes.size()), ZX_OK);
  EXPECT_EQ(std::string_view(bytes.data(), bytes.size()), "dune");
  EXPECT_EQ(root->unmap(address, 8192), ZX_OK);
}

TEST(ZxVmarTest, ARegionEndsWithAllThatItMaps) {
  zx::vmar region;
  zx_vaddr_t base = 0;
  ASSERT_EQ(zx::vmar::root_self()->allocate(ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_SPECIFIC, 0, 65536,
                                            &region, &base),
            ZX_OK);
  zx::vmo vmo;
  ASSERT_EQ(zx::vmo::create(4096, 0, &vmo), ZX_OK);
  zx_vaddr_t address = 0;
  ASSERT_EQ(region.map(ZX_VM_PERM_READ | ZX_VM_SPECIFIC, 8192, vmo, 0, 4096, &address), ZX_OK);
  EXPECT_EQ(address, base + 8192);
  EXPECT_EQ(region.destroy(), ZX_OK);
  EXPECT_EQ(region.map(ZX_VM_PERM_READ, 0, vmo, 0, 4096, &address), ZX_ERR_BAD_STATE);
}

TEST(ZxThreadTest, KnowsItselfInEveryThread) {
  const zx_koid_t first = Info(*zx::thread::self()).koid;
  zx_koid_t second = 0;
  std::thread([&second] {
    second = Info(*zx::thread::self()).koid;
    EXPECT_EQ(zx::thread::self()->get(), thrd_get_zx_handle(thrd_current()));
  }).join();
  EXPECT_NE(first, second);
  EXPECT_EQ(Info(*zx::thread::self()).related_koid, Info(*zx::process::self()).koid);
}

}  // namespace
