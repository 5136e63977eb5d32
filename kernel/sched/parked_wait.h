// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/errors.h>
#include <zircon/types.h>

#include <atomic>
#include <cstdint>

#include "kernel/async/completion.h"
#include "kernel/async/timer.h"
#include "kernel/base/units.h"
#include "kernel/sched/vcpu.h"

namespace sirocco::sched {

/// The wait of a call that has no coroutine: an operation, its deadline, and how the call ends. The
/// thread is *parked*: this and its saved registers are all there is of it.
///
/// Three may end it: the operation, the deadline, and a request for attention. Each calls
/// Vcpu::Wake, whose state word has one winner. When the vCPU runs next it settles the losers, on
/// its own hart and under no lock, and ends the call:
///
///   the vCPU's hart                          operation, deadline, attention: any hart
///   start the operation, arm the timer
///   kRunning -> kParked                      kParked -> kQueued, and posts the vCPU
///   or finds kWoken: goes on at once         or kRunning -> kWoken (not attention)
///   attention? kParked -> kQueued
///   taken from the queue: Settle, kRunning, End
///
/// A winner touches nothing of the wait after Wake. A loser is waited for: an operation by
/// its Cancel, which takes the lock that its completers hold, the timer by `has_fired_`.
class ParkedWait : public async::Waiter, private async::TimerNode {
 public:
  ParkedWait(const ParkedWait&) = delete;
  ParkedWait& operator=(const ParkedWait&) = delete;

  Vcpu& vcpu() const { return vcpu_; }

 protected:
  explicit ParkedWait(Vcpu& vcpu) : Waiter(&OnDone), TimerNode(&OnTimer), vcpu_(vcpu) {}
  ~ParkedWait() = default;

  /// Starts `op`, whose waiter this is, and, unless that is done at once (false), its deadline. The
  /// call then answers kEntryPending, having parked its vCPU.
  template <async::Operation Op>
  [[nodiscard]] bool Begin(Op& op, Instant deadline) {
    if (!async::StartForWaiter(op)) return false;
    SetDeadline(deadline);
    return true;
  }
  /// Of an operation that was started otherwise, with this as its waiter.
  void SetDeadline(Instant deadline) {
    if (!deadline.is_infinite()) ArmTimer(deadline);
  }

 private:
  friend class Vcpu;

  static void OnDone(Waiter& waiter, async::Completion&);
  static void OnTimer(TimerNode& node);
  void ArmTimer(Instant when);

  // `why` woke the vCPU; nobody refers to the wait afterwards.
  void Settle(Vcpu::WakeReason why) {
    if (why != Vcpu::WakeReason::kDone || queue != nullptr) [[unlikely]]
      SettleOthers(why);
  }
  void SettleOthers(Vcpu::WakeReason why);

  /// Ends the operation, if it is not done yet; whoever completed it is through.
  virtual void CancelOperation(zx_status_t reason) = 0;
  /// Ends the call: its result, or kEntryPending if it now waits for something else. This wait is
  /// gone. Context: the vCPU's hart, as in a plain call.
  virtual uint64_t End() = 0;

  Vcpu& vcpu_;
  std::atomic<uint32_t> has_fired_{0};  // Set by OnTimer: its last touch.
};

}  // namespace sirocco::sched
