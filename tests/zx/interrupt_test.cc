// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Virtual interrupts: waited for, or as packets of a port.

#include <zircon/rights.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/port.h>

#include "tests/zx/objects.h"
#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {
namespace {

constexpr uint64_t kKey = 77;

zx_handle_t MakeInterrupt() {
  zx_handle_t interrupt = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_interrupt_create(ZX_HANDLE_INVALID, 0, ZX_INTERRUPT_VIRTUAL, &interrupt), ZX_OK);
  return interrupt;
}

zx_status_t Trigger(zx_handle_t interrupt, zx_time_t timestamp) {
  return zx_interrupt_trigger(interrupt, 0, timestamp);
}

// The timestamp of the packet that waits now, or -1.
zx_time_t TakePacket(zx_handle_t port) {
  zx_port_packet_t packet = {};
  if (zx_port_wait(port, 0, &packet) != ZX_OK) return -1;
  EXPECT_EQ(packet.type, ZX_PKT_TYPE_INTERRUPT);
  EXPECT_EQ(packet.key, kKey);
  EXPECT_EQ(packet.status, ZX_OK);
  return packet.interrupt.timestamp;
}

zx_handle_t MakeBound(zx_handle_t port) {
  const zx_handle_t interrupt = MakeInterrupt();
  EXPECT_EQ(zx_interrupt_bind(interrupt, port, kKey, ZX_INTERRUPT_BIND), ZX_OK);
  return interrupt;
}

// A thread that waits once.
zx_handle_t waited_for;
zx_status_t wait_status;
zx_time_t wait_timestamp;

zx_handle_t StartWaiter(zx_handle_t interrupt) {
  waited_for = interrupt;
  wait_timestamp = 0;
  const zx_handle_t thread =
      StartThread([](uint64_t) { wait_status = zx_interrupt_wait(waited_for, &wait_timestamp); });
  AwaitBlocked(thread, ZX_THREAD_STATE_BLOCKED_INTERRUPT);
  return thread;
}

TEST(InterruptTest, AVirtualOneNeedsNoResourceAndHasItsRights) {
  const zx_info_handle_basic_t info = BasicInfo(MakeInterrupt());
  EXPECT_EQ(info.type, ZX_OBJ_TYPE_INTERRUPT);
  EXPECT_EQ(info.rights, ZX_DEFAULT_INTERRUPT_RIGHTS);
}

TEST(InterruptTest, ALineNeedsAResourceThatCoversIt) {
  zx_handle_t interrupt = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_interrupt_create(ZX_HANDLE_INVALID, 5, 0, &interrupt), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(zx_interrupt_create(SystemResource(), 5, 0, &interrupt), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_interrupt_create(MakeEvent(), 5, 0, &interrupt), ZX_ERR_WRONG_TYPE);
}

TEST(InterruptTest, BadOptionsAreInvalidArgs) {
  zx_handle_t interrupt = ZX_HANDLE_INVALID;
  for (const uint32_t options : {ZX_INTERRUPT_VIRTUAL | ZX_INTERRUPT_MODE_EDGE_LOW, 0x1000u,
                                 ZX_INTERRUPT_VIRTUAL | ZX_INTERRUPT_REMAP_IRQ}) {
    EXPECT_EQ(zx_interrupt_create(ZX_HANDLE_INVALID, 0, options, &interrupt), ZX_ERR_INVALID_ARGS);
  }
  const zx_handle_t made = MakeInterrupt();
  EXPECT_EQ(zx_interrupt_trigger(made, 1, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_interrupt_bind(made, MakePort(ZX_PORT_BIND_TO_INTERRUPT), 0, 2),
            ZX_ERR_INVALID_ARGS);
}

TEST(InterruptTest, ATriggerThatCameBeforeIsNotLost) {
  const zx_handle_t interrupt = MakeInterrupt();
  EXPECT_EQ(Trigger(interrupt, 100), ZX_OK);
  EXPECT_EQ(Trigger(interrupt, 200), ZX_OK);  // The first one's time is kept.
  zx_time_t timestamp = 0;
  EXPECT_EQ(zx_interrupt_wait(interrupt, &timestamp), ZX_OK);
  EXPECT_EQ(timestamp, 100);
  EXPECT_EQ(Trigger(interrupt, 300), ZX_OK);
  EXPECT_EQ(zx_interrupt_wait(interrupt, nullptr), ZX_OK);
}

TEST(InterruptTest, ATriggerWakesTheWaiter) {
  const zx_handle_t interrupt = MakeInterrupt();
  const zx_handle_t thread = StartWaiter(interrupt);
  EXPECT_EQ(Trigger(interrupt, 4711), ZX_OK);
  AwaitEnd(thread);
  EXPECT_EQ(wait_status, ZX_OK);
  EXPECT_EQ(wait_timestamp, 4711);
}

TEST(InterruptTest, OnlyOneThreadWaits) {
  const zx_handle_t interrupt = MakeInterrupt();
  const zx_handle_t thread = StartWaiter(interrupt);
  EXPECT_EQ(zx_interrupt_wait(interrupt, nullptr), ZX_ERR_BAD_STATE);
  EXPECT_EQ(zx_interrupt_bind(interrupt, MakePort(ZX_PORT_BIND_TO_INTERRUPT), 0, ZX_INTERRUPT_BIND),
            ZX_ERR_BAD_STATE);
  EXPECT_EQ(Trigger(interrupt, 1), ZX_OK);
  AwaitEnd(thread);
}

TEST(InterruptTest, DestroyingItCancelsTheWaitAndAllElse) {
  const zx_handle_t interrupt = MakeInterrupt();
  const zx_handle_t thread = StartWaiter(interrupt);
  EXPECT_EQ(zx_interrupt_destroy(interrupt), ZX_OK);
  AwaitEnd(thread);
  EXPECT_EQ(wait_status, ZX_ERR_CANCELED);
  EXPECT_EQ(Trigger(interrupt, 1), ZX_ERR_CANCELED);
  EXPECT_EQ(zx_interrupt_wait(interrupt, nullptr), ZX_ERR_CANCELED);
  EXPECT_EQ(zx_interrupt_ack(interrupt), ZX_ERR_CANCELED);
  EXPECT_EQ(zx_interrupt_bind(interrupt, MakePort(ZX_PORT_BIND_TO_INTERRUPT), 0, ZX_INTERRUPT_BIND),
            ZX_ERR_CANCELED);
}

TEST(InterruptTest, ClosingItsHandleCancelsTheWait) {
  const zx_handle_t interrupt = MakeInterrupt();
  const zx_handle_t thread = StartWaiter(interrupt);
  EXPECT_EQ(zx_handle_close(interrupt), ZX_OK);
  AwaitEnd(thread);
  EXPECT_EQ(wait_status, ZX_ERR_CANCELED);
}

TEST(InterruptTest, EachCallNeedsItsRight) {
  const zx_handle_t interrupt = MakeInterrupt();
  const zx_handle_t port = MakePort(ZX_PORT_BIND_TO_INTERRUPT);
  const zx_rights_t rights = RightsOf(interrupt);
  EXPECT_EQ(Trigger(Duplicate(interrupt, rights & ~ZX_RIGHT_SIGNAL), 1), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_interrupt_wait(Duplicate(interrupt, rights & ~ZX_RIGHT_WAIT), nullptr),
            ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_interrupt_ack(Duplicate(interrupt, rights & ~ZX_RIGHT_WRITE)), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_interrupt_bind(Duplicate(interrupt, rights & ~ZX_RIGHT_READ), port, 0, 0),
            ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_interrupt_bind(interrupt, Duplicate(port, ZX_RIGHT_READ), 0, 0),
            ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Trigger(MakeEvent(), 1), ZX_ERR_WRONG_TYPE);
}

TEST(InterruptTest, HasNoSignals) {
  const zx_handle_t interrupt = MakeInterrupt();
  EXPECT_EQ(zx_object_wait_one(interrupt, ZX_USER_SIGNAL_0, 0, nullptr), ZX_ERR_NOT_SUPPORTED);
  EXPECT_EQ(zx_object_signal(interrupt, 0, ZX_USER_SIGNAL_0), ZX_ERR_NOT_SUPPORTED);
  EXPECT_EQ(zx_object_wait_async(interrupt, MakePort(), 0, ZX_USER_SIGNAL_0, 0),
            ZX_ERR_NOT_SUPPORTED);
}

TEST(InterruptPortTest, EachTriggerIsAPacketOnceItIsAcknowledged) {
  const zx_handle_t port = MakePort(ZX_PORT_BIND_TO_INTERRUPT);
  const zx_handle_t interrupt = MakeBound(port);
  EXPECT_EQ(TakePacket(port), -1);
  EXPECT_EQ(Trigger(interrupt, 10), ZX_OK);
  EXPECT_EQ(TakePacket(port), 10);
  // Until it is acknowledged, others are remembered as one, with the first one's time.
  EXPECT_EQ(Trigger(interrupt, 20), ZX_OK);
  EXPECT_EQ(Trigger(interrupt, 30), ZX_OK);
  EXPECT_EQ(TakePacket(port), -1);
  EXPECT_EQ(zx_interrupt_ack(interrupt), ZX_OK);
  EXPECT_EQ(TakePacket(port), 20);
  EXPECT_EQ(zx_interrupt_ack(interrupt), ZX_OK);
  EXPECT_EQ(TakePacket(port), -1);
}

TEST(InterruptPortTest, WakesWhoWaitsAtThePortByATriggerAndByAnAcknowledgement) {
  static zx_handle_t port;
  static zx_port_packet_t packet;
  port = MakePort(ZX_PORT_BIND_TO_INTERRUPT);
  const zx_handle_t interrupt = MakeBound(port);
  const auto start = [] {
    packet = {};
    const zx_handle_t thread = StartThread(
        [](uint64_t) { EXPECT_EQ(zx_port_wait(port, ZX_TIME_INFINITE, &packet), ZX_OK); });
    AwaitBlocked(thread, ZX_THREAD_STATE_BLOCKED_PORT);
    return thread;
  };
  zx_handle_t thread = start();
  EXPECT_EQ(Trigger(interrupt, 10), ZX_OK);
  AwaitEnd(thread);
  EXPECT_EQ(packet.type, ZX_PKT_TYPE_INTERRUPT);
  EXPECT_EQ(packet.key, kKey);
  EXPECT_EQ(packet.interrupt.timestamp, 10);
  thread = start();
  EXPECT_EQ(Trigger(interrupt, 20), ZX_OK);
  EXPECT_EQ(ThreadState(thread), uint32_t{ZX_THREAD_STATE_BLOCKED_PORT});
  EXPECT_EQ(zx_interrupt_ack(interrupt), ZX_OK);
  AwaitEnd(thread);
  EXPECT_EQ(packet.interrupt.timestamp, 20);
  EXPECT_EQ(zx_interrupt_ack(interrupt), ZX_OK);
  EXPECT_EQ(TakePacket(port), -1);
}

TEST(InterruptPortTest, ItsPacketsComeBeforeAllOthers) {
  const zx_handle_t port = MakePort(ZX_PORT_BIND_TO_INTERRUPT);
  const zx_handle_t interrupt = MakeBound(port);
  zx_port_packet_t packet = {};
  packet.key = 5;
  EXPECT_EQ(zx_port_queue(port, &packet), ZX_OK);
  EXPECT_EQ(Trigger(interrupt, 10), ZX_OK);
  EXPECT_EQ(TakePacket(port), 10);
  EXPECT_EQ(zx_port_wait(port, 0, &packet), ZX_OK);
  EXPECT_EQ(packet.key, 5u);
}

TEST(InterruptPortTest, OneThatIsPendingComesWithTheBinding) {
  const zx_handle_t port = MakePort(ZX_PORT_BIND_TO_INTERRUPT);
  const zx_handle_t interrupt = MakeInterrupt();
  EXPECT_EQ(Trigger(interrupt, 3), ZX_OK);
  EXPECT_EQ(zx_interrupt_bind(interrupt, port, kKey, ZX_INTERRUPT_BIND), ZX_OK);
  EXPECT_EQ(TakePacket(port), 3);
}

TEST(InterruptPortTest, WantsAPortThatIsMadeForIt) {
  EXPECT_EQ(zx_interrupt_bind(MakeInterrupt(), MakePort(), 0, ZX_INTERRUPT_BIND),
            ZX_ERR_WRONG_TYPE);
  EXPECT_EQ(zx_interrupt_bind(MakeInterrupt(), MakeEvent(), 0, ZX_INTERRUPT_BIND),
            ZX_ERR_WRONG_TYPE);
}

TEST(InterruptPortTest, BindsToOnePortAndIsNotWaitedForThen) {
  const zx_handle_t port = MakePort(ZX_PORT_BIND_TO_INTERRUPT);
  const zx_handle_t other = MakePort(ZX_PORT_BIND_TO_INTERRUPT);
  const zx_handle_t interrupt = MakeBound(port);
  for (const zx_handle_t any : {port, other}) {
    EXPECT_EQ(zx_interrupt_bind(interrupt, any, 0, ZX_INTERRUPT_BIND), ZX_ERR_ALREADY_BOUND);
  }
  EXPECT_EQ(zx_interrupt_wait(interrupt, nullptr), ZX_ERR_BAD_STATE);
  EXPECT_EQ(zx_interrupt_ack(MakeInterrupt()), ZX_ERR_BAD_STATE);
}

TEST(InterruptPortTest, UnbindingTakesItsPacketBack) {
  const zx_handle_t port = MakePort(ZX_PORT_BIND_TO_INTERRUPT);
  const zx_handle_t other = MakePort(ZX_PORT_BIND_TO_INTERRUPT);
  const zx_handle_t interrupt = MakeBound(port);
  EXPECT_EQ(Trigger(interrupt, 8), ZX_OK);
  EXPECT_EQ(zx_interrupt_bind(interrupt, other, kKey, ZX_INTERRUPT_UNBIND), ZX_ERR_NOT_FOUND);
  EXPECT_EQ(zx_interrupt_bind(interrupt, port, kKey, ZX_INTERRUPT_UNBIND), ZX_OK);
  EXPECT_EQ(TakePacket(port), -1);
  EXPECT_EQ(zx_interrupt_bind(interrupt, other, kKey, ZX_INTERRUPT_BIND), ZX_OK);
}

TEST(InterruptPortTest, DestroyingItTakesThePacketBackUnlessItWasTaken) {
  const zx_handle_t port = MakePort(ZX_PORT_BIND_TO_INTERRUPT);
  zx_handle_t interrupt = MakeBound(port);
  EXPECT_EQ(Trigger(interrupt, 1), ZX_OK);
  EXPECT_EQ(zx_interrupt_destroy(interrupt), ZX_OK);
  EXPECT_EQ(TakePacket(port), -1);
  interrupt = MakeBound(port);
  EXPECT_EQ(Trigger(interrupt, 2), ZX_OK);
  EXPECT_EQ(TakePacket(port), 2);
  EXPECT_EQ(zx_interrupt_destroy(interrupt), ZX_ERR_NOT_FOUND);
  EXPECT_EQ(Trigger(interrupt, 3), ZX_ERR_CANCELED);
}

}  // namespace
}  // namespace sirocco::zxtest
