// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "tests/bench/server.h"

#include <zircon/syscalls.h>

#include <memory>

#include "tests/bench/entries.h"
#include "tests/bench/sampler.h"
#include "userspace/lib/process/owned_handle.h"

namespace sirocco::bench {
namespace {

using process::OwnedHandle;

constexpr size_t kTableEntries = 100;
constexpr size_t kEntriesOfProgram = 14;  // Those that every program here is started with.

void ServeWords(zx_handle_t channel) {
  uint64_t words[ZX_CHANNEL_REGS_WORDS] = {};
  uint32_t size = 0;
  while (zx_channel_serve(channel, words, &size, nullptr) == ZX_OK) {
  }
}

void ServeBuffers(zx_handle_t channel) {
  char bytes[1024];
  zx_handle_t handles[4];
  uint64_t words[ZX_CHANNEL_REGS_WORDS] = {};
  uint32_t size = 0;
  zx_channel_serve_args_t args = {};
  args.wr_bytes = args.rd_bytes = bytes;
  args.wr_handles = args.rd_handles = handles;
  args.rd_num_bytes = sizeof(bytes);
  args.rd_num_handles = 4;
  while (zx_channel_serve(channel, words, &size, &args) == ZX_OK) {
    args.wr_num_bytes = size == 0 ? args.actual_bytes : 0;
    args.wr_num_handles = size == 0 ? args.actual_handles : 0;
  }
}

void Echo(zx_handle_t channel) {
  const auto bytes = std::make_unique<char[]>(ZX_CHANNEL_MAX_MSG_BYTES);
  uint32_t size = 0;
  while (true) {
    const zx_signals_t any = ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED;
    if (zx_object_wait_one(channel, any, ZX_TIME_INFINITE, nullptr) != ZX_OK) return;
    if (zx_channel_read(channel, 0, bytes.get(), nullptr, ZX_CHANNEL_MAX_MSG_BYTES, 0, &size,
                        nullptr) != ZX_OK) {
      return;
    }
    zx_channel_write(channel, 0, bytes.get(), size, nullptr, 0);
  }
}

void EchoThroughPort(zx_handle_t channel) {
  char bytes[64];
  OwnedHandle port;
  Check(zx_port_create(0, port.receive()), "creating a port");
  uint32_t size = 0;
  zx_port_packet_t packet;
  const zx_signals_t any = ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED;
  while (zx_object_wait_async(channel, port.get(), 0, any, 0) == ZX_OK &&
         zx_port_wait(port.get(), ZX_TIME_INFINITE, &packet) == ZX_OK &&
         zx_channel_read(channel, 0, bytes, nullptr, sizeof(bytes), 0, &size, nullptr) == ZX_OK) {
    zx_channel_write(channel, 0, bytes, size, nullptr, 0);
  }
}

}  // namespace

void Serve(std::string_view role, zx_handle_t channel) {
  if (role == "regs") {
    BenchServeRegs(channel);
  } else if (role == "c") {
    ServeWords(channel);
  } else if (role == "buffers") {
    ServeBuffers(channel);
  } else if (role == "echo") {
    Echo(channel);
  } else if (role == "port") {
    EchoThroughPort(channel);
  } else {
    Fail(role, ZX_ERR_INVALID_ARGS);
  }
}

void FillHandleTable() {
  zx_handle_t event = ZX_HANDLE_INVALID;
  for (size_t i = kEntriesOfProgram; i < kTableEntries; ++i) {
    Check(zx_event_create(0, &event), "filling the handle table");
  }
}

}  // namespace sirocco::bench
