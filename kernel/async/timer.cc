// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/async/timer.h"

namespace sirocco::async {

SleepOp::SleepOp(Instant deadline, Nanoseconds slack)
    : TimerNode(&OnFire), deadline_(deadline), slack_(slack) {}

bool SleepOp::await_suspend(std::coroutine_handle<> waiter) {
  TimerQueue& timers = CurrentExecutor().timers();
  if (deadline_ <= timers.Now()) return CompleteInline(ZX_OK);
  Arm(waiter);
  queue = &timers;
  timers.Arm(*this, deadline_, slack_);
  return true;  // It may have fired, and we may be gone.
}

void SleepOp::Cancel(zx_status_t reason) {
  if (queue != nullptr && queue->Cancel(*this)) Complete(reason);
}

void SleepOp::OnFire(TimerNode& node) { static_cast<SleepOp&>(node).Complete(ZX_OK); }

}  // namespace sirocco::async
