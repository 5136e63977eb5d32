// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Operations that are one call of one thread.
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include <cstring>

#include "tests/bench/sampler.h"
#include "userspace/lib/process/owned_handle.h"

namespace sirocco::bench {
namespace {

using process::OwnedHandle;

OwnedHandle MakeEvent() {
  OwnedHandle event;
  Check(zx_event_create(0, event.receive()), "creating an event");
  return event;
}

void MeasureHandles(Report& report) {
  const OwnedHandle event = MakeEvent();
  report.Measure("object.query", [&] { return TimeOk(&zx_handle_check_valid, event.get()); });
  report.Measure("handle.duplicate", [&] {
    OwnedHandle copy;
    return TimeOk(&zx_handle_duplicate, event.get(), ZX_RIGHT_SAME_RIGHTS, copy.receive());
  });
  report.Measure("handle.close", [&] {
    OwnedHandle copy;
    Check(zx_handle_duplicate(event.get(), ZX_RIGHT_SAME_RIGHTS, copy.receive()), "duplicating");
    return TimeOk(&zx_handle_close, copy.release());
  });
  report.Measure("object.info", [&] {
    zx_info_handle_basic_t info;
    return TimeOk(&zx_object_get_info, event.get(), ZX_INFO_HANDLE_BASIC, &info, sizeof(info),
                  nullptr, nullptr);
  });
}

void MeasureEvents(Report& report) {
  report.Measure("event.create", [&] {
    OwnedHandle event;
    return TimeOk(&zx_event_create, 0, event.receive());
  });
  report.Measure("event.close", [&] {
    OwnedHandle event = MakeEvent();
    return TimeOk(&zx_handle_close, event.release());
  });
  const OwnedHandle event = MakeEvent();
  report.Measure("event.signal", [&] {
    const uint64_t cost = TimeOk(&zx_object_signal, event.get(), 0, ZX_EVENT_SIGNALED);
    zx_object_signal(event.get(), ZX_EVENT_SIGNALED, 0);
    return cost;
  });
  Check(zx_object_signal(event.get(), 0, ZX_EVENT_SIGNALED), "signalling");
  report.Measure("object.wait.ready", [&] {
    zx_signals_t observed = 0;
    return TimeOk(&zx_object_wait_one, event.get(), ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, &observed);
  });
}

void MeasurePort(Report& report) {
  OwnedHandle port;
  Check(zx_port_create(0, port.receive()), "creating a port");
  zx_port_packet_t packet = {};
  packet.type = ZX_PKT_TYPE_USER;
  report.Measure("port.queue.take", [&] {
    zx_port_packet_t taken;
    return TimeOk(&zx_port_queue, port.get(), &packet) +
           TimeOk(&zx_port_wait, port.get(), ZX_TIME_INFINITE, &taken);
  });
}

void MeasureTimer(Report& report) {
  OwnedHandle timer;
  Check(zx_timer_create(0, ZX_CLOCK_MONOTONIC, timer.receive()), "creating a timer");
  report.Measure("timer.arm", [&] {
    const uint64_t cost = TimeOk(&zx_timer_set, timer.get(), zx_deadline_after(ZX_SEC(1000)), 0);
    Check(zx_timer_cancel(timer.get()), "cancelling");
    return cost;
  });
}

void MeasureOneChannel(Report& report) {
  OwnedHandle near, far;
  Check(zx_channel_create(0, near.receive(), far.receive()), "creating a channel");
  char sent[64];
  char got[64];
  std::memset(sent, 'x', sizeof(sent));
  report.Measure("channel.write.64", [&] {
    const uint64_t cost = TimeOk(&zx_channel_write, near.get(), 0, sent, sizeof(sent), nullptr, 0);
    Check(zx_channel_read(far.get(), 0, got, nullptr, sizeof(got), 0, nullptr, nullptr), "reading");
    return cost;
  });
  report.Measure("channel.read.64", [&] {
    uint32_t size = 0;
    Check(zx_channel_write(near.get(), 0, sent, sizeof(sent), nullptr, 0), "writing");
    return TimeOk(&zx_channel_read, far.get(), 0, got, nullptr, sizeof(got), 0, &size, nullptr);
  });
  report.Measure("channel.cycle", [] {
    zx_handle_t ends[2];
    uint64_t cost = TimeOk(&zx_channel_create, 0, &ends[0], &ends[1]);
    for (const zx_handle_t end : ends) cost += TimeOk(&zx_handle_close, end);
    return cost;
  });
}

}  // namespace

void MeasureCalls(Report& report) {
  report.Measure("call.null", [] { return TimeOk(&zx_syscall_test_0); });
  report.Measure("clock.vdso", [] {
    uint64_t now = 0;
    return TimeCall(now, &zx_clock_get_monotonic);
  });
  MeasureHandles(report);
  MeasureEvents(report);
  MeasurePort(report);
  MeasureTimer(report);
  MeasureOneChannel(report);
}

}  // namespace sirocco::bench
