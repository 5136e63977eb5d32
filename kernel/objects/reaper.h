// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/async/executor.h"
#include "kernel/objects/handle.h"
#include "kernel/sync/annotations.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco {

/// Goes on with closes that were too long for the call that began them, CloseList::kMaxSteps at a
/// turn of the executor.
class Reaper final : private async::Runnable {
 public:
  constexpr Reaper() : Runnable(&Continue) {}

  /// Leaves `list` empty. Context: no lock held.
  void Take(CloseList& list) EXCLUDES(lock_);

 private:
  static void Continue(Runnable& runnable);

  SpinLock<LockRank::kFrame> lock_;
  CloseList pending_ GUARDED_BY(lock_);
  bool is_posted_ GUARDED_BY(lock_) = false;
};

extern Reaper reaper;

}  // namespace sirocco
