// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Channels: messages short, long and in parts, with handles; calls, and both ends of the hand-off.

#include <sirocco/channel_handoff.h>
#include <zircon/errors.h>
#include <zircon/rights.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include <algorithm>
#include <array>

#include "tests/zx/scenario.h"

namespace sirocco::zx {

namespace {

constexpr uint32_t kShort = 40;
constexpr uint32_t kLong = 20000;
constexpr uint64_t kForever = ZX_TIME_INFINITE;

using LongMessage = std::array<uint8_t, kLong>;
const LongMessage long_message = {};
using ShortMessage = std::array<uint8_t, kShort>;
const ShortMessage short_message = {};
using TwoHandles = std::array<zx_handle_t, 2>;

TwoHandles TwoEvents() { return {Stage::New(ZX_OBJ_TYPE_EVENT), Stage::New(ZX_OBJ_TYPE_EVENT)}; }

std::array<zx_handle_disposition_t, 2> TwoDispositions() {
  return {{{ZX_HANDLE_OP_MOVE, Stage::New(ZX_OBJ_TYPE_EVENT), ZX_OBJ_TYPE_EVENT,
            ZX_RIGHT_SAME_RIGHTS, ZX_OK},
           {ZX_HANDLE_OP_DUPLICATE, Stage::New(ZX_OBJ_TYPE_EVENT), ZX_OBJ_TYPE_NONE,
            ZX_RIGHT_TRANSFER, ZX_OK}}};
}

// An end with a message to read.
zx_handle_t ReadableEnd(const void* bytes, uint32_t size) {
  const Stage::Ends ends = Stage::NewChannel();
  const TwoHandles handles = TwoEvents();
  zx_channel_write(ends[0], 0, bytes, size, handles.data(), handles.size());
  return ends[1];
}

Scenario Read(Stage& stage, size_t handle_size) {
  const bool is_long = stage.Variant(2) == 1;
  const uint32_t size = is_long ? kLong : kShort;
  return {{ReadableEnd(long_message.data(), size), 0, stage.Out(size), stage.Out(2 * handle_size),
           size, 2, stage.Out<uint32_t>(), stage.Out<uint32_t>()}};
}

template <typename Handles>
Scenario Write(Stage& stage, const Handles& handles, uint32_t consumed) {
  const zx_handle_t channel = Stage::New(ZX_OBJ_TYPE_CHANNEL);
  uint64_t bytes = 0;
  uint32_t count = 0;
  uint32_t options = 0;
  switch (stage.Variant(3)) {
    case 0:
      bytes = stage.In(short_message);
      count = kShort;
      break;
    case 1:
      bytes = stage.In(long_message);
      count = kLong;
      break;
    default: {
      const zx_channel_iovec_t parts[] = {{reinterpret_cast<void*>(stage.In(short_message)), 40, 0},
                                          {long_message.data(), kLong, 0}};
      bytes = stage.In(parts);
      count = 2;
      options = ZX_CHANNEL_WRITE_USE_IOVEC;
    }
  }
  return {{channel, options, bytes, count, stage.In(handles), 2}, ZX_OK, consumed};
}

zx_handle_t NewMarker() {
  zx_handle_t marker = ZX_HANDLE_INVALID;
  Insist([&] { return zx_event_create(0, &marker); });
  return marker;
}

// Answers one request with as many bytes and a handle, if memory allows the handle.
void Serve(uint64_t end, uint64_t) {
  const auto channel = static_cast<zx_handle_t>(end);
  static LongMessage bytes;
  zx_handle_t handles[2];
  uint32_t size = 0;
  uint32_t count = 0;
  Insist(
      [&] { return zx_object_wait_one(channel, ZX_CHANNEL_READABLE, ZX_TIME_INFINITE, nullptr); });
  Insist(
      [&] { return zx_channel_read(channel, 0, bytes.data(), handles, kLong, 2, &size, &count); });
  for (uint32_t i = 0; i < count; ++i) zx_handle_close(handles[i]);
  Insist([&] {
    const zx_handle_t marker = NewMarker();
    return zx_channel_write(channel, 0, bytes.data(), size, &marker, 1);
  });
  zx_thread_exit();
}

template <typename Args, typename Handles>
Scenario CallServer(Stage& stage, const Handles& handles, size_t handle_size, uint32_t consumed) {
  const Stage::Ends ends = Stage::NewChannel();
  stage.StartThread(&Serve, ends[1]);
  uint64_t request = 0;
  uint32_t size = 0;
  uint32_t bytes_in = 0;
  uint32_t options = 0;
  switch (stage.Variant(3)) {
    case 0:
      request = stage.In(short_message);
      bytes_in = size = kShort;
      break;
    case 1:
      request = stage.In(long_message);
      bytes_in = size = kLong;
      break;
    default: {
      const zx_channel_iovec_t part = {short_message.data(), kShort, 0};
      request = stage.In(part);
      size = 1;
      bytes_in = kShort;
      options = ZX_CHANNEL_WRITE_USE_IOVEC;
    }
  }
  using Sent = decltype(Args::wr_handles);
  using Received = decltype(Args::rd_handles);
  const Args args = {reinterpret_cast<void*>(request),
                     reinterpret_cast<Sent>(stage.In(handles)),
                     reinterpret_cast<void*>(stage.Out(bytes_in)),
                     reinterpret_cast<Received>(stage.Out(2 * handle_size)),
                     size,
                     2,
                     bytes_in,
                     2};
  return {
      {ends[0], options, kForever, stage.In(args), stage.Out<uint32_t>(), stage.Out<uint32_t>()},
      ZX_OK,
      consumed};
}

// --- The hand-off pair, whose words travel in registers. ---

zx_status_t CallRegisters(const Arguments& arguments) {
  uint64_t words[ZX_CHANNEL_REGS_WORDS] = {0, 1, 2};
  uint32_t size = 24;
  return zx_channel_call_regs(static_cast<zx_handle_t>(arguments[0]), words, &size);
}

zx_status_t ServeRegisters(const Arguments& arguments) {
  uint64_t words[ZX_CHANNEL_REGS_WORDS] = {};
  uint32_t size = 0;
  return zx_channel_serve(static_cast<zx_handle_t>(arguments[0]), words, &size,
                          reinterpret_cast<zx_channel_serve_args_t*>(arguments[3]));
}

// Replies to one request with registers.
void Echo(uint64_t end, uint64_t) {
  const auto channel = static_cast<zx_handle_t>(end);
  uint64_t words[ZX_CHANNEL_REGS_WORDS] = {};
  uint32_t size = 0;
  Insist([&] { return zx_channel_serve(channel, words, &size, nullptr); });
  Insist([&] { return zx_channel_write(channel, 0, words, size, nullptr, 0); });
  zx_thread_exit();
}

void CallWithRegisters(uint64_t end, uint64_t) {
  Stage::LetItWait();
  uint64_t words[ZX_CHANNEL_REGS_WORDS] = {};
  uint32_t size = 24;
  Insist([&] { return zx_channel_call_regs(static_cast<zx_handle_t>(end), words, &size); });
  zx_thread_exit();
}

}  // namespace

SCENARIO(channel_create) { return {{0, stage.Out<zx_handle_t>(), stage.Out<zx_handle_t>()}}; }

SCENARIO(channel_read) { return Read(stage, sizeof(zx_handle_t)); }
SCENARIO(channel_read_etc) { return Read(stage, sizeof(zx_handle_info_t)); }

SCENARIO(channel_write) { return Write(stage, TwoEvents(), 2); }
SCENARIO(channel_write_etc) { return Write(stage, TwoDispositions(), 1); }

SCENARIO(channel_call) {
  return CallServer<zx_channel_call_args_t>(stage, TwoEvents(), sizeof(zx_handle_t), 2);
}
SCENARIO(channel_call_etc) {
  return CallServer<zx_channel_call_etc_args_t>(stage, TwoDispositions(), sizeof(zx_handle_info_t),
                                                1);
}

SCENARIO(channel_call_regs) {
  const Stage::Ends ends = Stage::NewChannel();
  stage.StartThread(&Echo, ends[1]);
  return {{ends[0]}, ZX_OK, 0, &CallRegisters};
}

SCENARIO(channel_serve) {
  zx_channel_serve_args_t args = {};
  switch (stage.Variant(3)) {
    case 0: {  // With buffers for a request, and a reply with handles: to nobody, who drops it.
      args.rd_bytes = reinterpret_cast<void*>(stage.Out(kLong));
      args.rd_handles = reinterpret_cast<zx_handle_t*>(stage.Out(sizeof(TwoHandles)));
      args.rd_num_bytes = kLong;
      args.rd_num_handles = 2;
      args.wr_bytes = reinterpret_cast<void*>(stage.In(short_message));
      args.wr_handles = reinterpret_cast<zx_handle_t*>(stage.In(TwoEvents()));
      args.wr_num_bytes = kShort;
      args.wr_num_handles = 2;
      const zx_handle_t end = ReadableEnd(long_message.data(), kLong);
      return {{end, 0, 0, stage.In(args)}, ZX_OK, 2, &ServeRegisters};
    }
    case 1: {  // A request that comes while it waits.
      const Stage::Ends ends = Stage::NewChannel();
      stage.StartThread(&CallWithRegisters, ends[1]);
      return {{ends[0]}, ZX_OK, 0, &ServeRegisters};
    }
    default: {  // One that is there, and fits.
      const Stage::Ends ends = Stage::NewChannel();
      zx_channel_write(ends[1], 0, short_message.data(), kShort, nullptr, 0);
      return {{ends[0]}, ZX_OK, 0, &ServeRegisters};
    }
  }
}

}  // namespace sirocco::zx
