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
  // Under the lock what is published is so.
  const int priority = top_priority_.load(std::memory_order_relaxed);
  if (priority < 0) return nullptr;
  Vcpu* const vcpu = Vcpu::FromRunnable(queue_.TopOf(priority));
  if (vcpu != nullptr && !queue_.PopOf(priority)) PublishTopLocked();
  return vcpu;
}

[[gnu::always_inline]] inline Vcpu* HartExecutor::TakeVcpu() {
  if (top_priority_.load(std::memory_order_relaxed) < 0) return nullptr;
  Guard guard(lock_);
  return TakeVcpuLocked();
}

[[gnu::always_inline]] inline Vcpu* HartExecutor::ExchangeVcpu(Vcpu& vcpu, Place place) {
  Guard guard(lock_);
  PushLocked(vcpu, place);
  return TakeVcpuLocked();
}

[[gnu::always_inline]] inline Vcpu* HartExecutor::ExchangeEqual(Vcpu& vcpu) {
  Guard guard(lock_);
  if (top_priority_.load(std::memory_order_relaxed) != vcpu.priority()) return nullptr;
  Vcpu* const next = Vcpu::FromRunnable(queue_.TopOf(vcpu.priority()));
  if (next != nullptr) queue_.Exchange(vcpu);  // What heads the queue has its priority as before.
  return next;
}

inline bool Vcpu::Yield(uint64_t result) {
  if (!HartExecutor::Current().HasReady(priority())) return false;
  context_.set_result(result);
  ending_ = &EndYielding;
  return true;
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
