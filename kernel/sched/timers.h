// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernel/arch/clock.h"
#include "kernel/arch/hart.h"
#include "kernel/async/timer.h"
#include "kernel/base/units.h"
#include "kernel/sched/timer_wheel.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco::sched {

/// The timers of one hart. Armed by that hart, cancelled by any, fired by that hart.
class HartTimers final : public async::TimerQueue {
 public:
  Instant Now() const override { return arch::Clock::Now(); }
  void Arm(async::TimerNode& node, Instant deadline, Nanoseconds slack) override EXCLUDES(lock_);
  bool Cancel(async::TimerNode& node) override EXCLUDES(lock_);
  /// Arm without slack, in line, of a deadline that is later than Now().
  [[gnu::always_inline]] void ArmLater(async::TimerNode& node, Instant deadline) EXCLUDES(lock_) {
    node.queue = this;
    {
      Guard guard(lock_);
      wheel_.InsertLater(node, deadline);  // May be fired and gone as soon as the lock is free.
    }
    if (deadline < next_) [[unlikely]]
      arch::CallAside(&NoteEarlier, this, static_cast<uint64_t>(deadline.ns()));
  }

  /// Fires what is due, in order, a turn's worth; Program then interrupts at once for the rest.
  /// Context: the owning hart, no lock held.
  void Expire(Instant now) EXCLUDES(lock_) {
    if (now >= programmed_) {  // It fired, and disarmed itself.
      programmed_ = Instant::Infinite();
      has_expired_ = true;
    }
    if (now >= next_) Fire(now);
  }

  /// The hart's timer interrupts no later than the next event and `slice_end`. Perhaps earlier, for
  /// what is not wanted any more: looking costs more than an interrupt now and then.
  void Program(Instant slice_end) {
    if (!IsProgrammed(slice_end)) Set(std::min(next_, slice_end));
  }
  /// Whether the hardware fired, and Program did not follow yet.
  bool has_expired() const { return has_expired_; }
  /// Whether there is nothing to do for that.
  bool IsProgrammed(Instant slice_end) const { return slice_end >= programmed_ && !has_expired_; }
  /// Program, if that is not so, with no frame for its caller.
  void ProgramAside(Instant slice_end) {
    arch::CallAside(&SetAside, this, static_cast<uint64_t>(std::min(next_, slice_end).ns()));
  }
  /// For a hart that goes to sleep: the next event, and not earlier.
  void ProgramExactly() EXCLUDES(lock_);

 private:
  // A turn fires at most this many, so that a burst of timers is no long masked stretch.
  static constexpr uint32_t kStepsPerTurn = 32;

  void Fire(Instant now) EXCLUDES(lock_);
  void Set(Instant when);
  static void SetAside(void* timers, uint64_t when) {
    static_cast<HartTimers*>(timers)->Set(Instant(static_cast<int64_t>(when)));
  }
  static void NoteEarlier(void* timers, uint64_t when);

  // Touched by the owning hart only: what the hardware is set to, and whether that is over; and
  // when to look into the wheel, where nothing is earlier. Unless it is over, what is set is no
  // later than that.
  Instant programmed_ = Instant::Infinite();
  bool has_expired_ = false;
  Instant next_ = Instant::Infinite();
  SpinLock<LockRank::kTimerWheel> lock_;
  TimerWheel wheel_ GUARDED_BY(lock_);
};

}  // namespace sirocco::sched
