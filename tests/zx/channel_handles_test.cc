// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Handles in messages: what moves, with which rights, and what becomes of them when a call fails.

#include <zircon/rights.h>
#include <zircon/syscalls.h>

#include <iterator>

#include "tests/zx/objects.h"
#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {
namespace {

zx_status_t Write(zx_handle_t end, const zx_handle_t* handles, uint32_t count) {
  return zx_channel_write(end, 0, nullptr, 0, handles, count);
}

zx_status_t Read(zx_handle_t end, zx_handle_t* handles, uint32_t room, uint32_t* actual) {
  return zx_channel_read(end, 0, nullptr, handles, 0, room, nullptr, actual);
}

zx_handle_disposition_t Move(zx_handle_t handle, zx_obj_type_t type = ZX_OBJ_TYPE_NONE,
                             zx_rights_t rights = ZX_RIGHT_SAME_RIGHTS) {
  return {ZX_HANDLE_OP_MOVE, handle, type, rights, ZX_OK};
}

zx_handle_disposition_t Copy(zx_handle_t handle, zx_obj_type_t type = ZX_OBJ_TYPE_NONE,
                             zx_rights_t rights = ZX_RIGHT_SAME_RIGHTS) {
  return {ZX_HANDLE_OP_DUPLICATE, handle, type, rights, ZX_OK};
}

TEST(ChannelHandlesTest, AHandleMovesToTheReaderWithItsRights) {
  const Pair ends = MakeChannel();
  const zx_handle_t event = Without(MakeEvent(), ZX_RIGHT_SIGNAL);
  const zx_info_handle_basic_t before = BasicInfo(event);
  EXPECT_EQ(Write(ends.first, &event, 1), ZX_OK);
  EXPECT_FALSE(IsValid(event));
  zx_handle_t arrived = ZX_HANDLE_INVALID;
  uint32_t actual = 0;
  EXPECT_EQ(Read(ends.second, &arrived, 1, &actual), ZX_OK);
  EXPECT_EQ(actual, 1u);
  EXPECT_NE(arrived, event);
  EXPECT_EQ(KoidOf(arrived), before.koid);
  EXPECT_EQ(RightsOf(arrived), before.rights);
}

TEST(ChannelHandlesTest, SixtyFourHandlesArriveInTheirOrder) {
  const Pair ends = MakeChannel();
  zx_handle_t handles[ZX_CHANNEL_MAX_MSG_HANDLES];
  zx_koid_t koids[std::size(handles)];
  for (size_t i = 0; i < std::size(handles); ++i) {
    handles[i] = MakeEvent();
    koids[i] = KoidOf(handles[i]);
  }
  EXPECT_EQ(Write(ends.first, handles, std::size(handles)), ZX_OK);
  uint32_t actual = 0;
  EXPECT_EQ(Read(ends.second, handles, std::size(handles), &actual), ZX_OK);
  ASSERT_EQ(actual, std::size(handles));
  for (size_t i = 0; i < std::size(handles); ++i) EXPECT_EQ(KoidOf(handles[i]), koids[i]);
}

TEST(ChannelHandlesTest, SixtyFiveAreOutOfRange) {
  const Pair ends = MakeChannel();
  zx_handle_t handles[ZX_CHANNEL_MAX_MSG_HANDLES + 1] = {};
  EXPECT_EQ(Write(ends.first, handles, std::size(handles)), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(SignalsOf(ends.second), ZX_CHANNEL_WRITABLE);
}

TEST(ChannelHandlesTest, TooLittleRoomForHandlesKeepsTheMessage) {
  const Pair ends = MakeChannel();
  const zx_handle_t events[] = {MakeEvent(), MakeEvent()};
  EXPECT_EQ(zx_channel_write(ends.first, 0, "ab", 2, events, 2), ZX_OK);
  zx_handle_t handles[2] = {};
  char bytes[2] = {};
  uint32_t actual_bytes = 0;
  uint32_t actual_handles = 0;
  EXPECT_EQ(zx_channel_read(ends.second, 0, bytes, handles, 2, 1, &actual_bytes, &actual_handles),
            ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(actual_bytes, 2u);
  EXPECT_EQ(actual_handles, 2u);
  EXPECT_EQ(handles[0], ZX_HANDLE_INVALID);
  EXPECT_EQ(zx_channel_read(ends.second, 0, bytes, handles, 2, 2, nullptr, nullptr), ZX_OK);
  EXPECT_TRUE(IsValid(handles[0]) && IsValid(handles[1]));
  EXPECT_EQ(bytes[1], 'b');
}

TEST(ChannelHandlesTest, ADiscardedMessageClosesItsHandles) {
  const Pair ends = MakeChannel();
  const Pair inner = MakeChannel();
  EXPECT_EQ(Write(ends.first, &inner.second, 1), ZX_OK);
  EXPECT_EQ(zx_channel_read(ends.second, ZX_CHANNEL_READ_MAY_DISCARD, nullptr, nullptr, 0, 0,
                            nullptr, nullptr),
            ZX_ERR_BUFFER_TOO_SMALL);
  AwaitSignals(inner.first, ZX_CHANNEL_PEER_CLOSED);
}

TEST(ChannelHandlesTest, AnEndThatIsClosedClosesTheHandlesOfItsMessages) {
  const Pair ends = MakeChannel();
  const Pair inner = MakeChannel();
  EXPECT_EQ(Write(ends.first, &inner.second, 1), ZX_OK);
  EXPECT_EQ(zx_handle_close(ends.first), ZX_OK);
  // The writer is gone, its message is not.
  EXPECT_EQ(SignalsOf(inner.first), ZX_CHANNEL_WRITABLE);
  EXPECT_EQ(zx_handle_close(ends.second), ZX_OK);
  AwaitSignals(inner.first, ZX_CHANNEL_PEER_CLOSED);
}

TEST(ChannelHandlesTest, AWriteTakesItsHandlesWhateverHappens) {
  void* const nowhere = reinterpret_cast<void*>(uintptr_t{0x7000'0000});
  const Pair closed = MakeChannel();
  EXPECT_EQ(zx_handle_close(closed.second), ZX_OK);
  const Pair open = MakeChannel();
  zx_handle_t event = MakeEvent();
  EXPECT_EQ(Write(closed.first, &event, 1), ZX_ERR_PEER_CLOSED);
  EXPECT_FALSE(IsValid(event));
  event = MakeEvent();
  EXPECT_EQ(zx_channel_write(open.first, 0, nowhere, 8, &event, 1), ZX_ERR_INVALID_ARGS);
  EXPECT_FALSE(IsValid(event));
  event = MakeEvent();
  EXPECT_EQ(zx_channel_write(open.first, 0, nullptr, ZX_CHANNEL_MAX_MSG_BYTES + 1, &event, 1),
            ZX_ERR_OUT_OF_RANGE);
  EXPECT_FALSE(IsValid(event));
  event = MakeEvent();
  EXPECT_EQ(zx_channel_write(open.first, 8, nullptr, 0, &event, 1), ZX_ERR_INVALID_ARGS);
  EXPECT_FALSE(IsValid(event));
  event = MakeEvent();
  EXPECT_EQ(Write(kNoHandle, &event, 1), ZX_ERR_BAD_HANDLE);
  EXPECT_FALSE(IsValid(event));
  event = MakeEvent();
  EXPECT_EQ(Write(MakePort(), &event, 1), ZX_ERR_WRONG_TYPE);
  EXPECT_FALSE(IsValid(event));
  event = MakeEvent();
  EXPECT_EQ(Write(Without(open.first, ZX_RIGHT_WRITE), &event, 1), ZX_ERR_ACCESS_DENIED);
  EXPECT_FALSE(IsValid(event));
}

TEST(ChannelHandlesTest, OneBadHandleFailsTheWriteAndTheOthersGo) {
  const Pair ends = MakeChannel();
  const zx_handle_t handles[] = {MakeEvent(), kNoHandle, MakeEvent()};
  EXPECT_EQ(Write(ends.first, handles, 3), ZX_ERR_BAD_HANDLE);
  EXPECT_FALSE(IsValid(handles[0]));
  EXPECT_FALSE(IsValid(handles[2]));
  EXPECT_EQ(SignalsOf(ends.second), ZX_CHANNEL_WRITABLE);
}

TEST(ChannelHandlesTest, AHandleThatStandsThereTwiceIsBad) {
  const Pair ends = MakeChannel();
  const zx_handle_t event = MakeEvent();
  const zx_handle_t twice[] = {event, event};
  EXPECT_EQ(Write(ends.first, twice, 2), ZX_ERR_BAD_HANDLE);
  EXPECT_FALSE(IsValid(event));
}

TEST(ChannelHandlesTest, MovingNeedsTransfer) {
  const Pair ends = MakeChannel();
  const zx_handle_t event = Without(MakeEvent(), ZX_RIGHT_TRANSFER);
  EXPECT_EQ(Write(ends.first, &event, 1), ZX_ERR_ACCESS_DENIED);
  EXPECT_FALSE(IsValid(event));
}

TEST(ChannelHandlesTest, AnEndCannotBeWrittenToItselfAndIsGoneThen) {
  const Pair ends = MakeChannel();
  EXPECT_EQ(Write(ends.first, &ends.first, 1), ZX_ERR_NOT_SUPPORTED);
  EXPECT_FALSE(IsValid(ends.first));
  AwaitSignals(ends.second, ZX_CHANNEL_PEER_CLOSED);
}

TEST(ChannelHandlesTest, ThePeerCanBeSentThroughTheChannel) {
  const Pair ends = MakeChannel();
  EXPECT_EQ(Write(ends.first, &ends.second, 1), ZX_OK);
  EXPECT_FALSE(IsValid(ends.second));
  EXPECT_EQ(SignalsOf(ends.first), ZX_CHANNEL_WRITABLE);
  // Nobody can read it any more; it goes with the last handle.
  EXPECT_EQ(zx_handle_close(ends.first), ZX_OK);
}

TEST(ChannelHandlesTest, AWaitThroughAMovedHandleIsCanceled) {
  static zx_signals_t observed;
  static zx_status_t status;
  static zx_handle_t event;
  const Pair ends = MakeChannel();
  event = MakeEvent();
  const zx_handle_t thread = StartThread([](uint64_t) {
    status = zx_object_wait_one(event, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, &observed);
  });
  AwaitBlocked(thread, ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
  EXPECT_EQ(Write(ends.first, &event, 1), ZX_OK);
  AwaitEnd(thread);
  EXPECT_EQ(status, ZX_ERR_CANCELED);
  EXPECT_EQ(observed, ZX_SIGNAL_HANDLE_CLOSED);
}

TEST(ChannelHandlesTest, ReadEtcTellsTypeAndRights) {
  const Pair ends = MakeChannel();
  const zx_handle_t handles[] = {MakeEvent(), Without(MakeVmo(1), ZX_RIGHT_WRITE), MakePort()};
  const zx_rights_t rights[] = {RightsOf(handles[0]), RightsOf(handles[1]), RightsOf(handles[2])};
  const zx_obj_type_t types[] = {ZX_OBJ_TYPE_EVENT, ZX_OBJ_TYPE_VMO, ZX_OBJ_TYPE_PORT};
  EXPECT_EQ(Write(ends.first, handles, 3), ZX_OK);
  zx_handle_info_t infos[3] = {};
  uint32_t actual_handles = 0;
  EXPECT_EQ(zx_channel_read_etc(ends.second, 0, nullptr, infos, 0, 2, nullptr, &actual_handles),
            ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(actual_handles, 3u);
  EXPECT_EQ(zx_channel_read_etc(ends.second, 0, nullptr, infos, 0, 3, nullptr, nullptr), ZX_OK);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(infos[i].type, types[i]);
    EXPECT_EQ(infos[i].rights, rights[i]);
    EXPECT_EQ(infos[i].unused, 0u);
    EXPECT_EQ(RightsOf(infos[i].handle), rights[i]);
  }
}

TEST(ChannelHandlesTest, WriteEtcMovesAndDuplicates) {
  const Pair ends = MakeChannel();
  const zx_handle_t moved = MakeEvent();
  const zx_handle_t copied = MakeEvent();
  const zx_koid_t koids[] = {KoidOf(moved), KoidOf(copied)};
  zx_handle_disposition_t entries[] = {Move(moved, ZX_OBJ_TYPE_EVENT),
                                       Copy(copied, ZX_OBJ_TYPE_EVENT, ZX_RIGHT_WAIT)};
  EXPECT_EQ(zx_channel_write_etc(ends.first, 0, nullptr, 0, entries, 2), ZX_OK);
  EXPECT_FALSE(IsValid(moved));
  EXPECT_TRUE(IsValid(copied));
  EXPECT_EQ(HandleCount(copied), 2u);  // The one in the message counts.
  zx_handle_info_t infos[2] = {};
  EXPECT_EQ(zx_channel_read_etc(ends.second, 0, nullptr, infos, 0, 2, nullptr, nullptr), ZX_OK);
  EXPECT_EQ(KoidOf(infos[0].handle), koids[0]);
  EXPECT_EQ(KoidOf(infos[1].handle), koids[1]);
  EXPECT_EQ(infos[0].rights, ZX_DEFAULT_EVENT_RIGHTS);
  EXPECT_EQ(infos[1].rights, ZX_RIGHT_WAIT);
}

TEST(ChannelHandlesTest, WriteEtcCanDropRightsOfAMovedHandle) {
  const Pair ends = MakeChannel();
  zx_handle_disposition_t entry =
      Move(MakeEvent(), ZX_OBJ_TYPE_NONE, ZX_RIGHT_WAIT | ZX_RIGHT_INSPECT);
  EXPECT_EQ(zx_channel_write_etc(ends.first, 0, nullptr, 0, &entry, 1), ZX_OK);
  zx_handle_t arrived = ZX_HANDLE_INVALID;
  EXPECT_EQ(Read(ends.second, &arrived, 1, nullptr), ZX_OK);
  EXPECT_EQ(RightsOf(arrived), ZX_RIGHT_WAIT | ZX_RIGHT_INSPECT);
}

TEST(ChannelHandlesTest, WriteEtcTellsWhatIsWrongWithEach) {
  const Pair ends = MakeChannel();
  zx_handle_disposition_t entries[] = {
      Move(MakeEvent()),
      Move(MakeEvent(), ZX_OBJ_TYPE_CHANNEL),
      Move(kNoHandle),
      Move(Without(MakeEvent(), ZX_RIGHT_TRANSFER)),
      Copy(Without(MakeEvent(), ZX_RIGHT_DUPLICATE)),
      Move(Without(MakeEvent(), ZX_RIGHT_SIGNAL), ZX_OBJ_TYPE_NONE, ZX_DEFAULT_EVENT_RIGHTS),
      {7, MakeEvent(), ZX_OBJ_TYPE_NONE, ZX_RIGHT_SAME_RIGHTS, ZX_OK},
      Copy(MakeEvent()),
  };
  const zx_status_t wanted[] = {ZX_OK,
                                ZX_ERR_WRONG_TYPE,
                                ZX_ERR_BAD_HANDLE,
                                ZX_ERR_ACCESS_DENIED,
                                ZX_ERR_ACCESS_DENIED,
                                ZX_ERR_INVALID_ARGS,
                                ZX_ERR_INVALID_ARGS,
                                ZX_OK};
  EXPECT_EQ(zx_channel_write_etc(ends.first, 0, nullptr, 0, entries, std::size(entries)),
            ZX_ERR_WRONG_TYPE);
  for (size_t i = 0; i < std::size(entries); ++i) {
    EXPECT_EQ(entries[i].result, wanted[i]) << i;
    const bool stays = entries[i].operation == ZX_HANDLE_OP_DUPLICATE || entries[i].operation == 7;
    EXPECT_EQ(IsValid(entries[i].handle), stays) << i;
  }
  EXPECT_EQ(SignalsOf(ends.second), ZX_CHANNEL_WRITABLE);
}

TEST(ChannelHandlesTest, WriteEtcToAClosedPeerTakesWhatItMovesOnly) {
  const Pair ends = MakeChannel();
  EXPECT_EQ(zx_handle_close(ends.second), ZX_OK);
  zx_handle_disposition_t entries[] = {Move(MakeEvent()), Copy(MakeEvent())};
  EXPECT_EQ(zx_channel_write_etc(ends.first, 0, nullptr, 0, entries, 2), ZX_ERR_PEER_CLOSED);
  EXPECT_FALSE(IsValid(entries[0].handle));
  EXPECT_TRUE(IsValid(entries[1].handle));
  EXPECT_EQ(HandleCount(entries[1].handle), 1u);
}

TEST(ChannelHandlesTest, AnEndCannotBeWrittenToItselfByWriteEtc) {
  const Pair ends = MakeChannel();
  zx_handle_disposition_t entry = Move(ends.first);
  EXPECT_EQ(zx_channel_write_etc(ends.first, 0, nullptr, 0, &entry, 1), ZX_ERR_NOT_SUPPORTED);
  EXPECT_EQ(entry.result, ZX_ERR_NOT_SUPPORTED);
  EXPECT_FALSE(IsValid(ends.first));
}

TEST(ChannelHandlesTest, HandlesCrossProcesses) {
  const Pair ends = MakeChannel();
  const zx_handle_t process = StartProcess(
      zx_job_default(),
      [](uint64_t end, uint64_t) {
        const auto channel = static_cast<zx_handle_t>(end);
        zx_object_wait_one(channel, ZX_CHANNEL_READABLE, ZX_TIME_INFINITE, nullptr);
        zx_handle_t event = ZX_HANDLE_INVALID;
        if (Read(channel, &event, 1, nullptr) != ZX_OK) zx_process_exit(1);
        if (zx_object_signal(event, 0, ZX_USER_SIGNAL_5) != ZX_OK) zx_process_exit(2);
        zx_process_exit(Write(channel, &event, 1) == ZX_OK ? 0 : 3);
      },
      ends.second);
  zx_handle_t event = MakeEvent();
  const zx_koid_t koid = KoidOf(event);
  EXPECT_EQ(Write(ends.first, &event, 1), ZX_OK);
  EXPECT_EQ(AwaitReturnCode(process), 0);
  EXPECT_EQ(Read(ends.first, &event, 1, nullptr), ZX_OK);
  EXPECT_EQ(KoidOf(event), koid);
  EXPECT_EQ(SignalsOf(event), ZX_USER_SIGNAL_5);
}

// A channel in a message of a channel in a message ...: closing the outermost closes all, on a
// stack of a fixed size.
TEST(ChannelHandlesTest, AHundredThousandNestedChannelsCloseWithoutRecursion) {
  constexpr int kDepth = 100'000;
  Pair ends = MakeChannel();
  const zx_handle_t innermost = ends.first;
  zx_handle_t inner = ends.second;
  for (int i = 1; i < kDepth; ++i) {
    ASSERT_EQ(zx_channel_create(0, &ends.first, &ends.second), ZX_OK) << i;
    ASSERT_EQ(Write(ends.first, &inner, 1), ZX_OK) << i;
    ASSERT_EQ(zx_handle_close(ends.first), ZX_OK) << i;
    inner = ends.second;
  }
  EXPECT_EQ(SignalsOf(innermost), ZX_CHANNEL_WRITABLE);
  EXPECT_EQ(zx_handle_close(inner), ZX_OK);
  AwaitSignals(innermost, ZX_CHANNEL_PEER_CLOSED);
}

}  // namespace
}  // namespace sirocco::zxtest
