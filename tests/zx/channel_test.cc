// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Channels: the bytes of messages, their order, the limits, and the ends. Handles in messages are
// in channel_handles_test.cc.

#include <zircon/rights.h>
#include <zircon/syscalls.h>

#include <cstring>

#include "tests/zx/objects.h"
#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {
namespace {

uint8_t sent[ZX_CHANNEL_MAX_MSG_BYTES];
uint8_t received[ZX_CHANNEL_MAX_MSG_BYTES];

// Bytes that tell their place and the message.
void FillSent(uint32_t size, uint8_t seed) {
  for (uint32_t i = 0; i < size; ++i) sent[i] = static_cast<uint8_t>(seed + i * 7 + i / 251);
}

zx_status_t WriteNumber(zx_handle_t end, uint32_t number) {
  return zx_channel_write(end, 0, &number, sizeof(number), nullptr, 0);
}

zx_status_t ReadNumber(zx_handle_t end, uint32_t* number) {
  return zx_channel_read(end, 0, number, nullptr, sizeof(*number), 0, nullptr, nullptr);
}

TEST(ChannelTest, IsMadeWithItsDefaultRightsAndEachEndKnowsTheOther) {
  const Pair ends = MakeChannel();
  const zx_info_handle_basic_t first = BasicInfo(ends.first);
  const zx_info_handle_basic_t second = BasicInfo(ends.second);
  for (const zx_info_handle_basic_t& info : {first, second}) {
    EXPECT_EQ(info.type, ZX_OBJ_TYPE_CHANNEL);
    EXPECT_EQ(info.rights, (ZX_RIGHTS_BASIC & ~ZX_RIGHT_DUPLICATE) | ZX_RIGHT_READ |
                               ZX_RIGHT_WRITE | ZX_RIGHT_SIGNAL | ZX_RIGHT_SIGNAL_PEER);
  }
  EXPECT_EQ(first.related_koid, second.koid);
  EXPECT_EQ(second.related_koid, first.koid);
}

TEST(ChannelTest, KnowsNoOptionsButThoseOfReadingAndWriting) {
  Pair ends;
  EXPECT_EQ(zx_channel_create(1, &ends.first, &ends.second), ZX_ERR_INVALID_ARGS);
  ends = MakeChannel();
  EXPECT_EQ(zx_channel_write(ends.first, 1, nullptr, 0, nullptr, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_channel_write(ends.first, 4, nullptr, 0, nullptr, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_channel_read(ends.second, 2, nullptr, nullptr, 0, 0, nullptr, nullptr),
            ZX_ERR_NOT_SUPPORTED);
}

TEST(ChannelTest, AMessageOfEverySizeArrivesAsItWasWritten) {
  const Pair ends = MakeChannel();
  const uint32_t sizes[] = {0,    1,    3,    4,     5,     55,    56,    57,    64,   511,
                            4095, 4096, 4097, 16383, 16384, 16385, 32768, 65535, 65536};
  for (const uint32_t size : sizes) {
    FillSent(size, static_cast<uint8_t>(size));
    std::memset(received, 0xee, sizeof(received));
    uint32_t actual_bytes = 99;
    uint32_t actual_handles = 99;
    EXPECT_EQ(zx_channel_write(ends.first, 0, sent, size, nullptr, 0), ZX_OK) << size;
    EXPECT_EQ(zx_channel_read(ends.second, 0, received, nullptr, sizeof(received), 0, &actual_bytes,
                              &actual_handles),
              ZX_OK)
        << size;
    EXPECT_EQ(actual_bytes, size);
    EXPECT_EQ(actual_handles, 0u);
    EXPECT_EQ(std::memcmp(sent, received, size), 0) << size;
    if (size < sizeof(received)) {
      EXPECT_EQ(received[size], 0xee) << size;
    }
  }
}

TEST(ChannelTest, MessagesComeInTheOrderInWhichTheyWereWritten) {
  const Pair ends = MakeChannel();
  for (uint32_t i = 0; i < 1000; ++i) EXPECT_EQ(WriteNumber(ends.first, i), ZX_OK);
  for (uint32_t i = 0; i < 1000; ++i) {
    uint32_t number = 0;
    ASSERT_EQ(ReadNumber(ends.second, &number), ZX_OK);
    ASSERT_EQ(number, i);
  }
  uint32_t number = 0;
  EXPECT_EQ(ReadNumber(ends.second, &number), ZX_ERR_SHOULD_WAIT);
}

TEST(ChannelTest, TheTwoDirectionsDoNotMeet) {
  const Pair ends = MakeChannel();
  EXPECT_EQ(WriteNumber(ends.first, 1), ZX_OK);
  EXPECT_EQ(WriteNumber(ends.second, 2), ZX_OK);
  uint32_t number = 0;
  EXPECT_EQ(ReadNumber(ends.first, &number), ZX_OK);
  EXPECT_EQ(number, 2u);
  EXPECT_EQ(ReadNumber(ends.second, &number), ZX_OK);
  EXPECT_EQ(number, 1u);
}

TEST(ChannelTest, MoreThan64KiBIsOutOfRange) {
  const Pair ends = MakeChannel();
  EXPECT_EQ(zx_channel_write(ends.first, 0, sent, ZX_CHANNEL_MAX_MSG_BYTES + 1, nullptr, 0),
            ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(SignalsOf(ends.second), ZX_CHANNEL_WRITABLE);
}

TEST(ChannelTest, ATooSmallBufferIsToldTheSizeAndTheMessageStays) {
  const Pair ends = MakeChannel();
  FillSent(100, 1);
  EXPECT_EQ(zx_channel_write(ends.first, 0, sent, 100, nullptr, 0), ZX_OK);
  for (const uint32_t room : {0u, 1u, 99u}) {
    uint32_t actual_bytes = 0;
    uint32_t actual_handles = 7;
    received[0] = 0xaa;
    EXPECT_EQ(
        zx_channel_read(ends.second, 0, received, nullptr, room, 0, &actual_bytes, &actual_handles),
        ZX_ERR_BUFFER_TOO_SMALL);
    EXPECT_EQ(actual_bytes, 100u);
    EXPECT_EQ(actual_handles, 0u);
    EXPECT_EQ(received[0], 0xaa);
  }
  EXPECT_EQ(zx_channel_read(ends.second, 0, received, nullptr, 100, 0, nullptr, nullptr), ZX_OK);
  EXPECT_EQ(std::memcmp(sent, received, 100), 0);
}

TEST(ChannelTest, ATooSmallBufferLosesTheMessageIfTheReaderSaysSo) {
  const Pair ends = MakeChannel();
  EXPECT_EQ(zx_channel_write(ends.first, 0, sent, 100, nullptr, 0), ZX_OK);
  EXPECT_EQ(WriteNumber(ends.first, 5), ZX_OK);
  uint32_t actual_bytes = 0;
  EXPECT_EQ(zx_channel_read(ends.second, ZX_CHANNEL_READ_MAY_DISCARD, received, nullptr, 99, 0,
                            &actual_bytes, nullptr),
            ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(actual_bytes, 100u);
  uint32_t number = 0;
  EXPECT_EQ(zx_channel_read(ends.second, ZX_CHANNEL_READ_MAY_DISCARD, &number, nullptr,
                            sizeof(number), 0, nullptr, nullptr),
            ZX_OK);
  EXPECT_EQ(number, 5u);
}

TEST(ChannelTest, ALargeMessageThatDoesNotFitStaysToo) {
  const Pair ends = MakeChannel();
  FillSent(60'000, 3);
  EXPECT_EQ(zx_channel_write(ends.first, 0, sent, 60'000, nullptr, 0), ZX_OK);
  uint32_t actual_bytes = 0;
  EXPECT_EQ(zx_channel_read(ends.second, 0, received, nullptr, 59'999, 0, &actual_bytes, nullptr),
            ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(actual_bytes, 60'000u);
  EXPECT_EQ(zx_channel_read(ends.second, 0, received, nullptr, 60'000, 0, nullptr, nullptr), ZX_OK);
  EXPECT_EQ(std::memcmp(sent, received, 60'000), 0);
}

TEST(ChannelTest, ReadableSaysThatAMessageWaits) {
  const Pair ends = MakeChannel();
  EXPECT_EQ(SignalsOf(ends.first), ZX_CHANNEL_WRITABLE);
  EXPECT_EQ(SignalsOf(ends.second), ZX_CHANNEL_WRITABLE);
  EXPECT_EQ(WriteNumber(ends.first, 1), ZX_OK);
  EXPECT_EQ(WriteNumber(ends.first, 2), ZX_OK);
  EXPECT_EQ(SignalsOf(ends.first), ZX_CHANNEL_WRITABLE);
  EXPECT_EQ(SignalsOf(ends.second), ZX_CHANNEL_WRITABLE | ZX_CHANNEL_READABLE);
  uint32_t number = 0;
  EXPECT_EQ(ReadNumber(ends.second, &number), ZX_OK);
  EXPECT_EQ(SignalsOf(ends.second), ZX_CHANNEL_WRITABLE | ZX_CHANNEL_READABLE);
  EXPECT_EQ(ReadNumber(ends.second, &number), ZX_OK);
  EXPECT_EQ(SignalsOf(ends.second), ZX_CHANNEL_WRITABLE);
}

TEST(ChannelTest, UsersSetOnlyTheirOwnSignals) {
  const Pair ends = MakeChannel();
  EXPECT_EQ(zx_object_signal(ends.first, 0, ZX_CHANNEL_READABLE), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_object_signal_peer(ends.first, ZX_CHANNEL_WRITABLE, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_object_signal_peer(ends.first, 0, ZX_USER_SIGNAL_2), ZX_OK);
  EXPECT_EQ(SignalsOf(ends.second), ZX_CHANNEL_WRITABLE | ZX_USER_SIGNAL_2);
  EXPECT_EQ(SignalsOf(ends.first), ZX_CHANNEL_WRITABLE);
}

TEST(ChannelTest, AClosedPeerIsToldAtOnceAndItsMessagesCanStillBeRead) {
  const Pair ends = MakeChannel();
  EXPECT_EQ(WriteNumber(ends.first, 11), ZX_OK);
  EXPECT_EQ(WriteNumber(ends.first, 12), ZX_OK);
  EXPECT_EQ(zx_handle_close(ends.first), ZX_OK);
  EXPECT_EQ(SignalsOf(ends.second), ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED);
  EXPECT_EQ(WriteNumber(ends.second, 1), ZX_ERR_PEER_CLOSED);
  uint32_t number = 0;
  EXPECT_EQ(ReadNumber(ends.second, &number), ZX_OK);
  EXPECT_EQ(number, 11u);
  EXPECT_EQ(ReadNumber(ends.second, &number), ZX_OK);
  EXPECT_EQ(number, 12u);
  EXPECT_EQ(ReadNumber(ends.second, &number), ZX_ERR_PEER_CLOSED);
  EXPECT_EQ(SignalsOf(ends.second), ZX_CHANNEL_PEER_CLOSED);
  EXPECT_EQ(zx_object_signal_peer(ends.second, 0, ZX_USER_SIGNAL_0), ZX_ERR_PEER_CLOSED);
}

TEST(ChannelTest, ReadingNeedsReadAndWritingNeedsWrite) {
  const Pair ends = MakeChannel();
  EXPECT_EQ(WriteNumber(ends.first, 1), ZX_OK);
  const zx_handle_t writer = Without(ends.second, ZX_RIGHT_READ);
  const zx_handle_t reader = Without(ends.first, ZX_RIGHT_WRITE);
  uint32_t number = 0;
  EXPECT_EQ(ReadNumber(writer, &number), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(WriteNumber(reader, 1), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(WriteNumber(writer, 2), ZX_OK);
  EXPECT_EQ(ReadNumber(reader, &number), ZX_OK);
  EXPECT_EQ(number, 2u);
}

TEST(ChannelTest, TheCallsWantAChannel) {
  const zx_handle_t event = MakeEvent();
  uint32_t number = 0;
  EXPECT_EQ(WriteNumber(event, 1), ZX_ERR_WRONG_TYPE);
  EXPECT_EQ(ReadNumber(event, &number), ZX_ERR_WRONG_TYPE);
  EXPECT_EQ(WriteNumber(kNoHandle, 1), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(ReadNumber(ZX_HANDLE_INVALID, &number), ZX_ERR_BAD_HANDLE);
}

TEST(ChannelTest, PartsAreJoined) {
  const Pair ends = MakeChannel();
  FillSent(40'000, 9);
  const zx_channel_iovec_t parts[] = {
      {sent, 1, 0}, {nullptr, 0, 0}, {sent + 1, 3, 0}, {sent + 4, 39'996, 0}};
  EXPECT_EQ(
      zx_channel_write(ends.first, ZX_CHANNEL_WRITE_USE_IOVEC, parts, std::size(parts), nullptr, 0),
      ZX_OK);
  uint32_t actual_bytes = 0;
  EXPECT_EQ(zx_channel_read(ends.second, 0, received, nullptr, sizeof(received), 0, &actual_bytes,
                            nullptr),
            ZX_OK);
  EXPECT_EQ(actual_bytes, 40'000u);
  EXPECT_EQ(std::memcmp(sent, received, 40'000), 0);
}

TEST(ChannelTest, NoPartsAreAnEmptyMessage) {
  const Pair ends = MakeChannel();
  EXPECT_EQ(zx_channel_write(ends.first, ZX_CHANNEL_WRITE_USE_IOVEC, nullptr, 0, nullptr, 0),
            ZX_OK);
  uint32_t actual_bytes = 9;
  EXPECT_EQ(zx_channel_read(ends.second, 0, nullptr, nullptr, 0, 0, &actual_bytes, nullptr), ZX_OK);
  EXPECT_EQ(actual_bytes, 0u);
}

TEST(ChannelTest, PartsHaveLimits) {
  const Pair ends = MakeChannel();
  static zx_channel_iovec_t parts[ZX_CHANNEL_MAX_MSG_IOVECS + 1];
  const auto write = [&](uint32_t count) {
    return zx_channel_write(ends.first, ZX_CHANNEL_WRITE_USE_IOVEC, parts, count, nullptr, 0);
  };
  for (zx_channel_iovec_t& part : parts) part = {sent, 8, 0};
  EXPECT_EQ(write(ZX_CHANNEL_MAX_MSG_IOVECS), ZX_OK);
  EXPECT_EQ(write(ZX_CHANNEL_MAX_MSG_IOVECS + 1), ZX_ERR_OUT_OF_RANGE);
  parts[0].capacity = 9;  // One byte more than a message may have.
  EXPECT_EQ(write(ZX_CHANNEL_MAX_MSG_IOVECS), ZX_ERR_OUT_OF_RANGE);
  parts[0] = {sent, 8, 1};
  EXPECT_EQ(write(1), ZX_ERR_INVALID_ARGS);
  parts[0] = {nullptr, 8, 0};
  EXPECT_EQ(write(1), ZX_ERR_INVALID_ARGS);
  parts[0] = {sent, UINT32_MAX, 0};
  EXPECT_EQ(write(1), ZX_ERR_OUT_OF_RANGE);
  uint32_t actual_bytes = 0;
  EXPECT_EQ(zx_channel_read(ends.second, 0, received, nullptr, sizeof(received), 0, &actual_bytes,
                            nullptr),
            ZX_OK);
  EXPECT_EQ(actual_bytes, ZX_CHANNEL_MAX_MSG_BYTES);
  EXPECT_EQ(SignalsOf(ends.second), ZX_CHANNEL_WRITABLE);
}

TEST(ChannelTest, MemoryThatIsNotThereIsInvalidArgsAndNothingIsLost) {
  const Pair ends = MakeChannel();
  void* const nowhere = reinterpret_cast<void*>(uintptr_t{0x7000'0000});
  EXPECT_EQ(zx_channel_write(ends.first, 0, nowhere, 8, nullptr, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_channel_write(ends.first, 0, nowhere, 40'000, nullptr, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(SignalsOf(ends.second), ZX_CHANNEL_WRITABLE);
  EXPECT_EQ(WriteNumber(ends.first, 77), ZX_OK);
  auto* const no_count = static_cast<uint32_t*>(nowhere);
  uint32_t number = 0;
  EXPECT_EQ(zx_channel_read(ends.second, 0, nowhere, nullptr, 8, 0, nullptr, nullptr),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_channel_read(ends.second, 0, &number, nullptr, 4, 0, no_count, nullptr),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_channel_read(ends.second, 0, &number, nullptr, 4, 0, nullptr, no_count),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(ReadNumber(ends.second, &number), ZX_OK);
  EXPECT_EQ(number, 77u);
}

TEST(ChannelTest, AWriterWhoIsNeverReadIsStoppedWithItsProcess) {
  const Pair ends = MakeChannel();
  const zx_handle_t process = StartProcess(
      zx_job_default(),
      [](uint64_t end, uint64_t) {
        for (uint32_t i = 0; i < 3500; ++i) {
          if (WriteNumber(static_cast<zx_handle_t>(end), i) != ZX_OK) zx_process_exit(1);
        }
        zx_object_signal_peer(static_cast<zx_handle_t>(end), 0, ZX_USER_SIGNAL_0);
        WriteNumber(static_cast<zx_handle_t>(end), 3500);
        zx_process_exit(2);
      },
      ends.second);
  EXPECT_EQ(AwaitReturnCode(process), ZX_TASK_RETCODE_EXCEPTION_KILL);
  EXPECT_EQ(SignalsOf(ends.first), ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED | ZX_USER_SIGNAL_0);
}

TEST(ChannelTest, AWaitForAMessageEndsWithTheMessage) {
  const Pair ends = MakeChannel();
  const zx_handle_t thread =
      StartThread([](uint64_t end) { WriteNumber(static_cast<zx_handle_t>(end), 31); }, ends.first);
  zx_signals_t observed = 0;
  EXPECT_EQ(zx_object_wait_one(ends.second, ZX_CHANNEL_READABLE, ZX_TIME_INFINITE, &observed),
            ZX_OK);
  EXPECT_EQ(observed, ZX_CHANNEL_READABLE | ZX_CHANNEL_WRITABLE);
  uint32_t number = 0;
  EXPECT_EQ(ReadNumber(ends.second, &number), ZX_OK);
  EXPECT_EQ(number, 31u);
  AwaitEnd(thread);
}

// Several readers: each message comes to one of them, and in order.
TEST(ChannelTest, AMessageComesToOneReaderOnly) {
  static zx_handle_t reader;
  static uint64_t sums[3];
  constexpr uint32_t kCount = 3000;
  const Pair ends = MakeChannel();
  reader = ends.second;
  zx_handle_t threads[3];
  for (uint64_t i = 0; i < 3; ++i) {
    sums[i] = 0;
    threads[i] = StartThread(
        [](uint64_t index) {
          uint32_t last = 0;
          for (;;) {
            uint32_t number = 0;
            const zx_status_t status = ReadNumber(reader, &number);
            if (status == ZX_ERR_PEER_CLOSED) return;
            if (status == ZX_ERR_SHOULD_WAIT) {
              zx_object_wait_one(reader, ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED,
                                 ZX_TIME_INFINITE, nullptr);
              continue;
            }
            EXPECT_EQ(status, ZX_OK);
            EXPECT_GT(number, last);
            last = number;
            sums[index] += number;
          }
        },
        i);
  }
  for (uint32_t i = 1; i <= kCount; ++i) {
    ASSERT_EQ(WriteNumber(ends.first, i), ZX_OK);
    if (i % 16 == 0) zx_thread_legacy_yield(0);
  }
  EXPECT_EQ(zx_handle_close(ends.first), ZX_OK);
  for (const zx_handle_t thread : threads) AwaitEnd(thread);
  EXPECT_EQ(sums[0] + sums[1] + sums[2], uint64_t{kCount} * (kCount + 1) / 2);
}

}  // namespace
}  // namespace sirocco::zxtest
