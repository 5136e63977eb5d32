// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/harts.h"

#include "kernel/arch/hart.h"
#include "kernel/arch/host/interrupts.h"
#include "kernel/arch/host/this_hart.h"

namespace sirocco::support {

Harts::Harts(uint32_t count) {
  arch::SetHartCount(count);
  for (uint32_t index = 0; index < count; ++index) {
    executors_.push_back(std::make_unique<sched::HartExecutor>(frames_));
  }
  arch::BecomeHart(0);
  executors_[0]->Attach();
  for (uint32_t index = 1; index < count; ++index) {
    threads_.emplace_back([this, index] {
      arch::BecomeHart(index);
      executors_[index]->Attach();
      while (!is_ending_.load(std::memory_order_acquire)) executors_[index]->Turn(true);
      executors_[index]->Detach();
      arch::StopBeingHart();
    });
  }
  while (sched::HartExecutor::online_count() != count) std::this_thread::yield();
}

Harts::~Harts() {
  is_ending_.store(true, std::memory_order_release);
  for (uint32_t index = 1; index < executors_.size(); ++index) {
    // Whoever sleeps wakes, looks, and ends; hart 0 turns meanwhile, or grace periods would stand.
    while (sched::HartExecutor::OfHart(index) != nullptr) {
      arch::SendIpi(index);
      executors_[0]->Turn(false);
      std::this_thread::yield();
    }
    threads_[index - 1].join();
  }
  RunUntilIdle();
  executors_[0]->Detach();
  arch::StopBeingHart();
  arch::SetHartCount(1);
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
