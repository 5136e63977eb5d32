// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernel/arch/user.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco {

/// What the hart does after a call of the hand-off pair; the call's results are in the context.
struct HandOffNext {
  /// Whom to enter; null: the executor goes on.
  arch::UserContext* context;
  /// Not null: a direct switch. The caller's words and their size are those of `context`, and are
  /// taken over before this lock, which is held, is released. All else is ZX_OK and zero.
  internal::SpinWord* lock;
};

/// The entries. The caller's words, and what of its registers outlives the call, are saved in its
/// context.
extern "C" HandOffNext SyscallChannelCallRegs(uint64_t handle);
extern "C" HandOffNext SyscallChannelServe(uint64_t handle);

}  // namespace sirocco
