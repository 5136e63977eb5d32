// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Calls and round trips between two processes, or two threads.
#include <zircon/syscalls.h>

#include <cstring>
#include <string>
#include <thread>

#include "tests/bench/children.h"
#include "tests/bench/entries.h"
#include "tests/bench/sampler.h"
#include "tests/bench/server.h"
#include "userspace/lib/process/owned_handle.h"

namespace sirocco::bench {
namespace {

using process::OwnedHandle;

void MeasureRegisterCalls(Report& report) {
  if (report.Wants("channel.call.regs")) {
    const OwnedHandle channel = StartServer("regs");
    report.Measure("channel.call.regs", [&] {
      uint64_t cost = 0;
      Check(BenchCallRegs(channel.get(), &cost), "a call in registers");
      return cost;
    });
  }
  if (report.Wants("channel.call.c")) {
    const OwnedHandle channel = StartServer("c");
    report.Measure("channel.call.c", [&] {
      uint64_t words[ZX_CHANNEL_REGS_WORDS] = {0, 1, 2, 3, 4, 5, 6};
      uint32_t size = ZX_CHANNEL_REGS_MAX_BYTES;
      const uint64_t cost = TimeOk(&zx_channel_call_regs, channel.get(), words, &size);
      if (size != ZX_CHANNEL_REGS_MAX_BYTES || words[6] != 6) Fail("an echo", ZX_ERR_BAD_STATE);
      return cost;
    });
  }
}

void MeasureCall(Report& report, std::string_view op, uint32_t size, uint32_t handle_count) {
  if (!report.Wants(op)) return;
  const OwnedHandle channel = StartServer("buffers");
  char sent[512];
  char got[512];
  std::memset(sent, 'x', sizeof(sent));
  zx_handle_t handle = ZX_HANDLE_INVALID;
  zx_handle_t back = ZX_HANDLE_INVALID;
  if (handle_count != 0) Check(zx_event_create(0, &handle), "creating an event");
  const zx_channel_call_args_t args = {.wr_bytes = sent,
                                       .wr_handles = &handle,
                                       .rd_bytes = got,
                                       .rd_handles = &back,
                                       .wr_num_bytes = size,
                                       .wr_num_handles = handle_count,
                                       .rd_num_bytes = size,
                                       .rd_num_handles = handle_count};
  report.Measure(op, [&] {
    uint32_t actual_bytes = 0;
    uint32_t actual_handles = 0;
    const uint64_t cost = TimeOk(&zx_channel_call, channel.get(), 0, ZX_TIME_INFINITE, &args,
                                 &actual_bytes, &actual_handles);
    if (actual_bytes != size || actual_handles != handle_count) Fail(op, ZX_ERR_BAD_STATE);
    handle = back;
    return cost;
  });
  zx_handle_close(handle);
}

void MeasurePortRoundTrip(Report& report) {
  constexpr std::string_view kOp = "channel.port.roundtrip";
  if (!report.Wants(kOp)) return;
  const OwnedHandle channel = StartServer("port");
  OwnedHandle port;
  Check(zx_port_create(0, port.receive()), "creating a port");
  const auto arm = [&] {
    return zx_object_wait_async(channel.get(), port.get(), 0,
                                ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED, 0);
  };
  char bytes[64] = {};
  Check(arm(), "arming");
  report.Measure(kOp, [&] {
    uint32_t size = 0;
    zx_port_packet_t packet;
    const uint64_t start = Counter();
    zx_channel_write(channel.get(), 0, bytes, sizeof(bytes), nullptr, 0);
    zx_port_wait(port.get(), ZX_TIME_INFINITE, &packet);
    const zx_status_t status =
        zx_channel_read(channel.get(), 0, bytes, nullptr, sizeof(bytes), 0, &size, nullptr);
    arm();
    const uint64_t end = Counter();
    Check(status, kOp);
    return end - start - kEmptyPair;
  });
}

void SampleRoundTrip(Report& report, const std::string& op, zx_handle_t channel, uint32_t size) {
  const auto bytes = std::make_unique<char[]>(size);
  std::memset(bytes.get(), 'x', size);
  report.Measure(op, [&] {
    uint32_t actual = 0;
    const uint64_t start = Counter();
    zx_channel_write(channel, 0, bytes.get(), size, nullptr, 0);
    zx_object_wait_one(channel, ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED, ZX_TIME_INFINITE,
                       nullptr);
    const zx_status_t status =
        zx_channel_read(channel, 0, bytes.get(), nullptr, size, 0, &actual, nullptr);
    const uint64_t end = Counter();
    Check(status, op);
    return end - start - kEmptyPair;
  });
}

void MeasureRoundTrip(Report& report, const std::string& name, uint32_t size) {
  const std::string same = "channel.roundtrip." + name + ".same";
  if (report.Wants(same)) {
    OwnedHandle near, far;
    Check(zx_channel_create(0, near.receive(), far.receive()), "creating a channel");
    std::thread server([&] { Serve("echo", far.get()); });
    SampleRoundTrip(report, same, near.get(), size);
    near.reset();
    server.join();
  }
  const std::string cross = "channel.roundtrip." + name + ".cross";
  if (report.Wants(cross)) {
    const OwnedHandle channel = StartServer("echo");
    SampleRoundTrip(report, cross, channel.get(), size);
  }
}

}  // namespace

void MeasureChannels(Report& report) {
  MeasureRegisterCalls(report);
  MeasureCall(report, "channel.call.64", 64, 0);
  MeasureCall(report, "channel.call.512", 512, 0);
  MeasureCall(report, "channel.call.handle", 64, 1);
  MeasurePortRoundTrip(report);
  MeasureRoundTrip(report, "1", 1);
  MeasureRoundTrip(report, "4k", 4096);
  MeasureRoundTrip(report, "64k", ZX_CHANNEL_MAX_MSG_BYTES);
}

}  // namespace sirocco::bench
