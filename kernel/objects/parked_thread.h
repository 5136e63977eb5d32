// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <atomic>

#include "kernel/objects/handle_slot.h"
#include "kernel/objects/message.h"
#include "kernel/sched/vcpu.h"

namespace sirocco {

class Channel;
class ParkedThread;

/// Where a parked thread wants a message that does not go to its registers, as its program named
/// the places.
struct ParkedBuffers {
  /// `thread` was taken off `channel`'s end for `message`, which its call ends with on its own
  /// hart; or null, and the first in the queue has `needed`, which is too much.
  /// Context: the channel's lock.
  using Deliver = void (*)(ParkedThread& thread, Channel& channel, MessagePtr message,
                           MessageSize needed);

  bool HasRoom(MessageSize size) const {
    return size.bytes <= max_bytes && size.handles <= max_handles;
  }

  Deliver deliver = nullptr;  // Null: there are only registers, and nothing else counts.
  uint64_t bytes = 0;
  uint64_t handles = 0;
  uint32_t max_bytes = 0;
  uint32_t max_handles = 0;
  uint64_t actual_bytes = 0;  // These two may be null.
  uint64_t actual_handles = 0;
};

/// A thread's place in the hand-off pair, and in zx_channel_call: it waits at a channel's end with
/// nothing but its saved registers, where the message that ends the wait is put, or with buffers as
/// well. No coroutine, no operation.
///
/// It waits from Channel::ParkLocked to the one who takes it off its end, under the channel's lock.
/// Its vCPU is blocked by then, or, in zx_channel_call, about to be: only where it is may a hart go
/// on with it. No reference is needed: while it waits the handle is open, or its close would have
/// ended the wait.
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
  HandleSlot slot() const { return slot_; }
  const ParkedBuffers& buffers() const { return buffers_; }
  bool has_buffers() const { return buffers_.deliver != nullptr; }
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
  // What it waits through, and with; guarded by the channel's lock, and once it is taken off its
  // end the taker's.
  HandleSlot slot_;
  zx_txid_t txid_ = 0;  // Of a call.
  ParkedBuffers buffers_;
};

}  // namespace sirocco
