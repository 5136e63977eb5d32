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

zx_status_t Timer::Set(Instant deadline, Nanoseconds slack) {
  Guard guard(lock_);
  if (Is(kClosed)) return ZX_ERR_BAD_HANDLE;
  ClearSignalsLocked(Side::kFirst, ZX_TIMER_SIGNALED);
  DisarmLocked();
  if (deadline <= async::CurrentExecutor().timers().Now()) {
    UpdateSignalsLocked(Side::kFirst, 0, ZX_TIMER_SIGNALED);
    return ZX_OK;
  }
  deadline_ = deadline;
  slack_ = slack;
  if (Is(kInQueue)) {
    state_ |= kWanted;  // The node is on its way to OnFire, which arms it.
  } else {
    state_ |= kInQueue;
    ArmLocked();
  }
  return ZX_OK;
}

void Timer::Cancel() {
  Guard guard(lock_);
  ClearSignalsLocked(Side::kFirst, ZX_TIMER_SIGNALED);
  DisarmLocked();
}

CloseStep Timer::OnZeroHandles(Side, CloseList&) {
  Guard guard(lock_);
  state_ |= kClosed;
  DisarmLocked();
  return CloseStep::kDone;
}

void Timer::DisarmLocked() {
  state_ &= ~kWanted;
  if (!Is(kInQueue) || Is(kStale)) return;
  if (queue->Cancel(*this)) {
    state_ &= ~kInQueue;
  } else {
    state_ |= kStale;
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
  Guard guard(timer.lock_);
  const uint8_t before = timer.state_;
  timer.state_ &= kClosed;
  if ((before & kStale) == 0) {
    timer.UpdateSignalsLocked(Side::kFirst, 0, ZX_TIMER_SIGNALED);
  } else if ((before & kWanted) != 0) {
    timer.state_ |= kInQueue;
    timer.ArmLocked();
  }
}

}  // namespace sirocco
