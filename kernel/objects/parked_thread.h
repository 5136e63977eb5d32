// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/syscalls/object.h>
#include <zircon/types.h>

#include <atomic>
#include <cstdint>

#include "kernel/base/atomic.h"
#include "kernel/base/way.h"
#include "kernel/objects/handle_slot.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/kernel_object.h"
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

/// Where a thread waits with nothing but its saved registers: no coroutine, no operation. One of
///
///   a place in a channel's end   Channel::ParkCaller and ParkServer, and the hand-off
///   an end's observers           WaitForSignals, for zx_object_wait_one
///   the place in a port          Port::TakeOrPark, for zx_port_wait
///
/// It waits until it is taken off there, under the lock that guards the place; whoever does that
/// ends its call. Its vCPU is blocked by then, or about to be: only where it is blocked may a hart
/// go on with it. No reference is needed: while it waits the handle is open, or its close would
/// have ended the wait.
///
///   the thread, in its call                 its kill, any hart
///   object_ = the object  (the lock)        attention = 1
///   fence                                   fence
///   attention? ends the wait                object_? takes its lock, looks again, ends the wait
class ParkedThread : public SignalObserver {
 public:
  explicit ParkedThread(sched::Vcpu& vcpu)
      : SignalObserver(nullptr, nullptr, 0, HandleSlot()), vcpu_(vcpu) {}
  ParkedThread(const ParkedThread&) = delete;
  ParkedThread& operator=(const ParkedThread&) = delete;

  sched::Vcpu& vcpu() const { return vcpu_; }
  arch::UserContext& context() const { return vcpu_.context(); }
  bool is_parked() const { return object_.load(std::memory_order_relaxed) != nullptr; }
  /// What it waits for, if it is parked: ZX_THREAD_STATE_BLOCKED_*.
  uint32_t state() const { return state_.load(std::memory_order_relaxed); }

  // --- For a message. ---

  const ParkedBuffers& buffers() const { return buffers_; }
  bool has_buffers() const { return buffers_.deliver != nullptr; }

  // --- For signals, or a packet. ---

  /// Parks the running thread, whose call then answers kEntryPending, until a signal of `mask` is
  /// set in the end of `object` that `slot` leads to. `notify`, which SignalObserver describes,
  /// ends the call and calls Leave first; `place` is for it, an address of the program's. When this
  /// returns true that may have come already; the caller calls CancelIfDying. False, and nothing
  /// done: it would not wait, or there is no memory. The short way knows handles that were waited
  /// through before, and ends with few observers.
  template <Way kWay>
  [[gnu::always_inline]] bool WaitForSignals(KernelObject& object, HandleSlot slot,
                                             zx_signals_t mask, Notify notify, uint64_t place);
  uint64_t place() const { return place_; }
  /// It is off its place: whoever took it there ends its call. Under the lock of that.
  void Leave() {
    StoreRelaxed(state_, kWaitsForMessage);
    StoreRelaxed(object_, nullptr);
  }

  /// Ends the wait, if there is one, with ZX_ERR_CANCELED. For a kill, once the vCPU has its
  /// request for attention. Context: any; only locks below rank kObject held.
  void Cancel();
  /// After parking: whether a kill has come before it could see us. Then Cancel is the thread's own
  /// to call.
  bool is_dying() const {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    return vcpu_.attention_requested();
  }
  void CancelIfDying() {
    if (is_dying()) [[unlikely]]
      Cancel();
  }

 private:
  friend class Channel;
  friend class HandOff;
  friend class Port;

  static constexpr uint32_t kWaitsForMessage = ZX_THREAD_STATE_BLOCKED_CHANNEL;

  // Waits in `object` from now on, for `place`. Under the lock that guards where.
  void Enter(KernelObject& object, HandleSlot slot, uint32_t state, uint64_t place) {
    slot_ = slot;
    place_ = place;
    StoreRelaxed(state_, state);
    StoreRelease(object_, &object);
  }

  sched::Vcpu& vcpu_;
  // Written under the lock that guards the place; cleared there before the object can go, so that
  // who reads it in a plain call may lock what it names.
  std::atomic<KernelObject*> object_{nullptr};
  std::atomic<uint32_t> state_{kWaitsForMessage};
  // With slot_, what it waits with: the thread's own until it is parked, then guarded by that lock,
  // and once it is taken off there the taker's.
  zx_txid_t txid_ = 0;  // Of a call.
  uint64_t place_ = 0;
  ParkedBuffers buffers_;
};

template <Way kWay>
inline bool ParkedThread::WaitForSignals(KernelObject& object, HandleSlot slot, zx_signals_t mask,
                                         Notify notify, uint64_t place) {
  if (kWay == Way::kLong && !slot.MarkWaited()) return false;
  Guard guard(object.lock_);
  // A close retires the handle, then takes the lock to cancel: it finds us, or we see it retired.
  if (!slot.IsWaited() || (object.SignalsLocked(slot.side()) & mask) != 0) [[unlikely]]
    return false;
  if (kWay == Way::kShort && object.IsCrowdedLocked(slot.side())) [[unlikely]]
    return false;
  notify_ = notify;
  mask_ = mask;
  Enter(object, slot, ZX_THREAD_STATE_BLOCKED_WAIT_ONE, place);
  if constexpr (kWay == Way::kShort) {
    object.AddToFewLocked(*this);
  } else if (object.AddObserverLocked(*this) != ZX_OK) {
    Leave();
    return false;
  }
  return true;
}

}  // namespace sirocco
