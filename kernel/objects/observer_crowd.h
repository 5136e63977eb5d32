// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <array>
#include <cstdint>

#include "kernel/async/executor.h"
#include "kernel/objects/kernel_object.h"

namespace sirocco {

/// What an end with many observers keeps, so that no update looks at more than 64 of them at once.
///
/// An update starts a *pass* over those who were there when it came. The updater does the first 64,
/// this Runnable the others, 64 at a turn. Updates made meanwhile are looked at together in the
/// next pass; each observer is met by exactly the signals that rose after it joined.
///
/// Made when the 65th observer joins, which may fail; stays until the object goes. Everything here
/// is guarded by the object's lock, which the caller holds: asserted, since the analysis cannot see
/// that `object_` is the caller.
class ObserverCrowd final : private async::Runnable {
 public:
  ObserverCrowd(KernelObject& object, Side side)
      : Runnable(&Continue), object_(object), side_(side) {}

  /// The number of updates so far: what an observer that joins now has seen.
  uint64_t updates() const { return updates_; }

  /// `risen` rose, and `now` is set.
  void Update(zx_signals_t risen, zx_signals_t now);

  /// A handle is retired: a pass cancels who waits through it.
  void LookForRetired(List<SignalObserver>& disposed);

  /// Calls dispose for each. Context: no lock held.
  static void DisposeAll(List<SignalObserver>& disposed);

 private:
  friend class KernelObject;

  using Stamps = std::array<uint64_t, 32>;  // By signal: the update that raised it last.
  enum class Retired { kLeave, kCancel };

  static void Continue(Runnable& runnable);
  void BeginPass() REQUIRES(object_.lock_);
  // Examines at most 64; posts itself if the pass, or the next one, goes on.
  void Step(Retired retired, List<SignalObserver>& disposed) REQUIRES(object_.lock_);
  void Examine(SignalObserver& observer, Retired retired, List<SignalObserver>& disposed)
      REQUIRES(object_.lock_);
  zx_signals_t RisenFor(const SignalObserver& observer) const;

  KernelObject& object_;
  const Side side_;
  bool is_posted_ = false;
  bool has_news_ = false;  // Something came after the pass began.

  uint64_t updates_ = 0;
  zx_signals_t now_ = 0;
  Stamps risen_at_{};

  // As they were when the pass began.
  uint64_t pass_updates_ = 0;
  uint32_t pass_remaining_ = 0;  // Observers at the front that the pass has still to look at.
  zx_signals_t pass_now_ = 0;
  Stamps pass_risen_at_{};
};

}  // namespace sirocco
