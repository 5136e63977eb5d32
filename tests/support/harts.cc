// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/harts.h"

#include "kernel/arch/hart.h"
#include "kernel/arch/host/interrupts.h"
#include "kernel/arch/host/this_hart.h"

namespace sirocco::support {

Harts::Harts(uint32_t count, async::FrameAllocator* frames) {
  arch::SetHartCount(count);
  for (uint32_t index = 0; index < count; ++index) {
    executors_.push_back(
        std::make_unique<sched::HartExecutor>(frames != nullptr ? *frames : frames_));
  }
  arch::BecomeHart(0);
  executors_[0]->Attach();
  for (uint32_t index = 1; index < count; ++index) {
    threads_.emplace_back([this, index] {
      arch::BecomeHart(index);
      executors_[index]->Attach();
      while (!is_ending_.load(std::memory_order_acquire)) executors_[index]->Turn(true);
      Settle(index);
      executors_[index]->Detach();
      arch::StopBeingHart();
    });
  }
  while (sched::HartExecutor::online_count() != count) std::this_thread::yield();
}

Harts::~Harts() {
  is_ending_.store(true, std::memory_order_release);
  Settle(0);
  for (std::thread& thread : threads_) thread.join();
  executors_[0]->Detach();
  arch::StopBeingHart();
  arch::SetHartCount(1);
}

// One hart turns at a time here, and a turn that finds nothing has looked at every queue. So when
// all have found nothing since something last ran, nothing is left that could run.
void Harts::Settle(uint32_t index) {
  const uint32_t all = (uint32_t{1} << executors_.size()) - 1;
  sched::HartExecutor& hart = *executors_[index];
  {
    std::scoped_lock lock(turn_);
    settled_ = 0;  // Its last turn was its own.
  }
  for (;; std::this_thread::yield()) {
    std::scoped_lock lock(turn_);
    if (settled_ == all) return;
    // Who still sleeps wakes, looks, and comes here.
    for (uint32_t other = 0; other < executors_.size(); ++other) {
      if (other != index) arch::SendIpi(other);
    }
    const bool is_busy = hart.Turn(false) || hart.quiet().is_waiting();
    settled_ = is_busy ? 0 : settled_ | uint32_t{1} << index;
  }
}

void Harts::PostTo(uint32_t index, async::Runnable& runnable) {
  executors_[index]->PostHere(runnable);
}

void Harts::Idle() {
  if (executors_.size() == 1) {
    arch::JumpToNextTimer();
  } else {
    std::this_thread::yield();
  }
}

void Harts::RunUntilIdle() {
  while (executors_[0]->Turn(false) || executors_[0]->quiet().is_waiting()) {
  }
}

}  // namespace sirocco::support
