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

/// A deadline that sets ZX_TIMER_SIGNALED when it has come. In the hart's timer queue while armed,
/// and keeps itself alive there.
///
///   set, cancel (lock_ held)                the queue, when the time has come (no lock held)
///   queue.Cancel: true, out of it           took the node out
///   false: it is on its way to OnFire  ---> OnFire locks, sees is_stale_, arms anew if wanted
class Timer final : public KernelObject, private async::TimerNode {
 public:
  static constexpr zx_obj_type_t kType = ZX_OBJ_TYPE_TIMER;

  /// `slack_mode`: ZX_TIMER_SLACK_*. **Errors** ZX_ERR_NO_MEMORY.
  static Result<RefPtr<Timer>> Create(uint32_t slack_mode);

  /// Clears the signal and arms; a deadline that has passed signals at once. `slack` is not
  /// negative.
  void Set(Instant deadline, Nanoseconds slack) EXCLUDES(lock_);
  /// Clears the signal and disarms; harmless when idle.
  void Cancel() EXCLUDES(lock_);

  CloseStep OnZeroHandles(Side side, CloseList& list) override;

 private:
  explicit Timer(uint32_t slack_mode)
      : KernelObject(kType), TimerNode(&OnFire), slack_mode_(slack_mode) {}

  static void OnFire(async::TimerNode& node);
  void DisarmLocked() REQUIRES(lock_);
  void ArmLocked() REQUIRES(lock_);

  const uint32_t slack_mode_;
  Instant deadline_ GUARDED_BY(lock_);
  Nanoseconds slack_ GUARDED_BY(lock_);
  bool is_in_queue_ GUARDED_BY(lock_) =
      false;                                  // Or between the queue and OnFire; owns a reference.
  bool is_stale_ GUARDED_BY(lock_) = false;   // The OnFire to come is of an older deadline.
  bool is_wanted_ GUARDED_BY(lock_) = false;  // It then arms deadline_.
};

}  // namespace sirocco
