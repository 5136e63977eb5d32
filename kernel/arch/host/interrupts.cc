// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Interrupts on the host: bits that a hart looks at when it takes interrupts.

#include "kernel/arch/host/interrupts.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "kernel/arch/hart.h"
#include "kernel/arch/host/this_hart.h"
#include "kernel/arch/irq_controller.h"
#include "kernel/arch/upcalls.h"

namespace sirocco::arch {

namespace {

struct Doorbell {
  std::mutex mutex;
  std::condition_variable changed;
  bool is_rung = false;  // Something happened since the last sleep.
  std::atomic<bool> has_ipi{false};
};
std::array<Doorbell, kMaxHarts> doorbells;
std::atomic<uint32_t> sleeping{0};

}  // namespace

void StartHarts(void (*entry)()) {
  for (uint32_t index = 1; index < HartCount(); ++index) {
    std::thread([index, entry] {
      BecomeHart(index);
      entry();
    }).detach();
  }
}

void WakeHart(uint32_t index) {
  Doorbell& bell = doorbells[index];
  {
    std::lock_guard guard(bell.mutex);
    bell.is_rung = true;
  }
  bell.changed.notify_one();
}

void WakeAllHarts() {
  for (uint32_t index = 0; index < HartCount(); ++index) WakeHart(index);
}

void SendIpi(uint32_t index) {
  doorbells[index].has_ipi.store(true, std::memory_order_release);
  WakeHart(index);
}

void WaitForInterrupt() {
  Doorbell& bell = doorbells[ThisHart().index];
  if (bell.has_ipi.load(std::memory_order_acquire) || is_timer_due() ||
      IrqController::is_pending()) {
    return;
  }
  if (sleeping.fetch_add(1, std::memory_order_acq_rel) + 1 == HartCount()) OnAllIdle();
  {
    std::unique_lock lock(bell.mutex);
    // A lone deterministic hart with nothing to wait for returns: its test decides what comes.
    if (HartCount() > 1) {
      bell.changed.wait_for(lock, RealTimeToTimer(), [&bell] { return bell.is_rung; });
    }
    bell.is_rung = false;
  }
  sleeping.fetch_sub(1, std::memory_order_acq_rel);
}

void TakeInterrupts() {
  Doorbell& bell = doorbells[ThisHart().index];
  if (TakeDueTimer()) sched::OnTimerInterrupt();
  if (bell.has_ipi.exchange(false, std::memory_order_acq_rel)) sched::OnIpi();
  if (ThisHart().index == 0) IrqController::Serve();
}

void Heartbeat() {}

}  // namespace sirocco::arch
