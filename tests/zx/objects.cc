// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "tests/zx/objects.h"

#include <zircon/process.h>
#include <zircon/syscalls.h>

#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {

Pair MakeChannel() {
  Pair ends;
  EXPECT_EQ(zx_channel_create(0, &ends.first, &ends.second), ZX_OK);
  return ends;
}

Pair MakeEventPair() {
  Pair ends;
  EXPECT_EQ(zx_eventpair_create(0, &ends.first, &ends.second), ZX_OK);
  return ends;
}

zx_handle_t MakeEvent() {
  zx_handle_t event = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_event_create(0, &event), ZX_OK);
  return event;
}

zx_handle_t MakePort(uint32_t options) {
  zx_handle_t port = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_port_create(options, &port), ZX_OK);
  return port;
}

zx_handle_t MakeTimer() {
  zx_handle_t timer = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_timer_create(ZX_TIMER_SLACK_CENTER, ZX_CLOCK_MONOTONIC, &timer), ZX_OK);
  return timer;
}

zx_handle_t MakeVmo(uint64_t size, uint32_t options) {
  zx_handle_t vmo = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_vmo_create(size, options, &vmo), ZX_OK);
  return vmo;
}

zx_handle_t MakeJob() {
  zx_handle_t job = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_job_create(zx_job_default(), 0, &job), ZX_OK);
  return job;
}

zx_handle_t Duplicate(zx_handle_t handle, zx_rights_t rights) {
  zx_handle_t copy = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_handle_duplicate(handle, rights, &copy), ZX_OK);
  return copy;
}

zx_handle_t Without(zx_handle_t handle, zx_rights_t rights) {
  zx_handle_t reduced = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_handle_replace(handle, RightsOf(handle) & ~rights, &reduced), ZX_OK);
  return reduced;
}

bool IsValid(zx_handle_t handle) { return zx_handle_check_valid(handle) == ZX_OK; }

zx_info_handle_basic_t BasicInfo(zx_handle_t handle) {
  zx_info_handle_basic_t info = {};
  EXPECT_EQ(zx_object_get_info(handle, ZX_INFO_HANDLE_BASIC, &info, sizeof(info), nullptr, nullptr),
            ZX_OK);
  return info;
}

zx_koid_t KoidOf(zx_handle_t handle) { return BasicInfo(handle).koid; }

zx_rights_t RightsOf(zx_handle_t handle) { return BasicInfo(handle).rights; }

uint32_t HandleCount(zx_handle_t handle) {
  zx_info_handle_count_t info = {};
  EXPECT_EQ(zx_object_get_info(handle, ZX_INFO_HANDLE_COUNT, &info, sizeof(info), nullptr, nullptr),
            ZX_OK);
  return info.handle_count;
}

zx_signals_t SignalsOf(zx_handle_t handle) {
  zx_signals_t observed = 0;
  EXPECT_EQ(zx_object_wait_one(handle, 0, 0, &observed), ZX_ERR_TIMED_OUT);
  return observed;
}

uint32_t ThreadState(zx_handle_t thread) {
  zx_info_thread_t info = {};
  EXPECT_EQ(zx_object_get_info(thread, ZX_INFO_THREAD, &info, sizeof(info), nullptr, nullptr),
            ZX_OK);
  return info.state;
}

void AwaitSignals(zx_handle_t handle, zx_signals_t signals) {
  EXPECT_EQ(zx_object_wait_one(handle, signals, ZX_TIME_INFINITE, nullptr), ZX_OK);
}

void AwaitBlocked(zx_handle_t thread, uint32_t state) {
  while (ThreadState(thread) != state)
    EXPECT_EQ(zx_nanosleep(zx_deadline_after(ZX_USEC(50))), ZX_OK);
}

}  // namespace sirocco::zxtest
