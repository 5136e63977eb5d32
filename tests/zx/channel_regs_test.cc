// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// The hand-off pair: calls and service in registers, which on the wire are ordinary messages.

#include <sirocco/channel_handoff.h>
#include <zircon/rights.h>
#include <zircon/syscalls.h>

#include <cstring>

#include "tests/zx/objects.h"
#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {
namespace {

constexpr uint32_t kWords = ZX_CHANNEL_REGS_WORDS;
constexpr uint32_t kMaxBytes = ZX_CHANNEL_REGS_MAX_BYTES;

Pair ends;

// Bytes that tell their place; the first four are the kernel's.
void Fill(uint64_t (&words)[kWords], uint8_t seed) {
  uint8_t bytes[kMaxBytes];
  for (uint32_t i = 0; i < kMaxBytes; ++i) bytes[i] = static_cast<uint8_t>(seed + i * 11);
  std::memcpy(words, bytes, sizeof(bytes));
}

zx_txid_t TxidOf(const void* message) {
  zx_txid_t txid = 0;
  std::memcpy(&txid, message, sizeof(txid));
  return txid;
}

// Serves `count` requests, each answered by itself.
zx_handle_t StartEcho(uint64_t count) {
  return StartThread(
      [](uint64_t count) {
        uint64_t words[kWords] = {};
        uint32_t size = 0;
        EXPECT_EQ(zx_channel_serve(ends.second, words, &size, nullptr), ZX_OK);
        for (uint64_t i = 1; i < count; ++i) {
          EXPECT_EQ(zx_channel_serve(ends.second, words, &size, nullptr), ZX_OK);
        }
        // The last reply, and then nobody asks.
        EXPECT_EQ(zx_channel_serve(ends.second, words, &size, nullptr), ZX_ERR_PEER_CLOSED);
      },
      count);
}

TEST(ChannelRegsTest, EverySizeFrom4To56ComesBackAsItWent) {
  ends = MakeChannel();
  const zx_handle_t server = StartEcho(kMaxBytes - 3);
  for (uint32_t size = ZX_CHANNEL_REGS_MIN_BYTES; size <= kMaxBytes; ++size) {
    uint64_t sent[kWords];
    uint64_t words[kWords];
    Fill(sent, static_cast<uint8_t>(size));
    std::memcpy(words, sent, sizeof(sent));
    uint32_t reply_size = size;
    EXPECT_EQ(zx_channel_call_regs(ends.first, words, &reply_size), ZX_OK);
    EXPECT_EQ(reply_size, size);
    EXPECT_GE(TxidOf(words), 0x80000000u);
    EXPECT_EQ(std::memcmp(reinterpret_cast<uint8_t*>(words) + 4,
                          reinterpret_cast<uint8_t*>(sent) + 4, size - 4),
              0)
        << size;
  }
  EXPECT_EQ(zx_handle_close(ends.first), ZX_OK);
  AwaitEnd(server);
}

// Four of them, live across a call: in the registers that a call keeps, whoever uses the others'.
// What they are is looked up in memory, so that no lost constant hides a lost number.
template <typename Call>
bool FloatsOutlive(uint64_t seed, Call call) {
  const volatile double kept[] = {static_cast<double>(seed) + 0.25, static_cast<double>(seed) + 0.5,
                                  static_cast<double>(seed) + 1.0, static_cast<double>(seed) + 2.0};
  const double a = kept[0];
  const double b = kept[1];
  const double c = kept[2];
  const double d = kept[3];
  call();
  return a == kept[0] && b == kept[1] && c == kept[2] && d == kept[3];
}

TEST(ChannelRegsTest, FloatsOutliveTheCallsOnBothSides) {
  constexpr uint64_t kCalls = 100;
  ends = MakeChannel();
  const zx_handle_t server = StartThread(
      [](uint64_t count) {
        uint64_t words[kWords] = {};
        uint32_t size = 0;
        for (uint64_t i = 0; i <= count; ++i) {
          const zx_status_t expected = i < count ? ZX_OK : ZX_ERR_PEER_CLOSED;
          const bool outlive = FloatsOutlive(1000 + i, [&] {
            EXPECT_EQ(zx_channel_serve(ends.second, words, &size, nullptr), expected);
          });
          EXPECT_TRUE(outlive) << i;
        }
      },
      kCalls);
  for (uint64_t i = 0; i < kCalls; ++i) {
    uint64_t words[kWords];
    Fill(words, static_cast<uint8_t>(i));
    const uint64_t last = words[kWords - 1];
    uint32_t size = kMaxBytes;
    const bool outlive =
        FloatsOutlive(i, [&] { EXPECT_EQ(zx_channel_call_regs(ends.first, words, &size), ZX_OK); });
    EXPECT_TRUE(outlive) << i;
    EXPECT_EQ(words[kWords - 1], last);
  }
  EXPECT_EQ(zx_handle_close(ends.first), ZX_OK);
  AwaitEnd(server);
}

TEST(ChannelRegsTest, OtherSizesAreInvalidArgs) {
  ends = MakeChannel();
  uint64_t words[kWords] = {};
  for (const uint32_t bad : {0u, 1u, 3u, 57u, 64u, UINT32_MAX}) {
    uint32_t size = bad;
    EXPECT_EQ(zx_channel_call_regs(ends.first, words, &size), ZX_ERR_INVALID_ARGS) << bad;
    EXPECT_EQ(size, bad);
    if (bad == 0) continue;  // For a server: no reply yet.
    EXPECT_EQ(zx_channel_serve(ends.first, words, &size, nullptr), ZX_ERR_INVALID_ARGS) << bad;
  }
  EXPECT_EQ(SignalsOf(ends.second), ZX_CHANNEL_WRITABLE);
}

TEST(ChannelRegsTest, TheCallsNeedReadAndWriteAndAChannel) {
  ends = MakeChannel();
  uint64_t words[kWords] = {};
  uint32_t size = 8;
  for (const zx_handle_t half :
       {Without(ends.first, ZX_RIGHT_READ), Without(ends.second, ZX_RIGHT_WRITE)}) {
    EXPECT_EQ(zx_channel_call_regs(half, words, &size), ZX_ERR_ACCESS_DENIED);
    EXPECT_EQ(zx_channel_serve(half, words, &size, nullptr), ZX_ERR_ACCESS_DENIED);
  }
  EXPECT_EQ(zx_channel_call_regs(MakeEvent(), words, &size), ZX_ERR_WRONG_TYPE);
  EXPECT_EQ(zx_channel_serve(kNoHandle, words, &size, nullptr), ZX_ERR_BAD_HANDLE);
}

TEST(ChannelRegsTest, ACallIsAnOrdinaryMessageToAReader) {
  ends = MakeChannel();
  const zx_handle_t server = StartThread([](uint64_t) {
    uint8_t bytes[64] = {};
    uint32_t size = 0;
    AwaitSignals(ends.second, ZX_CHANNEL_READABLE);
    EXPECT_EQ(zx_channel_read(ends.second, 0, bytes, nullptr, sizeof(bytes), 0, &size, nullptr),
              ZX_OK);
    EXPECT_EQ(size, 21u);
    bytes[20] += 1;
    EXPECT_EQ(zx_channel_write(ends.second, 0, bytes, size, nullptr, 0), ZX_OK);
  });
  uint64_t words[kWords] = {0, 2, 5};
  uint32_t size = 21;
  EXPECT_EQ(zx_channel_call_regs(ends.first, words, &size), ZX_OK);
  EXPECT_EQ(size, 21u);
  EXPECT_EQ(words[1], 2u);
  EXPECT_EQ(words[2], 5u + (uint64_t{1} << 32));
  AwaitEnd(server);
}

TEST(ChannelRegsTest, AServerAnswersAnOrdinaryCall) {
  ends = MakeChannel();
  const zx_handle_t server = StartEcho(1);
  uint8_t request[33];
  uint8_t reply[64] = {};
  for (uint8_t i = 0; i < sizeof(request); ++i) request[i] = i;
  const zx_channel_call_args_t args = {.wr_bytes = request,
                                       .wr_handles = nullptr,
                                       .rd_bytes = reply,
                                       .rd_handles = nullptr,
                                       .wr_num_bytes = sizeof(request),
                                       .wr_num_handles = 0,
                                       .rd_num_bytes = sizeof(reply),
                                       .rd_num_handles = 0};
  uint32_t actual = 0;
  EXPECT_EQ(zx_channel_call(ends.first, 0, ZX_TIME_INFINITE, &args, &actual, nullptr), ZX_OK);
  EXPECT_EQ(actual, sizeof(request));
  EXPECT_EQ(std::memcmp(request + 4, reply + 4, sizeof(request) - 4), 0);
  EXPECT_EQ(zx_handle_close(ends.first), ZX_OK);
  AwaitEnd(server);
}

TEST(ChannelRegsTest, AServerTakesAWrittenMessageAndItsReplyWithoutACallIsQueued) {
  ends = MakeChannel();
  const uint32_t message[] = {123, 456};
  EXPECT_EQ(zx_channel_write(ends.first, 0, message, sizeof(message), nullptr, 0), ZX_OK);
  const zx_handle_t server = StartEcho(1);
  uint32_t reply[2] = {};
  AwaitSignals(ends.first, ZX_CHANNEL_READABLE);
  EXPECT_EQ(zx_channel_read(ends.first, 0, reply, nullptr, sizeof(reply), 0, nullptr, nullptr),
            ZX_OK);
  EXPECT_EQ(reply[0], 123u);
  EXPECT_EQ(reply[1], 456u);
  EXPECT_EQ(zx_handle_close(ends.first), ZX_OK);
  AwaitEnd(server);
}

TEST(ChannelRegsTest, AReplyThatDoesNotFitRegistersIsDropped) {
  ends = MakeChannel();
  for (const uint64_t with_handle : {0u, 1u}) {
    const zx_handle_t server = StartThread(
        [](uint64_t with_handle) {
          uint8_t bytes[57] = {};
          AwaitSignals(ends.second, ZX_CHANNEL_READABLE);
          EXPECT_EQ(
              zx_channel_read(ends.second, 0, bytes, nullptr, sizeof(bytes), 0, nullptr, nullptr),
              ZX_OK);
          const zx_handle_t event = with_handle != 0 ? MakeEvent() : ZX_HANDLE_INVALID;
          EXPECT_EQ(zx_channel_write(ends.second, 0, bytes, with_handle != 0 ? 8 : 57, &event,
                                     static_cast<uint32_t>(with_handle)),
                    ZX_OK);
        },
        with_handle);
    uint64_t words[kWords] = {0, 42};
    uint32_t size = 16;
    EXPECT_EQ(zx_channel_call_regs(ends.first, words, &size), ZX_ERR_BUFFER_TOO_SMALL);
    EXPECT_EQ(words[1], 42u);
    EXPECT_EQ(size, 16u);
    AwaitEnd(server);
    EXPECT_EQ(SignalsOf(ends.first), ZX_CHANNEL_WRITABLE);
  }
}

TEST(ChannelServeTest, ARequestThatDoesNotFitStaysQueued) {
  ends = MakeChannel();
  uint64_t words[kWords] = {};
  uint8_t bytes[100] = {};
  const zx_handle_t event = MakeEvent();
  EXPECT_EQ(zx_channel_write(ends.first, 0, bytes, 57, nullptr, 0), ZX_OK);
  EXPECT_EQ(zx_channel_write(ends.first, 0, bytes, 8, &event, 1), ZX_OK);
  EXPECT_EQ(zx_channel_write(ends.first, 0, bytes, 3, nullptr, 0), ZX_OK);
  for (const uint32_t wanted : {57u, 8u, 3u}) {
    uint32_t size = 0;
    EXPECT_EQ(zx_channel_serve(ends.second, words, &size, nullptr), ZX_ERR_BUFFER_TOO_SMALL);
    zx_handle_t handle = ZX_HANDLE_INVALID;
    uint32_t actual = 0;
    EXPECT_EQ(zx_channel_read(ends.second, 0, bytes, &handle, sizeof(bytes), 1, &actual, nullptr),
              ZX_OK);
    EXPECT_EQ(actual, wanted);
  }
}

TEST(ChannelServeTest, WithBuffersARequestOfAnyKindIsServed) {
  ends = MakeChannel();
  uint64_t words[kWords] = {1, 2, 3, 4, 5, 6, 7};
  uint8_t bytes[100];
  for (uint8_t i = 0; i < sizeof(bytes); ++i) bytes[i] = i;
  const zx_handle_t event = MakeEvent();
  const zx_koid_t koid = KoidOf(event);
  uint8_t received[100] = {};
  zx_handle_t handle = ZX_HANDLE_INVALID;
  zx_channel_serve_args_t args = {};
  args.rd_bytes = received;
  args.rd_num_bytes = sizeof(received);
  args.rd_handles = &handle;
  args.rd_num_handles = 1;
  uint32_t size = 0;
  EXPECT_EQ(zx_channel_write(ends.first, 0, bytes, 100, &event, 1), ZX_OK);
  EXPECT_EQ(zx_channel_serve(ends.second, words, &size, &args), ZX_OK);
  EXPECT_EQ(size, 0u);
  for (size_t i = 0; i < kWords; ++i) EXPECT_EQ(words[i], i + 1);  // None of the call's.
  EXPECT_EQ(args.actual_bytes, 100u);
  EXPECT_EQ(args.actual_handles, 1u);
  EXPECT_EQ(std::memcmp(received, bytes, 100), 0);
  EXPECT_EQ(KoidOf(handle), koid);
  // What fits the registers comes there, and the counts stay.
  EXPECT_EQ(zx_channel_write(ends.first, 0, bytes, 12, nullptr, 0), ZX_OK);
  size = 0;
  EXPECT_EQ(zx_channel_serve(ends.second, words, &size, &args), ZX_OK);
  EXPECT_EQ(size, 12u);
  EXPECT_EQ(std::memcmp(words, bytes, 12), 0);
  EXPECT_EQ(args.actual_bytes, 100u);
}

TEST(ChannelServeTest, BuffersThatAreTooSmallAreToldTheSize) {
  ends = MakeChannel();
  uint64_t words[kWords] = {};
  uint8_t bytes[100] = {};
  const zx_handle_t event = MakeEvent();
  zx_channel_serve_args_t args = {};
  args.rd_bytes = bytes;
  args.rd_num_bytes = 99;
  uint32_t size = 0;
  EXPECT_EQ(zx_channel_write(ends.first, 0, bytes, 100, &event, 1), ZX_OK);
  EXPECT_EQ(zx_channel_serve(ends.second, words, &size, &args), ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(args.actual_bytes, 100u);
  EXPECT_EQ(args.actual_handles, 1u);
  EXPECT_EQ(SignalsOf(ends.second), ZX_CHANNEL_WRITABLE | ZX_CHANNEL_READABLE);
}

TEST(ChannelServeTest, AReplyCanBringBytesAndHandles) {
  ends = MakeChannel();
  const zx_handle_t server = StartThread([](uint64_t) {
    uint64_t words[kWords] = {};
    uint32_t size = 0;
    EXPECT_EQ(zx_channel_serve(ends.second, words, &size, nullptr), ZX_OK);
    uint8_t reply[80] = {};
    std::memcpy(reply, words, 4);
    reply[79] = 9;
    const zx_handle_t event = MakeEvent();
    zx_channel_serve_args_t args = {};
    args.wr_bytes = reply;
    args.wr_num_bytes = sizeof(reply);
    args.wr_handles = &event;
    args.wr_num_handles = 1;
    size = 0;
    EXPECT_EQ(zx_channel_serve(ends.second, words, &size, &args), ZX_ERR_PEER_CLOSED);
    EXPECT_FALSE(IsValid(event));
  });
  uint8_t request[8] = {};
  uint8_t reply[80] = {};
  zx_handle_t handle = ZX_HANDLE_INVALID;
  const zx_channel_call_args_t args = {.wr_bytes = request,
                                       .wr_handles = nullptr,
                                       .rd_bytes = reply,
                                       .rd_handles = &handle,
                                       .wr_num_bytes = sizeof(request),
                                       .wr_num_handles = 0,
                                       .rd_num_bytes = sizeof(reply),
                                       .rd_num_handles = 1};
  EXPECT_EQ(zx_channel_call(ends.first, 0, ZX_TIME_INFINITE, &args, nullptr, nullptr), ZX_OK);
  EXPECT_EQ(reply[79], 9);
  EXPECT_EQ(BasicInfo(handle).type, ZX_OBJ_TYPE_EVENT);
  EXPECT_EQ(zx_handle_close(ends.first), ZX_OK);
  AwaitEnd(server);
}

TEST(ChannelServeTest, ArgumentsThatContradictAreRefusedAndTheHandlesGo) {
  ends = MakeChannel();
  uint64_t words[kWords] = {};
  zx_handle_t event = MakeEvent();
  zx_channel_serve_args_t args = {};
  args.wr_handles = &event;
  args.wr_num_handles = 1;
  uint32_t size = 0;  // Handles, but no reply that they go with.
  EXPECT_EQ(zx_channel_serve(ends.second, words, &size, &args), ZX_ERR_INVALID_ARGS);
  EXPECT_FALSE(IsValid(event));
  event = MakeEvent();
  args.wr_bytes = words;
  args.wr_num_bytes = 8;
  size = 8;  // Two replies.
  EXPECT_EQ(zx_channel_serve(ends.second, words, &size, &args), ZX_ERR_INVALID_ARGS);
  EXPECT_FALSE(IsValid(event));
  EXPECT_EQ(SignalsOf(ends.first), ZX_CHANNEL_WRITABLE);
}

TEST(ChannelServeTest, ClosingTheHandleCancelsBothWaits) {
  static zx_status_t status;
  for (const bool is_server : {false, true}) {
    ends = MakeChannel();
    status = ZX_OK;
    const zx_handle_t thread = StartThread(
        [](uint64_t is_server) {
          uint64_t words[kWords] = {};
          uint32_t size = is_server != 0 ? 0 : 8;
          status = is_server != 0 ? zx_channel_serve(ends.first, words, &size, nullptr)
                                  : zx_channel_call_regs(ends.first, words, &size);
        },
        is_server);
    AwaitBlocked(thread, ZX_THREAD_STATE_BLOCKED_CHANNEL);
    EXPECT_EQ(zx_handle_close(ends.first), ZX_OK);
    AwaitEnd(thread);
    EXPECT_EQ(status, ZX_ERR_CANCELED);
  }
}

TEST(ChannelServeTest, APeerThatGoesEndsBothWaits) {
  ends = MakeChannel();
  const zx_handle_t server = StartThread([](uint64_t) {
    uint64_t words[kWords] = {};
    uint32_t size = 0;
    EXPECT_EQ(zx_channel_serve(ends.second, words, &size, nullptr), ZX_OK);
    EXPECT_EQ(zx_handle_close(ends.second), ZX_OK);
  });
  uint64_t words[kWords] = {};
  uint32_t size = 8;
  EXPECT_EQ(zx_channel_call_regs(ends.first, words, &size), ZX_ERR_PEER_CLOSED);
  AwaitEnd(server);
  EXPECT_EQ(zx_channel_call_regs(ends.first, words, &size), ZX_ERR_PEER_CLOSED);
  size = 0;
  EXPECT_EQ(zx_channel_serve(ends.first, words, &size, nullptr), ZX_ERR_PEER_CLOSED);
}

// Two processes that do nothing but hand over.
TEST(ChannelServeTest, ThousandsOfCallsAcrossProcessesKeepEveryWord) {
  ends = MakeChannel();
  const zx_handle_t process = StartProcess(
      zx_job_default(),
      [](uint64_t end, uint64_t) {
        uint64_t words[kWords] = {};
        uint32_t size = 0;
        zx_status_t status = ZX_OK;
        while ((status = zx_channel_serve(static_cast<zx_handle_t>(end), words, &size, nullptr)) ==
               ZX_OK) {
          for (uint32_t i = 1; i < kWords; ++i) words[i] = ~words[i];
        }
        zx_process_exit(status == ZX_ERR_PEER_CLOSED ? 0 : 1);
      },
      ends.second);
  for (uint64_t round = 0; round < 3000; ++round) {
    uint64_t words[kWords];
    for (uint32_t i = 0; i < kWords; ++i) words[i] = round * 1000 + i;
    uint32_t size = kMaxBytes;
    ASSERT_EQ(zx_channel_call_regs(ends.first, words, &size), ZX_OK);
    ASSERT_EQ(size, kMaxBytes);
    for (uint32_t i = 1; i < kWords; ++i) ASSERT_EQ(words[i], ~(round * 1000 + i));
  }
  EXPECT_EQ(zx_handle_close(ends.first), ZX_OK);
  EXPECT_EQ(AwaitReturnCode(process), 0);
}

}  // namespace
}  // namespace sirocco::zxtest
