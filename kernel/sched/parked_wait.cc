// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/sched/parked_wait.h"

#include "kernel/arch/hart.h"
#include "kernel/async/executor.h"

namespace sirocco::sched {

void ParkedWait::OnDone(Waiter& waiter, async::Completion&) {
  static_cast<ParkedWait&>(waiter).vcpu_.Wake(Vcpu::WakeReason::kDone);
}

void ParkedWait::OnTimer(TimerNode& node) {
  auto& wait = static_cast<ParkedWait&>(node);
  wait.vcpu_.Wake(Vcpu::WakeReason::kDeadline);
  wait.has_fired_.store(1, std::memory_order_release);
}

void ParkedWait::ArmTimer(Instant when) {
  async::TimerQueue& timers = async::CurrentExecutor().timers();
  if (when <= timers.Now()) {
    // A poll: woken before it parks.
    vcpu_.Wake(Vcpu::WakeReason::kDeadline);
    return;
  }
  queue = &timers;
  timers.Arm(*this, when, Nanoseconds(0));
}

void ParkedWait::SettleOthers(Vcpu::WakeReason why) {
  if (queue != nullptr && !queue->Cancel(*this)) {
    // It fired, here or on the hart that is about to say so.
    for (uint32_t rounds = 0; has_fired_.load(std::memory_order_acquire) == 0; ++rounds) {
      arch::SpinRelax(rounds);
    }
  }
  if (why == Vcpu::WakeReason::kDone) return;
  CancelOperation(why == Vcpu::WakeReason::kDeadline ? ZX_ERR_TIMED_OUT : ZX_ERR_CANCELED);
}

}  // namespace sirocco::sched
