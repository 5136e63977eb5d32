// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/async/timer.h"
#include "kernel/sched/timer_wheel.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco::sched {

/// The timers of one hart. Armed by that hart, cancelled by any, fired by that hart.
class HartTimers final : public async::TimerQueue {
 public:
  Instant Now() const override;
  void Arm(async::TimerNode& node, Instant deadline, Nanoseconds slack) override EXCLUDES(lock_);
  bool Cancel(async::TimerNode& node) override EXCLUDES(lock_);

  /// Fires what is due, in order, a turn's worth; Program then interrupts at once for the rest.
  /// Context: the owning hart, no lock held.
  void Expire(Instant now) EXCLUDES(lock_);

  /// Programs the hart's timer for the earlier of the next event and `slice_end`.
  void Program(Instant slice_end) EXCLUDES(lock_);

 private:
  // A turn fires at most this many, so that a burst of timers is no long masked stretch.
  static constexpr uint32_t kStepsPerTurn = 32;

  SpinLock<LockRank::kTimerWheel> lock_;
  TimerWheel wheel_ GUARDED_BY(lock_);
  // What the hardware is set to; touched by the owning hart only.
  Instant programmed_ = Instant::Infinite();
};

}  // namespace sirocco::sched
