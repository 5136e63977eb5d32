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

  /// The hart's timer interrupts no later than the next event and `slice_end`. Perhaps earlier, for
  /// what is not wanted any more: programming costs more than an interrupt a slice.
  void Program(Instant slice_end) {
    if (!IsProgrammed(slice_end)) ProgramExactly(slice_end);
  }
  /// Whether there is nothing to do for that.
  bool IsProgrammed(Instant slice_end) const { return slice_end >= programmed_ && !has_expired_; }
  /// The same, and not earlier: for a hart that goes to sleep.
  void ProgramExactly(Instant slice_end) EXCLUDES(lock_);

 private:
  // A turn fires at most this many, so that a burst of timers is no long masked stretch.
  static constexpr uint32_t kStepsPerTurn = 32;

  // What the hardware is set to, and whether that is over; touched by the owning hart only. Nothing
  // in the wheel is earlier.
  Instant programmed_ = Instant::Infinite();
  bool has_expired_ = false;
  SpinLock<LockRank::kTimerWheel> lock_;
  TimerWheel wheel_ GUARDED_BY(lock_);
};

}  // namespace sirocco::sched
