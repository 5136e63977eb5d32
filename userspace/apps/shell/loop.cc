// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/apps/shell/loop.h"

#include <zircon/syscalls.h>
#include <zircon/syscalls/port.h>

namespace sirocco::shell {

zx_status_t Loop::Init() { return zx_port_create(0, port_.receive()); }

void Loop::Turn() {
  const zx_instant_mono_t deadline = timers_.empty() ? ZX_TIME_INFINITE : timers_.begin()->first;
  zx_port_packet_t packet;
  if (zx_port_wait(port_.get(), deadline, &packet) == ZX_OK) {
    // A packet that was on its way when its wait was cancelled finds nobody.
    if (const auto found = waits_.find(packet.key); found != waits_.end()) {
      SignalWait& wait = *found->second;
      waits_.erase(found);
      wait.key_ = 0;
      wait.observed_ = packet.signal.observed;
      wait.Wake();
    }
  }
  const zx_instant_mono_t now = zx_clock_get_monotonic();
  while (!timers_.empty() && timers_.begin()->first <= now) {
    TimeWait& wait = *timers_.begin()->second;
    timers_.erase(timers_.begin());
    wait.is_waiting_ = false;
    wait.Wake();
  }
  RunReady();
}

bool Loop::SignalWait::await_suspend(std::coroutine_handle<> waiter) {
  const uint64_t key = ++loop_.last_key_;
  if (zx_object_wait_async(handle_, loop_.port_.get(), key, signals_, 0) != ZX_OK) return false;
  Arm(waiter);
  key_ = key;
  loop_.waits_[key] = this;
  return true;
}

Loop::SignalWait::~SignalWait() {
  if (key_ == 0) return;
  loop_.waits_.erase(key_);
  zx_port_cancel(loop_.port_.get(), handle_, key_);
}

void Loop::TimeWait::await_suspend(std::coroutine_handle<> waiter) {
  Arm(waiter);
  place_ = loop_.timers_.emplace(deadline_, this);
  is_waiting_ = true;
}

Loop::TimeWait::~TimeWait() {
  if (is_waiting_) loop_.timers_.erase(place_);
}

}  // namespace sirocco::shell
