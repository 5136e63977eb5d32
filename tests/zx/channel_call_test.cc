// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// zx_channel_call: the txid that the kernel chooses, replies in any order, and every way it ends.

#include <zircon/rights.h>
#include <zircon/syscalls.h>

#include <cstring>
#include <iterator>

#include "tests/zx/objects.h"
#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {
namespace {

struct Message {
  zx_txid_t txid = 0;
  uint32_t value = 0;
};

struct Outcome {
  zx_status_t status = ZX_ERR_INTERNAL;
  Message reply;
  uint32_t actual_bytes = 99;
  uint32_t actual_handles = 99;
  zx_handle_t handle = ZX_HANDLE_INVALID;
};

// A call with `value`, and one handle if there is one; room for a Message and a handle.
Outcome Call(zx_handle_t channel, uint32_t value, zx_time_t deadline = ZX_TIME_INFINITE,
             zx_handle_t handle = ZX_HANDLE_INVALID) {
  const Message request{77, value};
  Outcome outcome;
  const zx_channel_call_args_t args = {
      .wr_bytes = &request,
      .wr_handles = &handle,
      .rd_bytes = &outcome.reply,
      .rd_handles = &outcome.handle,
      .wr_num_bytes = sizeof(request),
      .wr_num_handles = handle != ZX_HANDLE_INVALID ? 1u : 0u,
      .rd_num_bytes = sizeof(outcome.reply),
      .rd_num_handles = 1,
  };
  outcome.status =
      zx_channel_call(channel, 0, deadline, &args, &outcome.actual_bytes, &outcome.actual_handles);
  return outcome;
}

Message Receive(zx_handle_t channel) {
  Message message;
  AwaitSignals(channel, ZX_CHANNEL_READABLE);
  EXPECT_EQ(zx_channel_read(channel, 0, &message, nullptr, sizeof(message), 0, nullptr, nullptr),
            ZX_OK);
  return message;
}

void Send(zx_handle_t channel, const Message& message) {
  EXPECT_EQ(zx_channel_write(channel, 0, &message, sizeof(message), nullptr, 0), ZX_OK);
}

zx_handle_t client;
Outcome outcomes[16];

// A thread whose call's outcome will be in outcomes[value].
zx_handle_t StartCall(zx_handle_t channel, uint32_t value) {
  client = channel;
  outcomes[value] = Outcome();
  return StartThread(
      [](uint64_t value) { outcomes[value] = Call(client, static_cast<uint32_t>(value)); }, value);
}

TEST(ChannelCallTest, TheReplyComesToTheCallAndNotToTheQueue) {
  const Pair ends = MakeChannel();
  const zx_handle_t thread = StartCall(ends.first, 3);
  const Message request = Receive(ends.second);
  EXPECT_EQ(request.value, 3u);
  EXPECT_GE(request.txid, 0x80000000u);
  Send(ends.second, {request.txid, 30});
  AwaitEnd(thread);
  EXPECT_EQ(outcomes[3].status, ZX_OK);
  EXPECT_EQ(outcomes[3].reply.txid, request.txid);
  EXPECT_EQ(outcomes[3].reply.value, 30u);
  EXPECT_EQ(outcomes[3].actual_bytes, sizeof(Message));
  EXPECT_EQ(outcomes[3].actual_handles, 0u);
  EXPECT_EQ(SignalsOf(ends.first), ZX_CHANNEL_WRITABLE);
}

TEST(ChannelCallTest, RepliesFindTheirCallsInAnyOrder) {
  const Pair ends = MakeChannel();
  zx_handle_t threads[std::size(outcomes)];
  Message requests[std::size(outcomes)];
  for (uint32_t i = 0; i < std::size(outcomes); ++i) {
    threads[i] = StartCall(ends.first, i);
    requests[i] = Receive(ends.second);
    for (uint32_t j = 0; j < i; ++j) EXPECT_NE(requests[i].txid, requests[j].txid);
  }
  for (uint32_t i = 0; i < std::size(outcomes); ++i) {
    const Message& request = requests[i * 7 % std::size(outcomes)];
    Send(ends.second, {request.txid, request.value * 100});
  }
  for (const zx_handle_t thread : threads) AwaitEnd(thread);
  for (uint32_t i = 0; i < std::size(outcomes); ++i) {
    EXPECT_EQ(outcomes[i].status, ZX_OK);
    EXPECT_EQ(outcomes[i].reply.value, i * 100);
  }
}

TEST(ChannelCallTest, AMessageWithAnotherTxidIsNoReply) {
  const Pair ends = MakeChannel();
  const zx_handle_t thread = StartCall(ends.first, 0);
  const Message request = Receive(ends.second);
  Send(ends.second, {request.txid + 1, 1});
  Send(ends.second, {77, 2});
  EXPECT_EQ(zx_channel_write(ends.second, 0, "abc", 3, nullptr, 0), ZX_OK);
  Send(ends.second, {request.txid, 3});
  AwaitEnd(thread);
  EXPECT_EQ(outcomes[0].reply.value, 3u);
  EXPECT_EQ(Receive(ends.first).value, 1u);
  EXPECT_EQ(Receive(ends.first).value, 2u);
}

TEST(ChannelCallTest, WithoutAReplyItTimesOutAndTheLateReplyIsAMessage) {
  const Pair ends = MakeChannel();
  const zx_time_t deadline = zx_deadline_after(ZX_MSEC(2));
  EXPECT_EQ(Call(ends.first, 5, deadline).status, ZX_ERR_TIMED_OUT);
  EXPECT_GE(zx_clock_get_monotonic(), deadline);
  const Message request = Receive(ends.second);
  EXPECT_EQ(request.value, 5u);
  Send(ends.second, {request.txid, 50});
  EXPECT_EQ(Receive(ends.first).value, 50u);
}

TEST(ChannelCallTest, ADeadlineInThePastSendsAndTimesOut) {
  const Pair ends = MakeChannel();
  EXPECT_EQ(Call(ends.first, 6, 0).status, ZX_ERR_TIMED_OUT);
  EXPECT_EQ(Receive(ends.second).value, 6u);
}

TEST(ChannelCallTest, APeerThatGoesEndsIt) {
  const Pair ends = MakeChannel();
  const zx_handle_t thread = StartCall(ends.first, 1);
  Receive(ends.second);
  EXPECT_EQ(zx_handle_close(ends.second), ZX_OK);
  AwaitEnd(thread);
  EXPECT_EQ(outcomes[1].status, ZX_ERR_PEER_CLOSED);
  EXPECT_EQ(Call(ends.first, 2).status, ZX_ERR_PEER_CLOSED);
}

TEST(ChannelCallTest, ClosingItsHandleCancelsIt) {
  const Pair ends = MakeChannel();
  const zx_handle_t thread = StartCall(ends.first, 1);
  Receive(ends.second);
  AwaitBlocked(thread, ZX_THREAD_STATE_BLOCKED_CHANNEL);
  EXPECT_EQ(zx_handle_close(ends.first), ZX_OK);
  AwaitEnd(thread);
  EXPECT_EQ(outcomes[1].status, ZX_ERR_CANCELED);
  EXPECT_EQ(SignalsOf(ends.second), ZX_CHANNEL_PEER_CLOSED);
}

TEST(ChannelCallTest, AReplyThatDoesNotFitIsDropped) {
  const Pair ends = MakeChannel();
  const zx_handle_t thread = StartCall(ends.first, 1);
  const Message request = Receive(ends.second);
  const zx_handle_t event = MakeEvent();
  const Pair inner = MakeChannel();
  const zx_handle_t handles[] = {event, inner.second};
  uint8_t large[200] = {};
  std::memcpy(large, &request.txid, sizeof(request.txid));
  EXPECT_EQ(zx_channel_write(ends.second, 0, large, sizeof(large), handles, 2), ZX_OK);
  AwaitEnd(thread);
  EXPECT_EQ(outcomes[1].status, ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(outcomes[1].actual_bytes, sizeof(large));
  EXPECT_EQ(outcomes[1].actual_handles, 2u);
  AwaitSignals(inner.first, ZX_CHANNEL_PEER_CLOSED);
  EXPECT_EQ(SignalsOf(ends.first), ZX_CHANNEL_WRITABLE);
}

TEST(ChannelCallTest, HandlesGoBothWays) {
  static zx_handle_t end;
  const Pair ends = MakeChannel();
  end = ends.second;
  const zx_handle_t thread = StartThread([](uint64_t) {
    Message message;
    zx_handle_t handle = ZX_HANDLE_INVALID;
    AwaitSignals(end, ZX_CHANNEL_READABLE);
    EXPECT_EQ(zx_channel_read(end, 0, &message, &handle, sizeof(message), 1, nullptr, nullptr),
              ZX_OK);
    EXPECT_EQ(zx_object_signal(handle, 0, ZX_USER_SIGNAL_6), ZX_OK);
    EXPECT_EQ(zx_channel_write(end, 0, &message, sizeof(message), &handle, 1), ZX_OK);
  });
  const zx_handle_t event = MakeEvent();
  const zx_koid_t koid = KoidOf(event);
  const Outcome outcome = Call(ends.first, 1, ZX_TIME_INFINITE, event);
  EXPECT_EQ(outcome.status, ZX_OK);
  EXPECT_EQ(outcome.actual_handles, 1u);
  EXPECT_FALSE(IsValid(event));
  EXPECT_EQ(KoidOf(outcome.handle), koid);
  EXPECT_EQ(SignalsOf(outcome.handle), ZX_USER_SIGNAL_6);
  AwaitEnd(thread);
}

TEST(ChannelCallTest, LargeMessagesGoBothWays) {
  static uint8_t request[ZX_CHANNEL_MAX_MSG_BYTES];
  static uint8_t reply[ZX_CHANNEL_MAX_MSG_BYTES];
  static uint8_t at_server[ZX_CHANNEL_MAX_MSG_BYTES];
  static zx_handle_t end;
  const Pair ends = MakeChannel();
  end = ends.second;
  for (size_t i = 0; i < sizeof(request); ++i) request[i] = static_cast<uint8_t>(i * 13 + i / 256);
  const zx_handle_t thread = StartThread([](uint64_t) {
    AwaitSignals(end, ZX_CHANNEL_READABLE);
    EXPECT_EQ(zx_channel_read(end, 0, at_server, nullptr, sizeof(at_server), 0, nullptr, nullptr),
              ZX_OK);
    EXPECT_EQ(zx_channel_write(end, 0, at_server, sizeof(at_server), nullptr, 0), ZX_OK);
  });
  const zx_channel_call_args_t args = {.wr_bytes = request,
                                       .wr_handles = nullptr,
                                       .rd_bytes = reply,
                                       .rd_handles = nullptr,
                                       .wr_num_bytes = sizeof(request),
                                       .wr_num_handles = 0,
                                       .rd_num_bytes = sizeof(reply),
                                       .rd_num_handles = 0};
  EXPECT_EQ(zx_channel_call(ends.first, 0, ZX_TIME_INFINITE, &args, nullptr, nullptr), ZX_OK);
  EXPECT_EQ(std::memcmp(request + 4, reply + 4, sizeof(request) - 4), 0);
  AwaitEnd(thread);
}

TEST(ChannelCallTest, ARequestHasATxid) {
  const Pair ends = MakeChannel();
  const zx_handle_t event = MakeEvent();
  const zx_channel_call_args_t args = {.wr_bytes = "abc",
                                       .wr_handles = &event,
                                       .rd_bytes = nullptr,
                                       .rd_handles = nullptr,
                                       .wr_num_bytes = 3,
                                       .wr_num_handles = 1,
                                       .rd_num_bytes = 0,
                                       .rd_num_handles = 0};
  EXPECT_EQ(zx_channel_call(ends.first, 0, ZX_TIME_INFINITE, &args, nullptr, nullptr),
            ZX_ERR_INVALID_ARGS);
  EXPECT_FALSE(IsValid(event));
  EXPECT_EQ(SignalsOf(ends.second), ZX_CHANNEL_WRITABLE);
  EXPECT_EQ(zx_channel_call(ends.first, 1, ZX_TIME_INFINITE, &args, nullptr, nullptr),
            ZX_ERR_INVALID_ARGS);
}

TEST(ChannelCallTest, NeedsReadAndWrite) {
  const Pair ends = MakeChannel();
  EXPECT_EQ(Call(Without(ends.first, ZX_RIGHT_READ), 1).status, ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Call(Without(ends.second, ZX_RIGHT_WRITE), 1).status, ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Call(MakeEvent(), 1).status, ZX_ERR_WRONG_TYPE);
}

TEST(ChannelCallTest, EtcSendsDispositionsAndReceivesInfos) {
  static zx_handle_t end;
  const Pair ends = MakeChannel();
  end = ends.second;
  const zx_handle_t thread = StartThread([](uint64_t) {
    Message message;
    zx_handle_t handles[2] = {};
    AwaitSignals(end, ZX_CHANNEL_READABLE);
    EXPECT_EQ(zx_channel_read(end, 0, &message, handles, sizeof(message), 2, nullptr, nullptr),
              ZX_OK);
    EXPECT_EQ(zx_channel_write(end, 0, &message, sizeof(message), handles, 2), ZX_OK);
  });
  Message message{0, 4};
  zx_handle_disposition_t dispositions[] = {
      {ZX_HANDLE_OP_MOVE, MakeEvent(), ZX_OBJ_TYPE_EVENT, ZX_RIGHT_SAME_RIGHTS, ZX_OK},
      {ZX_HANDLE_OP_DUPLICATE, MakeVmo(1), ZX_OBJ_TYPE_VMO, ZX_RIGHT_READ | ZX_RIGHT_TRANSFER,
       ZX_OK}};
  zx_handle_info_t infos[2] = {};
  zx_channel_call_etc_args_t args = {.wr_bytes = &message,
                                     .wr_handles = dispositions,
                                     .rd_bytes = &message,
                                     .rd_handles = infos,
                                     .wr_num_bytes = sizeof(message),
                                     .wr_num_handles = 2,
                                     .rd_num_bytes = sizeof(message),
                                     .rd_num_handles = 2};
  uint32_t actual_handles = 0;
  EXPECT_EQ(zx_channel_call_etc(ends.first, 0, ZX_TIME_INFINITE, &args, nullptr, &actual_handles),
            ZX_OK);
  EXPECT_EQ(actual_handles, 2u);
  EXPECT_FALSE(IsValid(dispositions[0].handle));
  EXPECT_TRUE(IsValid(dispositions[1].handle));
  EXPECT_EQ(infos[0].type, ZX_OBJ_TYPE_EVENT);
  EXPECT_EQ(infos[0].rights, ZX_DEFAULT_EVENT_RIGHTS);
  EXPECT_EQ(infos[1].type, ZX_OBJ_TYPE_VMO);
  EXPECT_EQ(infos[1].rights, ZX_RIGHT_READ | ZX_RIGHT_TRANSFER);
  AwaitEnd(thread);
}

TEST(ChannelCallTest, EtcTellsWhatIsWrongWithAHandle) {
  const Pair ends = MakeChannel();
  Message message{0, 4};
  zx_handle_disposition_t disposition = {ZX_HANDLE_OP_MOVE, MakeEvent(), ZX_OBJ_TYPE_VMO,
                                         ZX_RIGHT_SAME_RIGHTS, ZX_OK};
  zx_channel_call_etc_args_t args = {.wr_bytes = &message,
                                     .wr_handles = &disposition,
                                     .rd_bytes = nullptr,
                                     .rd_handles = nullptr,
                                     .wr_num_bytes = sizeof(message),
                                     .wr_num_handles = 1,
                                     .rd_num_bytes = 0,
                                     .rd_num_handles = 0};
  EXPECT_EQ(zx_channel_call_etc(ends.first, 0, ZX_TIME_INFINITE, &args, nullptr, nullptr),
            ZX_ERR_WRONG_TYPE);
  EXPECT_EQ(disposition.result, ZX_ERR_WRONG_TYPE);
  EXPECT_FALSE(IsValid(disposition.handle));
  EXPECT_EQ(SignalsOf(ends.second), ZX_CHANNEL_WRITABLE);
}

TEST(ChannelCallTest, AServerInAnotherProcessAnswersThousands) {
  const Pair ends = MakeChannel();
  const zx_handle_t process = StartProcess(
      zx_job_default(),
      [](uint64_t end, uint64_t) {
        const auto channel = static_cast<zx_handle_t>(end);
        for (;;) {
          Message message;
          zx_object_wait_one(channel, ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED,
                             ZX_TIME_INFINITE, nullptr);
          const zx_status_t status =
              zx_channel_read(channel, 0, &message, nullptr, sizeof(message), 0, nullptr, nullptr);
          if (status == ZX_ERR_PEER_CLOSED) zx_process_exit(0);
          if (status != ZX_OK) zx_process_exit(1);
          message.value = message.value * 2 + 1;
          zx_channel_write(channel, 0, &message, sizeof(message), nullptr, 0);
        }
      },
      ends.second);
  for (uint32_t i = 0; i < 2000; ++i) {
    const Outcome outcome = Call(ends.first, i);
    ASSERT_EQ(outcome.status, ZX_OK) << i;
    ASSERT_EQ(outcome.reply.value, i * 2 + 1) << i;
  }
  EXPECT_EQ(zx_handle_close(ends.first), ZX_OK);
  EXPECT_EQ(AwaitReturnCode(process), 0);
}

}  // namespace
}  // namespace sirocco::zxtest
