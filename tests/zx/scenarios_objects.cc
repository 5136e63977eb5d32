// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Handles, what all objects have in common, ports, events, timers.

#include <zircon/errors.h>
#include <zircon/rights.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/port.h>

#include <array>

#include "tests/zx/scenario.h"

namespace sirocco::zx {

namespace {

constexpr zx_signals_t kSignaled = ZX_EVENT_SIGNALED;
constexpr uint64_t kForever = ZX_TIME_INFINITE;
constexpr uint64_t kKey = 17;

zx_handle_t NewEvent() { return Stage::New(ZX_OBJ_TYPE_EVENT); }
zx_handle_t NewPort() { return Stage::New(ZX_OBJ_TYPE_PORT); }

zx_handle_t NewSignaledEvent() {
  const zx_handle_t event = NewEvent();
  zx_object_signal(event, 0, kSignaled);
  return event;
}

template <size_t count>
std::array<zx_handle_t, count> NewEvents() {
  std::array<zx_handle_t, count> events;
  for (zx_handle_t& event : events) event = NewEvent();
  return events;
}

}  // namespace

// --- Handles. ---

SCENARIO(handle_close) { return {{NewEvent()}, ZX_OK, 1}; }

SCENARIO(handle_close_many) {
  if (stage.Variant(2) == 0) return {{stage.In(NewEvents<3>()), 3}, ZX_OK, 3};
  return {{stage.In(NewEvents<40>()), 40}, ZX_OK, 40};
}

SCENARIO(handle_duplicate) {
  return {{NewEvent(), ZX_RIGHT_SAME_RIGHTS, stage.Out<zx_handle_t>()}};
}

SCENARIO(handle_replace) {
  return {{NewEvent(), ZX_RIGHT_SAME_RIGHTS, stage.Out<zx_handle_t>()}, ZX_OK, 1};
}

SCENARIO(handle_check_valid) { return {{NewEvent()}}; }

// --- What all objects have. ---

SCENARIO(object_get_info) {
  struct Topic {
    zx_handle_t handle;
    uint32_t topic;
  };
  const zx_handle_t thread = Stage::New(ZX_OBJ_TYPE_THREAD);
  const zx_handle_t child = Stage::New(ZX_OBJ_TYPE_JOB);
  const Topic topics[] = {
      {stage.self(), ZX_INFO_HANDLE_BASIC},
      {stage.self(), ZX_INFO_HANDLE_VALID},
      {stage.self(), ZX_INFO_PROCESS_THREADS},
      {stage.self(), ZX_INFO_HANDLE_COUNT},
      {stage.self(), ZX_INFO_PROCESS},
      {stage.self(), ZX_INFO_PROCESS_HANDLE_STATS},
      {stage.self(), ZX_INFO_TASK_STATS},
      {stage.self(), ZX_INFO_TASK_RUNTIME},
      {thread, ZX_INFO_THREAD},
      {thread, ZX_INFO_TASK_RUNTIME},
      {child, ZX_INFO_JOB},
      {child, ZX_INFO_TASK_RUNTIME},
      {stage.job(), ZX_INFO_JOB_CHILDREN},
      {stage.job(), ZX_INFO_JOB_PROCESSES},
      {stage.system(), ZX_INFO_RESOURCE},
      {stage.system(), ZX_INFO_KMEM_STATS},
  };
  const uint32_t variant = stage.Variant(std::size(topics));
  const auto [handle, topic] = topics[variant];
  const size_t room = variant == 0 ? sizeof(zx_info_handle_basic_t) : 1024;
  return {{handle, topic, stage.Out(room), room, stage.Out<size_t>(), stage.Out<size_t>()}};
}

SCENARIO(object_get_property) {
  if (stage.Variant(2) == 0) {
    return {{stage.self(), ZX_PROP_NAME, stage.Out(ZX_MAX_NAME_LEN), ZX_MAX_NAME_LEN}};
  }
  return {{stage.self(), ZX_PROP_PROCESS_VDSO_BASE_ADDRESS, stage.Out<uintptr_t>(), 8}};
}

SCENARIO(object_set_property) {
  return {{stage.self(), ZX_PROP_NAME, stage.In("another"), sizeof("another")}};
}

SCENARIO(object_get_child) {
  const zx_handle_t parent = Stage::New(ZX_OBJ_TYPE_JOB);
  zx_handle_t child = ZX_HANDLE_INVALID;
  zx_job_create(parent, 0, &child);
  return {{parent, Stage::KoidOf(child), ZX_RIGHT_SAME_RIGHTS, stage.Out<zx_handle_t>()}};
}

SCENARIO(object_signal) { return {{NewEvent(), 0, kSignaled}}; }

SCENARIO(object_signal_peer) { return {{Stage::New(ZX_OBJ_TYPE_EVENTPAIR), 0, ZX_USER_SIGNAL_0}}; }

SCENARIO(object_wait_one) {
  const zx_handle_t handle = stage.Variant(2) == 0 ? NewSignaledEvent() : Stage::NewAlarm();
  return {{handle, kSignaled, kForever, stage.Out<zx_signals_t>()}};
}

SCENARIO(object_wait_many) {
  std::array<zx_wait_item_t, ZX_WAIT_MANY_MAX_ITEMS> items = {};
  for (zx_wait_item_t& item : items) item = {NewEvent(), kSignaled, 0};
  size_t count = 2;
  switch (stage.Variant(3)) {
    case 0:
      items[1].handle = NewSignaledEvent();
      break;
    case 1:
      items[1].handle = Stage::NewAlarm();
      break;
    default:
      items.back().handle = Stage::NewAlarm();
      count = items.size();
  }
  return {{stage.In(items.data(), count * sizeof(items[0])), count, kForever}};
}

SCENARIO(object_wait_async) {
  const zx_handle_t event = stage.Variant(2) == 0 ? NewEvent() : NewSignaledEvent();
  return {{event, NewPort(), kKey, kSignaled, 0}};
}

// --- Ports. ---

SCENARIO(port_create) { return {{0, stage.Out<zx_handle_t>()}}; }

SCENARIO(port_queue) { return {{NewPort(), stage.In(zx_port_packet_t{})}}; }

SCENARIO(port_wait) {
  const zx_handle_t port = NewPort();
  if (stage.Variant(2) == 0) {
    const zx_port_packet_t packet = {};
    zx_port_queue(port, &packet);
  } else {
    zx_object_wait_async(Stage::NewAlarm(), port, kKey, ZX_TIMER_SIGNALED, 0);
  }
  return {{port, kForever, stage.Out<zx_port_packet_t>()}};
}

SCENARIO(port_cancel) {
  const zx_handle_t port = NewPort();
  const zx_handle_t event = stage.Variant(2) == 0 ? NewEvent() : NewSignaledEvent();
  zx_object_wait_async(event, port, kKey, kSignaled, 0);
  return {{port, event, kKey}};
}

SCENARIO(port_cancel_key) {
  const zx_handle_t port = NewPort();
  zx_object_wait_async(NewEvent(), port, kKey, kSignaled, 0);
  zx_object_wait_async(NewSignaledEvent(), port, kKey, kSignaled, 0);
  return {{port, 0, kKey}};
}

// --- Events and timers. ---

SCENARIO(event_create) { return {{0, stage.Out<zx_handle_t>()}}; }

SCENARIO(eventpair_create) { return {{0, stage.Out<zx_handle_t>(), stage.Out<zx_handle_t>()}}; }

SCENARIO(timer_create) { return {{0, ZX_CLOCK_MONOTONIC, stage.Out<zx_handle_t>()}}; }

SCENARIO(timer_set) {
  const zx_instant_mono_t deadline = stage.Variant(2) == 0 ? zx_deadline_after(ZX_SEC(1)) : 0;
  return {{Stage::New(ZX_OBJ_TYPE_TIMER), static_cast<uint64_t>(deadline), 0}};
}

SCENARIO(timer_cancel) { return {{Stage::NewAlarm()}}; }

SCENARIO(nanosleep) {
  const zx_instant_mono_t deadline = stage.Variant(2) == 0 ? zx_deadline_after(ZX_MSEC(1)) : 0;
  return {{static_cast<uint64_t>(deadline)}};
}

}  // namespace sirocco::zx
