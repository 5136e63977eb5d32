// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <atomic>

#include "kernel/objects/handle_slot.h"
#include "kernel/sched/vcpu.h"

namespace sirocco {

class Channel;

/// A thread's place in the hand-off pair: it waits at a channel's end with nothing but its saved
/// registers, where the message that ends the wait is put. No coroutine, no operation.
///
/// It waits from Channel::ParkLocked to the one who takes it off its end, under the channel's lock;
/// all that time its vCPU is blocked. No reference is needed: while it waits the handle is open, or
/// its close would have ended the wait.
///
///   the thread, in its call                 its kill, any hart
///   channel_ = the channel  (its lock)      attention = 1
///   fence                                   fence
///   attention? ends the wait                channel_? takes its lock, looks again, ends the wait
class ParkedThread {
 public:
  explicit ParkedThread(sched::Vcpu& vcpu) : vcpu_(vcpu) {}
  ParkedThread(const ParkedThread&) = delete;
  ParkedThread& operator=(const ParkedThread&) = delete;

  sched::Vcpu& vcpu() const { return vcpu_; }
  arch::UserContext& context() const { return vcpu_.context(); }
  bool is_parked() const { return channel_.load(std::memory_order_relaxed) != nullptr; }

  /// Ends the wait, if there is one, with ZX_ERR_CANCELED. For a kill, once the vCPU has its
  /// request for attention. Context: any; only locks below rank kObject held.
  void Cancel();
  /// After parking: ends the wait if a kill has come before it could see us.
  void CancelIfDying() {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (vcpu_.attention_requested()) [[unlikely]]
      Cancel();
  }

 private:
  friend class Channel;
  friend class HandOff;

  sched::Vcpu& vcpu_;
  // Written under the channel's lock; cleared there before the channel can go, so that who reads it
  // in a plain call may lock what it names.
  std::atomic<Channel*> channel_{nullptr};
  HandleSlot slot_;     // What it waits through; guarded by the channel's lock, as is the next.
  zx_txid_t txid_ = 0;  // Of a call.
};

}  // namespace sirocco
