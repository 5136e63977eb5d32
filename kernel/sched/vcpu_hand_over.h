// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/arch/clock.h"
#include "kernel/arch/switch_user.h"
#include "kernel/base/atomic.h"
#include "kernel/sched/executor.h"
#include "kernel/sched/vcpu.h"

// The shortest way from one thread to another, in line for the calls that are made of it.

namespace sirocco::sched {

inline bool Vcpu::MayHandOverTo(const Vcpu& next) const {
  return next.priority() >= priority() && !HartExecutor::Current().HasReady(next.priority() + 1);
}

[[gnu::always_inline]] inline bool Vcpu::HandOverTo(Vcpu& next) {
  KASSERT(state_.load(std::memory_order_relaxed) == kRunning);
  KASSERT(next.state_.load(std::memory_order_relaxed) == kBlocked);
  arch::HartBlock& hart = arch::ThisHart();
  const Instant now = arch::Clock::Now();
  StoreRelaxed(runtime_, runtime_.load(std::memory_order_relaxed) + (now.ns() - since_.ns()));
  next.since_ = now;
  // Others see us blocked once the lock is released.
  StoreRelaxed(state_, kBlocked);
  StoreRelaxed(next.last_hart_, hart.index);
  StoreRelease(next.state_, kRunning);
  hart.current = &next;
  // As in Prepare, and for what our caller published of us, as in ParkedThread.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if ((attention_.load(std::memory_order_relaxed) |
       next.attention_.load(std::memory_order_relaxed)) != 0) [[unlikely]] {
    return false;
  }
  if (next.priority() != priority()) [[unlikely]]
    return false;
  ++HartExecutor::Current().counters().switches;
  if (&next.space_ != &space_ && !next.space_.TryEnter()) [[unlikely]]
    return false;
  return arch::TrySwitchUser(next.context_, next.space_.vdso_text());
}

}  // namespace sirocco::sched
