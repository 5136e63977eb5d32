// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/arch/clock.h"
#include "kernel/arch/switch_user.h"
#include "kernel/base/atomic.h"
#include "kernel/sched/executor.h"
#include "kernel/sched/vcpu.h"

// The shortest ways from one thread to another, in line for what is made of them.

namespace sirocco::sched {

inline Vcpu* HartExecutor::TakeVcpuLocked() {
  async::Runnable* const top = queue_.Top();
  Vcpu* const vcpu = top == nullptr ? nullptr : Vcpu::FromRunnable(*top);
  if (vcpu != nullptr) queue_.Pop();
  PublishTopLocked();
  return vcpu;
}

[[gnu::always_inline]] inline Vcpu* HartExecutor::TakeVcpu() {
  if (top_priority_.load(std::memory_order_relaxed) < 0) return nullptr;
  Guard guard(lock_);
  return TakeVcpuLocked();
}

[[gnu::always_inline]] inline Vcpu* HartExecutor::ExchangeVcpu(Vcpu& vcpu, Place place) {
  Guard guard(lock_);
  async::Runnable* const top = queue_.Top();
  if (place == Place::kBack && top != nullptr && top->priority() == vcpu.priority()) {
    if (Vcpu* const next = Vcpu::FromRunnable(*top)) {
      queue_.Exchange(vcpu);  // What heads the queue has the same priority as before.
      return next;
    }
  }
  PushLocked(vcpu, place);
  return TakeVcpuLocked();
}

inline bool Vcpu::MayHandOverTo(const Vcpu& next) const {
  // Blocked: its registers are saved, and seen.
  return next.state_.load(std::memory_order_acquire) == kBlocked && next.priority() >= priority() &&
         !HartExecutor::Current().HasReadyAbove(next.priority());
}

inline bool Vcpu::MayHandOverToEqual(const Vcpu& next) const {
  return next.state_.load(std::memory_order_acquire) == kBlocked && next.priority() == priority() &&
         !HartExecutor::Current().HasReadyAbove(priority());
}

[[gnu::always_inline]] inline bool Vcpu::HandOverTo(Vcpu& next, arch::UserFloats floats) {
  return HandOver<false>(next, floats);
}

[[gnu::always_inline]] inline bool Vcpu::HandOverToEqual(Vcpu& next, arch::UserFloats floats) {
  return HandOver<true>(next, floats);
}

template <bool kIsEqual>
[[gnu::always_inline]] inline bool Vcpu::HandOver(Vcpu& next, arch::UserFloats floats) {
  KASSERT(state_.load(std::memory_order_relaxed) == kRunning);
  KASSERT(next.state_.load(std::memory_order_relaxed) == kBlocked);
  arch::HartBlock& hart = arch::ThisHart();
  const uint64_t ticks = arch::Clock::Ticks();
  StoreRelaxed(runtime_, runtime_.load(std::memory_order_relaxed) + (ticks - since_));
  next.since_ = ticks;
  // Others see us blocked once the lock is released.
  StoreRelaxed(state_, kBlocked);
  // Whose request for attention we do not see below sees both of these.
  StoreRelaxed(next.last_hart_, hart.index);
  StoreRelaxed(next.state_, kRunning);
  hart.current = &next;
  // As in Prepare, and for what our caller published of us, as in ParkedThread.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if ((attention_.load(std::memory_order_relaxed) |
       next.attention_.load(std::memory_order_relaxed)) != 0) [[unlikely]] {
    return false;
  }
  if (!kIsEqual && next.priority() != priority()) [[unlikely]]
    return false;
  mm::AddressSpace& space = next.space_;
  if (&space != &space_ && !space.TryEnter()) [[unlikely]]
    return false;
  return arch::TrySwitchUser(next.context_, space.vdso_text(), floats);
}

}  // namespace sirocco::sched
