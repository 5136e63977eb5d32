// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstdint>

#include "kernel/async/timer.h"
#include "kernel/base/result.h"
#include "kernel/base/units.h"
#include "kernel/objects/kernel_object.h"
#include "kernel/sync/annotations.h"

namespace sirocco {

/// A deadline that sets ZX_TIMER_SIGNALED when it has come. In the hart's timer queue while armed.
///
///   set, cancel (lock_ held)                the queue, when the time has come (no lock held)
///   queue.Cancel: true, out of it           took the node out
///   false: it is on its way to OnFire  ---> OnFire locks, sees kStale, arms anew if kWanted
///
/// The queue has no reference: the last handle's close takes the timer out, and a hart on the way
/// to OnFire is not quiet before it has been there.
class Timer final : public KernelObject, private async::TimerNode {
 public:
  static constexpr zx_obj_type_t kType = ZX_OBJ_TYPE_TIMER;

  /// `slack_mode`: ZX_TIMER_SLACK_*. **Errors** ZX_ERR_NO_MEMORY.
  static Result<RefPtr<Timer>> Create(uint32_t slack_mode);

  /// Clears the signal and arms; a deadline that has passed signals at once. `slack` is not
  /// negative. **Errors** ZX_ERR_BAD_HANDLE: the last handle has gone meanwhile.
  zx_status_t Set(Instant deadline, Nanoseconds slack) EXCLUDES(lock_);
  /// The same with no slack, in line, of a timer that is idle: true. False: it is not, or the
  /// deadline has passed, and nothing was done.
  template <typename Queue>
  [[gnu::always_inline]] bool TrySet(Instant deadline, Queue& timers) EXCLUDES(lock_) {
    Guard guard(lock_);
    if (state_ != 0 || deadline <= timers.Now()) [[unlikely]]
      return false;
    if ((SignalsLocked(Side::kFirst) & ZX_TIMER_SIGNALED) != 0) [[unlikely]]
      ClearSignalsLocked(Side::kFirst, ZX_TIMER_SIGNALED);
    state_ = kInQueue;
    timers.ArmLater(*this, deadline);
    return true;
  }
  /// Clears the signal and disarms; harmless when idle.
  void Cancel() EXCLUDES(lock_);

  CloseStep OnZeroHandles(Side side, CloseList& list) override;

 private:
  explicit Timer(uint32_t slack_mode)
      : KernelObject(kType), TimerNode(&OnFire), slack_mode_(slack_mode) {}

  static void OnFire(async::TimerNode& node);
  void DisarmLocked() REQUIRES(lock_);
  void ArmLocked() REQUIRES(lock_);

  // Bits of state_. None: it has handles, and is idle.
  static constexpr uint8_t kInQueue = 1;  // Or between the queue and OnFire.
  static constexpr uint8_t kStale = 2;    // The OnFire to come is of an older deadline.
  static constexpr uint8_t kWanted = 4;   // It then arms deadline_.
  static constexpr uint8_t kClosed = 8;   // The last handle has gone: it never fires again.
  bool Is(uint8_t bits) const REQUIRES(lock_) { return (state_ & bits) != 0; }

  const uint32_t slack_mode_;
  Instant deadline_ GUARDED_BY(lock_);
  Nanoseconds slack_ GUARDED_BY(lock_);
  uint8_t state_ GUARDED_BY(lock_) = 0;  // Of the bits above.
};

}  // namespace sirocco
