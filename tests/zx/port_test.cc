// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Ports: packets of users and of signals, their order, their number, and how they are withdrawn.

#include <zircon/rights.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/port.h>

#include <cstring>

#include "tests/zx/objects.h"
#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {
namespace {

constexpr uint64_t kKey = 0x1234'5678'9abc'def0;

zx_status_t Queue(zx_handle_t port, uint64_t key) {
  zx_port_packet_t packet = {};
  packet.key = key;
  return zx_port_queue(port, &packet);
}

// What waits now: its key, or 0.
uint64_t TakeKey(zx_handle_t port) {
  zx_port_packet_t packet = {};
  return zx_port_wait(port, 0, &packet) == ZX_OK ? packet.key : 0;
}

zx_status_t Watch(zx_handle_t object, zx_handle_t port, zx_signals_t signals, uint64_t key = kKey,
                  uint32_t options = 0) {
  return zx_object_wait_async(object, port, key, signals, options);
}

TEST(PortTest, IsMadeWithItsDefaultRights) {
  const zx_info_handle_basic_t info = BasicInfo(MakePort());
  EXPECT_EQ(info.type, ZX_OBJ_TYPE_PORT);
  EXPECT_EQ(info.rights, (ZX_RIGHTS_BASIC & ~ZX_RIGHT_WAIT) | ZX_RIGHT_READ | ZX_RIGHT_WRITE);
  zx_handle_t port = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_port_create(2, &port), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_port_create(ZX_PORT_BIND_TO_INTERRUPT, &port), ZX_OK);
}

TEST(PortTest, AUsersPacketComesAsItWasButForItsType) {
  const zx_handle_t port = MakePort();
  zx_port_packet_t sent = {};
  sent.key = kKey;
  sent.type = 0x77;
  sent.status = -12345;
  for (size_t i = 0; i < 32; ++i) sent.user.c8[i] = static_cast<uint8_t>(i * 3);
  EXPECT_EQ(zx_port_queue(port, &sent), ZX_OK);
  zx_port_packet_t received = {};
  EXPECT_EQ(zx_port_wait(port, 0, &received), ZX_OK);
  EXPECT_EQ(received.type, ZX_PKT_TYPE_USER);
  EXPECT_EQ(received.key, kKey);
  EXPECT_EQ(received.status, -12345);
  EXPECT_EQ(std::memcmp(&received.user, &sent.user, sizeof(sent.user)), 0);
}

TEST(PortTest, PacketsComeInTheirOrder) {
  const zx_handle_t port = MakePort();
  for (uint64_t key = 1; key <= 100; ++key) EXPECT_EQ(Queue(port, key), ZX_OK);
  for (uint64_t key = 1; key <= 100; ++key) EXPECT_EQ(TakeKey(port), key);
}

TEST(PortTest, AnEmptyPortTimesOutAtTheDeadline) {
  const zx_handle_t port = MakePort();
  zx_port_packet_t packet = {};
  packet.key = 3;
  EXPECT_EQ(zx_port_wait(port, 0, &packet), ZX_ERR_TIMED_OUT);
  EXPECT_EQ(zx_port_wait(port, ZX_TIME_INFINITE_PAST, &packet), ZX_ERR_TIMED_OUT);
  const zx_time_t deadline = zx_deadline_after(ZX_USEC(500));
  EXPECT_EQ(zx_port_wait(port, deadline, &packet), ZX_ERR_TIMED_OUT);
  EXPECT_GE(zx_clock_get_monotonic(), deadline);
  EXPECT_EQ(packet.key, 3u);
}

TEST(PortTest, QueueingNeedsWriteAndTakingNeedsRead) {
  const zx_handle_t port = MakePort();
  const zx_handle_t reader = Duplicate(port, ZX_RIGHT_READ);
  const zx_handle_t writer = Duplicate(port, ZX_RIGHT_WRITE);
  zx_port_packet_t packet = {};
  EXPECT_EQ(Queue(reader, 1), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_port_wait(writer, 0, &packet), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Watch(MakeEvent(), reader, ZX_EVENT_SIGNALED), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Watch(Without(MakeEvent(), ZX_RIGHT_WAIT), writer, ZX_EVENT_SIGNALED),
            ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Queue(writer, 1), ZX_OK);
  EXPECT_EQ(TakeKey(reader), 1u);
}

TEST(PortTest, Holds4096UserPacketsAndSignalsBesides) {
  const zx_handle_t port = MakePort();
  for (uint64_t i = 0; i < 4096; ++i) ASSERT_EQ(Queue(port, i + 1), ZX_OK) << i;
  const zx_handle_t event = MakeEvent();
  EXPECT_EQ(Watch(event, port, ZX_EVENT_SIGNALED), ZX_OK);
  EXPECT_EQ(zx_object_signal(event, 0, ZX_EVENT_SIGNALED), ZX_OK);
  EXPECT_EQ(TakeKey(port), 1u);
  EXPECT_EQ(Queue(port, 5000), ZX_OK);
  for (uint64_t i = 1; i < 4096; ++i) ASSERT_EQ(TakeKey(port), i + 1);
  EXPECT_EQ(TakeKey(port), kKey);
  EXPECT_EQ(TakeKey(port), 5000u);
  EXPECT_EQ(TakeKey(port), 0u);
}

TEST(PortTest, OneMoreUserPacketEndsTheProcessThatQueuesIt) {
  const zx_handle_t port = MakePort();
  const zx_handle_t process = StartProcess(
      zx_job_default(),
      [](uint64_t port, uint64_t) {
        for (uint64_t i = 0; i < 4096; ++i) {
          if (Queue(static_cast<zx_handle_t>(port), i) != ZX_OK) zx_process_exit(1);
        }
        Queue(static_cast<zx_handle_t>(port), 4096);
        zx_process_exit(2);
      },
      Duplicate(port));
  EXPECT_EQ(AwaitReturnCode(process), ZX_TASK_RETCODE_EXCEPTION_KILL);
  for (uint64_t i = 1; i < 4096; ++i) {
    zx_port_packet_t packet = {};
    ASSERT_EQ(zx_port_wait(port, 0, &packet), ZX_OK);
  }
}

zx_handle_t taken_from;
uint64_t taken_keys[4];

// Waits for one packet, whose key is taken_keys[index] then.
zx_handle_t StartTaker(uint64_t index) {
  taken_keys[index] = 0;
  return StartThread(
      [](uint64_t place) {
        zx_port_packet_t packet = {};
        EXPECT_EQ(zx_port_wait(taken_from, ZX_TIME_INFINITE, &packet), ZX_OK);
        taken_keys[place] = packet.key;
      },
      index);
}

TEST(PortTest, APacketWakesOneWaiter) {
  const zx_handle_t port = taken_from = MakePort();
  zx_handle_t threads[4];
  for (uint64_t i = 0; i < 4; ++i) threads[i] = StartTaker(i);
  for (const zx_handle_t thread : threads) AwaitBlocked(thread, ZX_THREAD_STATE_BLOCKED_PORT);
  for (uint64_t key : {1, 10, 100, 1000}) EXPECT_EQ(Queue(port, key), ZX_OK);
  for (const zx_handle_t thread : threads) AwaitEnd(thread);
  EXPECT_EQ(taken_keys[0] + taken_keys[1] + taken_keys[2] + taken_keys[3], 1111u);
}

TEST(PortTest, WaitersGetTheirPacketsInTheOrderInWhichTheyCame) {
  const zx_handle_t port = taken_from = MakePort();
  const zx_handle_t event = MakeEvent();
  zx_handle_t threads[3];
  for (int round = 0; round < 2; ++round) {
    for (uint64_t i = 0; i < 3; ++i) {
      threads[i] = StartTaker(i);
      AwaitBlocked(threads[i], ZX_THREAD_STATE_BLOCKED_PORT);
    }
    // One of each kind.
    EXPECT_EQ(Queue(port, 1), ZX_OK);
    EXPECT_EQ(Watch(event, port, ZX_EVENT_SIGNALED, 2), ZX_OK);
    EXPECT_EQ(zx_object_signal(event, 0, ZX_EVENT_SIGNALED), ZX_OK);
    EXPECT_EQ(Watch(event, port, ZX_EVENT_SIGNALED, 3), ZX_OK);  // Is set.
    EXPECT_EQ(zx_object_signal(event, ZX_EVENT_SIGNALED, 0), ZX_OK);
    for (const zx_handle_t thread : threads) AwaitEnd(thread);
    for (uint64_t i = 0; i < 3; ++i) EXPECT_EQ(taken_keys[i], i + 1);
    EXPECT_EQ(TakeKey(port), 0u);
  }
}

TEST(PortTest, AWaiterThatIsKilledTakesNoPacket) {
  const zx_handle_t port = MakePort();
  for (int round = 0; round < 8; ++round) {
    const zx_handle_t process = StartProcess(
        MakeJob(),
        [](uint64_t handle, uint64_t) {
          zx_port_packet_t packet = {};
          zx_port_wait(static_cast<zx_handle_t>(handle), ZX_TIME_INFINITE, &packet);
          zx_process_exit(1);
        },
        Duplicate(port));
    if (round % 2 == 0) zx_nanosleep(zx_deadline_after(ZX_USEC(200)));  // Some are killed early.
    EXPECT_EQ(zx_task_kill(process), ZX_OK);
    EXPECT_EQ(AwaitReturnCode(process), ZX_TASK_RETCODE_SYSCALL_KILL);
    EXPECT_EQ(Queue(port, 5), ZX_OK);
    EXPECT_EQ(TakeKey(port), 5u);
  }
}

TEST(PortTest, ClosingTheHandleOfAWaitCancelsIt) {
  static zx_handle_t port;
  static zx_status_t status;
  port = MakePort();
  const zx_handle_t copy = Duplicate(port);
  const zx_handle_t thread = StartThread([](uint64_t) {
    zx_port_packet_t packet = {};
    status = zx_port_wait(port, ZX_TIME_INFINITE, &packet);
  });
  AwaitBlocked(thread, ZX_THREAD_STATE_BLOCKED_PORT);
  EXPECT_EQ(zx_handle_close(port), ZX_OK);
  AwaitEnd(thread);
  EXPECT_EQ(status, ZX_ERR_CANCELED);
  EXPECT_EQ(Queue(copy, 4), ZX_OK);
  EXPECT_EQ(TakeKey(copy), 4u);
}

TEST(WaitAsyncTest, ASignalThatComesGivesOnePacket) {
  const zx_handle_t port = MakePort();
  const zx_handle_t event = MakeEvent();
  EXPECT_EQ(Watch(event, port, ZX_USER_SIGNAL_0 | ZX_USER_SIGNAL_1), ZX_OK);
  EXPECT_EQ(zx_object_signal(event, 0, ZX_EVENT_SIGNALED), ZX_OK);
  EXPECT_EQ(TakeKey(port), 0u);
  EXPECT_EQ(zx_object_signal(event, 0, ZX_USER_SIGNAL_1), ZX_OK);
  EXPECT_EQ(zx_object_signal(event, 0, ZX_USER_SIGNAL_0), ZX_OK);
  zx_port_packet_t packet = {};
  EXPECT_EQ(zx_port_wait(port, 0, &packet), ZX_OK);
  EXPECT_EQ(packet.key, kKey);
  EXPECT_EQ(packet.type, ZX_PKT_TYPE_SIGNAL_ONE);
  EXPECT_EQ(packet.status, ZX_OK);
  EXPECT_EQ(packet.signal.trigger, ZX_USER_SIGNAL_0 | ZX_USER_SIGNAL_1);
  EXPECT_EQ(packet.signal.observed & (ZX_USER_SIGNAL_1 | ZX_EVENT_SIGNALED),
            ZX_USER_SIGNAL_1 | ZX_EVENT_SIGNALED);
  EXPECT_EQ(packet.signal.count, 1u);
  EXPECT_EQ(packet.signal.timestamp, 0);
  EXPECT_EQ(TakeKey(port), 0u);
}

TEST(WaitAsyncTest, ASignalThatIsSetGivesThePacketAtOnce) {
  const zx_handle_t port = MakePort();
  const zx_handle_t event = MakeEvent();
  EXPECT_EQ(zx_object_signal(event, 0, ZX_EVENT_SIGNALED), ZX_OK);
  EXPECT_EQ(Watch(event, port, ZX_EVENT_SIGNALED), ZX_OK);
  EXPECT_EQ(TakeKey(port), kKey);
}

TEST(WaitAsyncTest, OnAnEdgeASignalHasToComeAnew) {
  const zx_handle_t port = MakePort();
  const zx_handle_t event = MakeEvent();
  EXPECT_EQ(zx_object_signal(event, 0, ZX_EVENT_SIGNALED), ZX_OK);
  EXPECT_EQ(Watch(event, port, ZX_EVENT_SIGNALED, kKey, ZX_WAIT_ASYNC_EDGE), ZX_OK);
  EXPECT_EQ(TakeKey(port), 0u);
  EXPECT_EQ(zx_object_signal(event, 0, ZX_USER_SIGNAL_0), ZX_OK);
  EXPECT_EQ(TakeKey(port), 0u);
  EXPECT_EQ(zx_object_signal(event, ZX_EVENT_SIGNALED, 0), ZX_OK);
  EXPECT_EQ(TakeKey(port), 0u);
  EXPECT_EQ(zx_object_signal(event, 0, ZX_EVENT_SIGNALED), ZX_OK);
  EXPECT_EQ(TakeKey(port), kKey);
}

TEST(WaitAsyncTest, ATimestampSaysWhenTheSignalCame) {
  const zx_handle_t port = MakePort();
  for (const uint32_t option : {ZX_WAIT_ASYNC_TIMESTAMP, ZX_WAIT_ASYNC_BOOT_TIMESTAMP}) {
    const zx_handle_t event = MakeEvent();
    EXPECT_EQ(Watch(event, port, ZX_EVENT_SIGNALED, kKey, option), ZX_OK);
    EXPECT_EQ(zx_nanosleep(zx_deadline_after(ZX_USEC(100))), ZX_OK);
    const zx_time_t before = zx_clock_get_monotonic();
    EXPECT_EQ(zx_object_signal(event, 0, ZX_EVENT_SIGNALED), ZX_OK);
    const zx_time_t after = zx_clock_get_monotonic();
    EXPECT_EQ(zx_nanosleep(zx_deadline_after(ZX_USEC(100))), ZX_OK);
    zx_port_packet_t packet = {};
    EXPECT_EQ(zx_port_wait(port, 0, &packet), ZX_OK);
    EXPECT_GE(packet.signal.timestamp, before);
    EXPECT_LE(packet.signal.timestamp, after + 100);  // The clock's step.
  }
}

TEST(WaitAsyncTest, OptionsThatContradictOrAreUnknownAreInvalidArgs) {
  const zx_handle_t port = MakePort();
  const zx_handle_t event = MakeEvent();
  EXPECT_EQ(Watch(event, port, ZX_EVENT_SIGNALED, kKey,
                  ZX_WAIT_ASYNC_TIMESTAMP | ZX_WAIT_ASYNC_BOOT_TIMESTAMP),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Watch(event, port, ZX_EVENT_SIGNALED, kKey, 8), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Watch(event, event, ZX_EVENT_SIGNALED), ZX_ERR_WRONG_TYPE);
  EXPECT_EQ(Watch(kNoHandle, port, ZX_EVENT_SIGNALED), ZX_ERR_BAD_HANDLE);
}

TEST(WaitAsyncTest, SeveralOfOneObjectAndKeyAreSeveral) {
  const zx_handle_t port = MakePort();
  const zx_handle_t event = MakeEvent();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Watch(event, port, ZX_EVENT_SIGNALED), ZX_OK);
  EXPECT_EQ(zx_object_signal(event, 0, ZX_EVENT_SIGNALED), ZX_OK);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(TakeKey(port), kKey);
  EXPECT_EQ(TakeKey(port), 0u);
}

TEST(WaitAsyncTest, ThousandsOfWaitsOnOneObjectAllGetTheirPacket) {
  const zx_handle_t port = MakePort();
  const zx_handle_t event = MakeEvent();
  constexpr uint64_t kCount = 3000;
  for (uint64_t i = 1; i <= kCount; ++i) {
    ASSERT_EQ(Watch(event, port, ZX_EVENT_SIGNALED, i), ZX_OK);
  }
  EXPECT_EQ(zx_object_signal(event, 0, ZX_EVENT_SIGNALED), ZX_OK);
  uint64_t sum = 0;
  for (uint64_t i = 0; i < kCount; ++i) {
    zx_port_packet_t packet = {};
    ASSERT_EQ(zx_port_wait(port, ZX_TIME_INFINITE, &packet), ZX_OK);
    sum += packet.key;
  }
  EXPECT_EQ(sum, kCount * (kCount + 1) / 2);
  EXPECT_EQ(TakeKey(port), 0u);
}

TEST(WaitAsyncTest, ClosingTheHandleWithdrawsTheWaitButNoPacket) {
  const zx_handle_t port = MakePort();
  const zx_handle_t event = MakeEvent();
  const zx_handle_t copy = Duplicate(event);
  EXPECT_EQ(Watch(event, port, ZX_USER_SIGNAL_0, 1), ZX_OK);
  EXPECT_EQ(Watch(event, port, ZX_USER_SIGNAL_1, 2), ZX_OK);
  EXPECT_EQ(Watch(copy, port, ZX_USER_SIGNAL_0, 3), ZX_OK);
  EXPECT_EQ(zx_object_signal(event, 0, ZX_USER_SIGNAL_1), ZX_OK);
  EXPECT_EQ(zx_handle_close(event), ZX_OK);
  EXPECT_EQ(zx_object_signal(copy, 0, ZX_USER_SIGNAL_0), ZX_OK);
  EXPECT_EQ(TakeKey(port), 2u);
  EXPECT_EQ(TakeKey(port), 3u);
  EXPECT_EQ(TakeKey(port), 0u);
}

TEST(WaitAsyncTest, APortMayGoBeforeItsWaits) {
  const zx_handle_t port = MakePort();
  const zx_handle_t event = MakeEvent();
  for (uint64_t i = 0; i < 100; ++i) EXPECT_EQ(Watch(event, port, ZX_EVENT_SIGNALED, i), ZX_OK);
  EXPECT_EQ(zx_handle_close(port), ZX_OK);
  EXPECT_EQ(zx_object_signal(event, 0, ZX_EVENT_SIGNALED), ZX_OK);
  EXPECT_EQ(SignalsOf(event), ZX_EVENT_SIGNALED);
}

TEST(PortCancelTest, TakesBackWaitsAndPacketsOfOneObjectAndKey) {
  const zx_handle_t port = MakePort();
  const zx_handle_t event = MakeEvent();
  const zx_handle_t other = MakeEvent();
  EXPECT_EQ(Watch(event, port, ZX_USER_SIGNAL_0, 1), ZX_OK);
  EXPECT_EQ(Watch(event, port, ZX_USER_SIGNAL_1, 1), ZX_OK);
  EXPECT_EQ(Watch(event, port, ZX_USER_SIGNAL_0, 2), ZX_OK);
  EXPECT_EQ(Watch(other, port, ZX_USER_SIGNAL_0, 1), ZX_OK);
  EXPECT_EQ(zx_object_signal(event, 0, ZX_USER_SIGNAL_1), ZX_OK);  // One is a packet by now.
  EXPECT_EQ(zx_port_cancel(port, event, 1), ZX_OK);
  EXPECT_EQ(zx_port_cancel(port, event, 1), ZX_ERR_NOT_FOUND);
  EXPECT_EQ(zx_object_signal(event, 0, ZX_USER_SIGNAL_0), ZX_OK);
  EXPECT_EQ(zx_object_signal(other, 0, ZX_USER_SIGNAL_0), ZX_OK);
  EXPECT_EQ(TakeKey(port), 2u);
  EXPECT_EQ(TakeKey(port), 1u);
  EXPECT_EQ(TakeKey(port), 0u);
}

TEST(PortCancelTest, LeavesUserPacketsAlone) {
  const zx_handle_t port = MakePort();
  const zx_handle_t event = MakeEvent();
  EXPECT_EQ(Queue(port, kKey), ZX_OK);
  EXPECT_EQ(zx_port_cancel(port, event, kKey), ZX_ERR_NOT_FOUND);
  EXPECT_EQ(TakeKey(port), kKey);
}

TEST(PortCancelTest, NeedsWriteOnThePortAndWaitOnTheSource) {
  const zx_handle_t port = MakePort();
  const zx_handle_t event = MakeEvent();
  EXPECT_EQ(Watch(event, port, ZX_USER_SIGNAL_0, 1), ZX_OK);
  EXPECT_EQ(zx_port_cancel(Duplicate(port, ZX_RIGHT_READ), event, 1), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_port_cancel(port, Duplicate(event, ZX_RIGHT_SIGNAL), 1), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_port_cancel(port, kNoHandle, 1), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(zx_port_cancel(event, event, 1), ZX_ERR_WRONG_TYPE);
  EXPECT_EQ(zx_port_cancel(port, event, 1), ZX_OK);
}

TEST(PortCancelTest, ByKeyTakesThoseOfEveryObject) {
  const zx_handle_t port = MakePort();
  const zx_handle_t events[] = {MakeEvent(), MakeEvent(), MakeEvent()};
  for (const zx_handle_t event : events) {
    EXPECT_EQ(Watch(event, port, ZX_EVENT_SIGNALED, 1), ZX_OK);
    EXPECT_EQ(Watch(event, port, ZX_EVENT_SIGNALED, 2), ZX_OK);
  }
  EXPECT_EQ(zx_object_signal(events[0], 0, ZX_EVENT_SIGNALED), ZX_OK);
  EXPECT_EQ(zx_port_cancel_key(port, 1, 1), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_port_cancel_key(port, 0, 1), ZX_OK);
  EXPECT_EQ(zx_port_cancel_key(port, 0, 1), ZX_ERR_NOT_FOUND);
  for (const zx_handle_t event : events) {
    EXPECT_EQ(zx_object_signal(event, 0, ZX_EVENT_SIGNALED), ZX_OK);
  }
  for (int i = 0; i < 3; ++i) EXPECT_EQ(TakeKey(port), 2u);
  EXPECT_EQ(TakeKey(port), 0u);
}

}  // namespace
}  // namespace sirocco::zxtest
