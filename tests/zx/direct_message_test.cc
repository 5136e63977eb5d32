// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// zx_channel_call against zx_channel_serve with buffers, where the bytes may go straight from one
// thread's memory into the other's: whatever stands in their way, nothing is lost or changed.

#include <sirocco/channel_handoff.h>
#include <zircon/syscalls.h>

#include <atomic>
#include <cstring>

#include "tests/zx/objects.h"
#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {
namespace {

constexpr uint32_t kPage = 4096;
constexpr uint32_t kMaxBytes = kPage;
constexpr uint32_t kGuard = 8;
constexpr uint8_t kUntouched = 0xee;

// Where a message lies: in the middle of the second page, or `offset` before its end.
struct Memory {
  alignas(kPage) uint8_t bytes[4 * kPage];
  uint8_t* At(uint32_t offset) { return bytes + 2 * kPage - offset; }
};

Pair ends;
Memory request;
Memory reply;
Memory served;  // What the server has, also to answer from.
uint8_t* served_at;
std::atomic<uint32_t> requests;

uint8_t ByteOf(uint32_t seed, uint32_t index) { return static_cast<uint8_t>(seed * 7 + index); }

void Fill(uint8_t* bytes, uint32_t size, uint32_t seed) {
  for (uint32_t i = 0; i < size; ++i) bytes[i] = ByteOf(seed, i);
}

// Answers each request, wherever it came, with its complement; but for the txid.
void Serve(uint64_t) {
  uint64_t words[ZX_CHANNEL_REGS_WORDS] = {};
  uint32_t size = 0;
  zx_channel_serve_args_t args = {};
  args.rd_bytes = served_at;
  args.rd_num_bytes = kMaxBytes;
  while (zx_channel_serve(ends.second, words, &size, &args) == ZX_OK) {
    ++requests;
    uint8_t* bytes = size != 0 ? reinterpret_cast<uint8_t*>(words) : served_at;
    const uint32_t count = size != 0 ? size : args.actual_bytes;
    for (uint32_t i = sizeof(zx_txid_t); i < count; ++i) bytes[i] = static_cast<uint8_t>(~bytes[i]);
    args.wr_bytes = served_at;
    args.wr_num_bytes = size != 0 ? 0 : count;
  }
}

struct Outcome {
  zx_status_t status;
  uint32_t actual_bytes = 99;
  uint32_t actual_handles = 99;
};

Outcome CallWith(const zx_channel_call_args_t& args, zx_time_t deadline = ZX_TIME_INFINITE) {
  Outcome outcome;
  outcome.status = zx_channel_call(ends.first, 0, deadline, &args, &outcome.actual_bytes,
                                   &outcome.actual_handles);
  return outcome;
}

Outcome Call(const void* from, void* to, uint32_t size, zx_time_t deadline = ZX_TIME_INFINITE) {
  zx_channel_call_args_t args = {};
  args.wr_bytes = from;
  args.wr_num_bytes = size;
  args.rd_bytes = to;
  args.rd_num_bytes = kMaxBytes;
  return CallWith(args, deadline);
}

// One call of each size with its buffers at these places: what comes back, and nothing around it.
void ExpectEcho(uint32_t from, uint32_t to, uint32_t at) {
  ends = MakeChannel();
  served_at = served.At(at);
  const zx_handle_t server = StartThread(&Serve);
  for (uint32_t size : {4u, 5u, 8u, 55u, 56u, 57u, 63u, 64u, 65u, 511u, 512u, 1000u, 2048u}) {
    Fill(request.At(from), size, size);
    std::memset(reply.bytes, kUntouched, sizeof(reply.bytes));
    const Outcome outcome = Call(request.At(from), reply.At(to), size);
    ASSERT_EQ(outcome.status, ZX_OK) << size;
    EXPECT_EQ(outcome.actual_bytes, size);
    EXPECT_EQ(outcome.actual_handles, 0u);
    const uint8_t* bytes = reply.At(to);
    for (uint32_t i = sizeof(zx_txid_t); i < size; ++i) {
      ASSERT_EQ(bytes[i], static_cast<uint8_t>(~ByteOf(size, i))) << size;
    }
    for (uint32_t i = 0; i < kGuard; ++i) {
      EXPECT_EQ(bytes[size + i], kUntouched) << size;
      EXPECT_EQ(*(bytes - 1 - i), kUntouched) << size;
    }
    // The request is the caller's: the kernel's txid is not in it.
    ASSERT_EQ(request.At(from)[0], ByteOf(size, 0));
  }
  EXPECT_EQ(zx_handle_close(ends.first), ZX_OK);
  AwaitEnd(server);
  EXPECT_EQ(zx_handle_close(ends.second), ZX_OK);
}

TEST(DirectMessageTest, EverySizeAtEveryAlignmentComesBackAsItWent) {
  for (uint32_t shift : {0u, 1u, 4u, 7u}) {
    ExpectEcho(kPage + shift, kPage + 3 * shift, kPage + 5 * shift);
  }
}

TEST(DirectMessageTest, BuffersThatReachOverThePagesEndAreNoDifferent) {
  constexpr uint32_t kWhole = kPage;
  ExpectEcho(30, kWhole, kWhole);
  ExpectEcho(kWhole, 30, kWhole);
  ExpectEcho(kWhole, kWhole, 30);
  ExpectEcho(1, 2, 3);
}

TEST(DirectMessageTest, BuffersThatOverlapStillCarryWhatWasSent) {
  constexpr uint32_t kSize = 100;
  for (const uint32_t shift : {1u, 8u, 20u, 60u}) {
    for (const bool is_behind : {false, true}) {
      ends = MakeChannel();
      uint8_t* const bytes = request.At(kPage);
      served_at = is_behind ? bytes + shift : bytes - shift;
      const zx_handle_t server = StartThread(&Serve);
      AwaitBlocked(server, ZX_THREAD_STATE_BLOCKED_CHANNEL);
      Fill(bytes, kSize, shift);
      // And the reply comes where the request was.
      ASSERT_EQ(Call(bytes, bytes, kSize).status, ZX_OK);
      for (uint32_t i = sizeof(zx_txid_t); i < kSize; ++i) {
        ASSERT_EQ(bytes[i], static_cast<uint8_t>(~ByteOf(shift, i))) << shift << " " << is_behind;
      }
      EXPECT_EQ(zx_handle_close(ends.first), ZX_OK);
      AwaitEnd(server);
    }
  }
}

TEST(DirectMessageTest, ArgumentsAtTheEndsOfTheAddressSpaceAreInvalidArgs) {
  ends = MakeChannel();
  uint32_t bytes = 0;
  uint32_t handles = 0;
  for (const uint64_t page : {uint64_t{0}, ~uint64_t{kPage - 1}}) {
    for (const uint64_t offset : {0, 16, 4000}) {
      const uint64_t address = page + offset;
      const auto* call = reinterpret_cast<const zx_channel_call_args_t*>(address);
      EXPECT_EQ(zx_channel_call(ends.first, 0, 0, call, &bytes, &handles), ZX_ERR_INVALID_ARGS)
          << address;
      zx_channel_call_args_t args = {};
      args.wr_bytes = reinterpret_cast<const void*>(address);
      args.wr_num_bytes = 64;
      EXPECT_EQ(zx_channel_call(ends.first, 0, 0, &args, &bytes, &handles), ZX_ERR_INVALID_ARGS);
      if (address == 0) continue;  // No arguments: registers alone.
      uint64_t words[ZX_CHANNEL_REGS_WORDS] = {};
      uint32_t size = 0;
      auto* serve = reinterpret_cast<zx_channel_serve_args_t*>(address);
      EXPECT_EQ(zx_channel_serve(ends.second, words, &size, serve), ZX_ERR_INVALID_ARGS);
    }
  }
}

TEST(DirectMessageTest, AServerWhoseBufferIsGoneGetsAnErrorAndTheRequestStays) {
  ends = MakeChannel();
  const zx_handle_t vmo = MakeVmo(kPage);
  zx_vaddr_t mapped = 0;
  ASSERT_EQ(zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, vmo, 0, kPage,
                        &mapped),
            ZX_OK);
  Store(mapped, 1);  // Its page is there.
  static zx_status_t status;
  const zx_handle_t server = StartThread(
      [](uint64_t address) {
        uint64_t words[ZX_CHANNEL_REGS_WORDS] = {};
        uint32_t size = 0;
        zx_channel_serve_args_t args = {};
        args.rd_bytes = reinterpret_cast<void*>(address);
        args.rd_num_bytes = kPage;
        status = zx_channel_serve(ends.second, words, &size, &args);
      },
      mapped);
  AwaitBlocked(server, ZX_THREAD_STATE_BLOCKED_CHANNEL);
  ASSERT_EQ(zx_vmar_unmap(zx_vmar_root_self(), mapped, kPage), ZX_OK);
  Fill(request.At(kPage), 100, 1);
  const zx_handle_t caller = StartThread(
      [](uint64_t) { EXPECT_EQ(Call(request.At(kPage), reply.At(kPage), 100).status, ZX_OK); });
  AwaitEnd(server);
  EXPECT_EQ(status, ZX_ERR_INVALID_ARGS);
  // Somebody else reads it, and answers.
  uint8_t bytes[100] = {};
  uint32_t actual = 0;
  EXPECT_EQ(zx_channel_read(ends.second, 0, bytes, nullptr, sizeof(bytes), 0, &actual, nullptr),
            ZX_OK);
  EXPECT_EQ(actual, 100u);
  for (uint32_t i = sizeof(zx_txid_t); i < actual; ++i) ASSERT_EQ(bytes[i], ByteOf(1, i));
  EXPECT_EQ(zx_channel_write(ends.second, 0, bytes, actual, nullptr, 0), ZX_OK);
  AwaitEnd(caller);
  // Nothing was written through the mapping that had gone.
  uint64_t word = 0;
  EXPECT_EQ(zx_vmo_read(vmo, &word, 0, sizeof(word)), ZX_OK);
  EXPECT_EQ(word, 1u);
}

TEST(DirectMessageTest, AReplyToABufferThatCannotBeWrittenEndsTheCallAlone) {
  ends = MakeChannel();
  served_at = served.At(kPage);
  const zx_handle_t server = StartThread(&Serve);
  const zx_handle_t vmo = MakeVmo(kPage);
  zx_vaddr_t mapped = 0;
  ASSERT_EQ(zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ, 0, vmo, 0, kPage, &mapped), ZX_OK);
  Load(mapped);
  Fill(request.At(kPage), 100, 1);
  EXPECT_EQ(Call(request.At(kPage), reinterpret_cast<void*>(mapped), 100).status,
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Call(request.At(kPage), reply.At(kPage), 100).status, ZX_OK);
  uint64_t word = 1;
  EXPECT_EQ(zx_vmo_read(vmo, &word, 0, sizeof(word)), ZX_OK);
  EXPECT_EQ(word, 0u);
  EXPECT_EQ(zx_handle_close(ends.first), ZX_OK);
  AwaitEnd(server);
}

// Answers with what came, handles and all.
void ServeHandles(uint64_t) {
  uint64_t words[ZX_CHANNEL_REGS_WORDS] = {};
  static zx_handle_t handles[ZX_CHANNEL_MAX_MSG_HANDLES];
  uint32_t size = 0;
  zx_channel_serve_args_t args = {};
  args.rd_bytes = served.At(kPage);
  args.rd_handles = handles;
  args.rd_num_bytes = kMaxBytes;
  args.rd_num_handles = 16;
  while (zx_channel_serve(ends.second, words, &size, &args) == ZX_OK) {
    ++requests;
    args.wr_bytes = served.At(kPage);
    args.wr_num_bytes = size != 0 ? 0 : args.actual_bytes;
    args.wr_handles = handles;
    args.wr_num_handles = size != 0 ? 0 : args.actual_handles;
  }
}

zx_rights_t RightsFor(uint32_t index) {
  return ZX_RIGHT_TRANSFER | (index % 2 == 0 ? ZX_RIGHT_WAIT : ZX_RIGHT_SIGNAL);
}

// A call of 64 bytes with these handles; those that come are put at `back`.
Outcome CallWithHandles(const zx_handle_t* handles, uint32_t count, zx_handle_t* back,
                        uint32_t max_back) {
  zx_channel_call_args_t args = {};
  args.wr_bytes = request.At(kPage);
  args.wr_num_bytes = 64;
  args.wr_handles = handles;
  args.wr_num_handles = count;
  args.rd_bytes = reply.At(kPage);
  args.rd_num_bytes = kMaxBytes;
  args.rd_handles = back;
  args.rd_num_handles = max_back;
  return CallWith(args);
}

TEST(DirectMessageTest, HandlesComeBackInTheirOrderWithTheirRights) {
  ends = MakeChannel();
  const zx_handle_t server = StartThread(&ServeHandles);
  for (uint32_t count : {1u, 2u, 7u, 8u, 9u, 16u}) {
    zx_handle_t handles[16];
    zx_koid_t koids[16];
    for (uint32_t i = 0; i < count; ++i) {
      ASSERT_EQ(zx_handle_replace(MakeEvent(), RightsFor(i), &handles[i]), ZX_OK);
      koids[i] = KoidOf(handles[i]);
    }
    zx_handle_t back[16] = {};
    const Outcome outcome = CallWithHandles(handles, count, back, 16);
    ASSERT_EQ(outcome.status, ZX_OK) << count;
    ASSERT_EQ(outcome.actual_handles, count);
    EXPECT_EQ(outcome.actual_bytes, 64u);
    for (uint32_t i = 0; i < count; ++i) {
      EXPECT_EQ(zx_handle_check_valid(handles[i]), ZX_ERR_BAD_HANDLE) << i;
      EXPECT_EQ(KoidOf(back[i]), koids[i]) << i;
      EXPECT_EQ(RightsOf(back[i]), RightsFor(i)) << i;
      EXPECT_EQ(zx_handle_close(back[i]), ZX_OK);
    }
  }
  EXPECT_EQ(zx_handle_close(ends.first), ZX_OK);
  AwaitEnd(server);
}

TEST(DirectMessageTest, HandlesOfARefusedCallAreGoneAndTheServerHearsNothing) {
  ends = MakeChannel();
  requests = 0;
  const zx_handle_t server = StartThread(&ServeHandles);
  AwaitBlocked(server, ZX_THREAD_STATE_BLOCKED_CHANNEL);
  zx_handle_t back[16] = {};
  zx_handle_t kept = ZX_HANDLE_INVALID;
  ASSERT_EQ(zx_handle_replace(MakeEvent(), ZX_RIGHT_WAIT, &kept), ZX_OK);
  const auto refused = [&](zx_handle_t first, zx_handle_t second) {
    const zx_handle_t handles[] = {first, second};
    const zx_status_t status = CallWithHandles(handles, 2, back, 16).status;
    EXPECT_EQ(zx_handle_check_valid(first), ZX_ERR_BAD_HANDLE);
    EXPECT_EQ(zx_handle_check_valid(second), ZX_ERR_BAD_HANDLE);
    return status;
  };
  EXPECT_EQ(refused(MakeEvent(), kept), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(refused(MakeEvent(), ZX_HANDLE_INVALID), ZX_ERR_BAD_HANDLE);
  const zx_handle_t twice = MakeEvent();
  EXPECT_EQ(refused(twice, twice), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(requests.load(), 0u);
  // Too many for the caller's buffer: they came to the server, and are dropped on the way back.
  zx_handle_t sent[] = {MakeEvent(), MakeEvent(), MakeEvent()};
  const Outcome outcome = CallWithHandles(sent, 3, back, 2);
  EXPECT_EQ(outcome.status, ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(outcome.actual_handles, 3u);
  EXPECT_EQ(requests.load(), 1u);
  EXPECT_EQ(zx_handle_close(ends.first), ZX_OK);
  AwaitEnd(server);
}

TEST(DirectMessageTest, OneHandleThatMayNotGoIsGoneAndTheServerHearsNothing) {
  ends = MakeChannel();
  requests = 0;
  const zx_handle_t server = StartThread(&ServeHandles);
  AwaitBlocked(server, ZX_THREAD_STATE_BLOCKED_CHANNEL);
  zx_handle_t back = ZX_HANDLE_INVALID;
  const auto refused = [&](zx_handle_t handle) {
    const zx_status_t status = CallWithHandles(&handle, 1, &back, 1).status;
    EXPECT_EQ(zx_handle_check_valid(handle), ZX_ERR_BAD_HANDLE);
    return status;
  };
  zx_handle_t kept = ZX_HANDLE_INVALID;
  ASSERT_EQ(zx_handle_replace(MakeEvent(), ZX_RIGHT_WAIT, &kept), ZX_OK);
  EXPECT_EQ(refused(kept), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(refused(kept), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(refused(ZX_HANDLE_INVALID), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(requests.load(), 0u);
  // No room for it on the way back.
  zx_handle_t sent = MakeEvent();
  const Outcome outcome = CallWithHandles(&sent, 1, &back, 0);
  EXPECT_EQ(outcome.status, ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(outcome.actual_handles, 1u);
  EXPECT_EQ(requests.load(), 1u);
  // The end that it would go through, which so ends.
  EXPECT_EQ(refused(ends.first), ZX_ERR_NOT_SUPPORTED);
  AwaitEnd(server);
  EXPECT_EQ(requests.load(), 1u);
}

TEST(DirectMessageTest, AHandleThatIsWaitedThroughGoesAndTheWaitEnds) {
  ends = MakeChannel();
  const zx_handle_t server = StartThread(&ServeHandles);
  AwaitBlocked(server, ZX_THREAD_STATE_BLOCKED_CHANNEL);
  static zx_handle_t event;
  static std::atomic<zx_status_t> waited;
  event = MakeEvent();
  waited = ZX_OK;
  const zx_koid_t koid = KoidOf(event);
  const zx_handle_t waiter = StartThread([](uint64_t) {
    waited = zx_object_wait_one(event, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr);
  });
  AwaitBlocked(waiter, ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
  zx_handle_t back = ZX_HANDLE_INVALID;
  EXPECT_EQ(CallWithHandles(&event, 1, &back, 1).status, ZX_OK);
  AwaitEnd(waiter);
  EXPECT_EQ(waited.load(), ZX_ERR_CANCELED);
  EXPECT_EQ(KoidOf(back), koid);
  EXPECT_EQ(zx_handle_close(ends.first), ZX_OK);
  AwaitEnd(server);
}

// Tables that grow meanwhile, on both sides: each keeps what it gets.
TEST(DirectMessageTest, HundredsOfHandlesThatAreKeptFindRoom) {
  ends = MakeChannel();
  const zx_handle_t process = StartProcess(
      zx_job_default(),
      [](uint64_t end, uint64_t) {
        uint64_t words[ZX_CHANNEL_REGS_WORDS] = {};
        uint32_t size = 0;
        alignas(8) uint8_t bytes[64];
        zx_handle_t got = ZX_HANDLE_INVALID;
        zx_handle_t given = ZX_HANDLE_INVALID;
        zx_channel_serve_args_t args = {};
        args.wr_bytes = args.rd_bytes = bytes;
        args.rd_num_bytes = sizeof(bytes);
        args.wr_handles = &given;
        args.rd_handles = &got;
        args.rd_num_handles = 1;
        zx_status_t status = ZX_OK;
        while ((status = zx_channel_serve(static_cast<zx_handle_t>(end), words, &size, &args)) ==
               ZX_OK) {
          if (zx_handle_check_valid(got) != ZX_OK) zx_process_exit(1);
          if (zx_event_create(0, &given) != ZX_OK) zx_process_exit(2);
          args.wr_num_bytes = sizeof(bytes);
          args.wr_num_handles = 1;
        }
        zx_process_exit(status == ZX_ERR_PEER_CLOSED ? 0 : 3);
      },
      ends.second);
  static zx_handle_t kept[300];
  for (zx_handle_t& back : kept) {
    zx_handle_t sent = MakeEvent();
    const Outcome outcome = CallWithHandles(&sent, 1, &back, 1);
    ASSERT_EQ(outcome.status, ZX_OK);
    ASSERT_EQ(outcome.actual_bytes, 64u);
    ASSERT_EQ(outcome.actual_handles, 1u);
    EXPECT_EQ(zx_handle_check_valid(sent), ZX_ERR_BAD_HANDLE);
  }
  for (zx_handle_t back : kept) EXPECT_EQ(zx_handle_close(back), ZX_OK);
  EXPECT_EQ(zx_handle_close(ends.first), ZX_OK);
  EXPECT_EQ(AwaitReturnCode(process), 0);
}

TEST(DirectMessageTest, AReplyThatMeetsItsDeadlineIsTheCallsOrAMessageAndNeverBoth) {
  constexpr uint32_t kCallers = 3;
  constexpr uint32_t kCalls = 400;
  static std::atomic<uint32_t> answered;
  ends = MakeChannel();
  served_at = served.At(kPage);
  requests = 0;
  answered = 0;
  const zx_handle_t server = StartThread(&Serve);
  zx_handle_t callers[kCallers];
  for (uint32_t i = 0; i < kCallers; ++i) {
    callers[i] = StartThread(
        [](uint64_t caller) {
          uint8_t sent[100];
          uint8_t received[kMaxBytes];
          for (uint32_t i = 0; i < kCalls; ++i) {
            const auto seed = static_cast<uint32_t>(caller * kCalls + i);
            Fill(sent, sizeof(sent), seed);
            const zx_time_t deadline = zx_clock_get_monotonic() + (i % 40) * 500;
            const Outcome outcome = Call(sent, received, sizeof(sent), deadline);
            if (outcome.status == ZX_ERR_TIMED_OUT) continue;
            EXPECT_EQ(outcome.status, ZX_OK);
            EXPECT_EQ(outcome.actual_bytes, sizeof(sent));
            for (uint32_t k = sizeof(zx_txid_t); k < sizeof(sent); ++k) {
              EXPECT_EQ(received[k], static_cast<uint8_t>(~ByteOf(seed, k)));
            }
            ++answered;
          }
        },
        i);
  }
  for (const zx_handle_t caller : callers) AwaitEnd(caller);
  AwaitBlocked(server, ZX_THREAD_STATE_BLOCKED_CHANNEL);
  // Every request went once, and every reply came once.
  EXPECT_EQ(requests, kCallers * kCalls);
  uint32_t late = 0;
  uint8_t bytes[100];
  while (zx_channel_read(ends.first, 0, bytes, nullptr, sizeof(bytes), 0, nullptr, nullptr) ==
         ZX_OK) {
    ++late;
  }
  EXPECT_EQ(answered + late, kCallers * kCalls);
  EXPECT_EQ(zx_handle_close(ends.first), ZX_OK);
  AwaitEnd(server);
}

}  // namespace
}  // namespace sirocco::zxtest
