// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/timer.h"

#include <new>

#include "kernel/async/executor.h"

namespace sirocco {

Result<RefPtr<Timer>> Timer::Create(uint32_t slack_mode) {
  RefPtr<Timer> timer = AdoptRef(new (std::nothrow) Timer(slack_mode));
  if (!timer) return Error(ZX_ERR_NO_MEMORY);
  return timer;
}

void Timer::Set(Instant deadline, Nanoseconds slack) {
  Guard guard(lock_);
  UpdateSignalsLocked(Side::kFirst, ZX_TIMER_SIGNALED, 0);
  DisarmLocked();
  if (deadline <= async::CurrentExecutor().timers().Now()) {
    UpdateSignalsLocked(Side::kFirst, 0, ZX_TIMER_SIGNALED);
    return;
  }
  deadline_ = deadline;
  slack_ = slack;
  if (is_in_queue_) {
    is_wanted_ = true;  // The node is on its way to OnFire, which arms it.
  } else {
    AddRef();
    is_in_queue_ = true;
    ArmLocked();
  }
}

void Timer::Cancel() {
  Guard guard(lock_);
  UpdateSignalsLocked(Side::kFirst, ZX_TIMER_SIGNALED, 0);
  DisarmLocked();
}

CloseStep Timer::OnZeroHandles(Side, CloseList&) {
  Guard guard(lock_);
  DisarmLocked();
  return CloseStep::kDone;
}

void Timer::DisarmLocked() {
  is_wanted_ = false;
  if (!is_in_queue_ || is_stale_) return;
  if (queue->Cancel(*this)) {
    is_in_queue_ = false;
    Release();  // The caller's handle, or the close that runs, keeps us.
  } else {
    is_stale_ = true;
  }
}

// Never before the earliest time the mode allows; the queue may add what is left of the slack.
// Source: zx_timer_create, slack modes.
void Timer::ArmLocked() {
  Instant earliest = deadline_;
  Nanoseconds span = slack_;
  if (slack_mode_ != ZX_TIMER_SLACK_LATE) earliest = deadline_ - slack_;
  if (slack_mode_ == ZX_TIMER_SLACK_CENTER) span = slack_ * 2;
  async::CurrentExecutor().timers().Arm(*this, earliest, span);
}

void Timer::OnFire(async::TimerNode& node) {
  auto& timer = static_cast<Timer&>(node);
  const RefPtr<Timer> self = AdoptRef(&timer);  // The queue's reference.
  Guard guard(timer.lock_);
  if (!timer.is_stale_) {
    timer.is_in_queue_ = false;
    timer.UpdateSignalsLocked(Side::kFirst, 0, ZX_TIMER_SIGNALED);
    return;
  }
  timer.is_stale_ = false;
  if (!timer.is_wanted_) {
    timer.is_in_queue_ = false;
    return;
  }
  timer.is_wanted_ = false;
  timer.AddRef();  // The queue's again.
  timer.ArmLocked();
}

}  // namespace sirocco
