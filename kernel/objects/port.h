// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/syscalls/object.h>
#include <zircon/syscalls/port.h>
#include <zircon/types.h>

#include <coroutine>
#include <cstdint>
#include <memory>
#include <new>

#include "kernel/async/completion.h"
#include "kernel/base/kassert.h"
#include "kernel/base/list.h"
#include "kernel/base/result.h"
#include "kernel/objects/kernel_object.h"
#include "kernel/objects/parked_thread.h"
#include "kernel/sync/annotations.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco {

class DequeueOp;
class PortObserver;
struct RegistrationTag;

/// A packet that can be queued. Its memory is there before there is anything to tell: a user
/// packet's is taken by zx_port_queue, a signal's by zx_object_wait_async, an interrupt has its
/// own.
class PortPacket : public ListNode<PortPacket>, public ListNode<PortPacket, RegistrationTag> {
 public:
  enum class Kind : uint8_t { kUser, kSignal, kInterrupt };

  /// Its content is not initialised.
  explicit PortPacket(Kind kind) : kind(kind) {}

  zx_port_packet_t content;
  const Kind kind;
  // An interrupt's: from queueing until it is consumed or removed, and who is kept alive for that.
  bool is_busy = false;  // Guarded by the port's queue_lock_.
  KernelObject* owner = nullptr;
};

/// A queue of packets, and what was registered to make some.
///
/// Locking: `queue_lock_` (rank kPort) is taken under the lock of any object whose signals change;
/// it guards who is parked, too. `lock_` only guards through which handle others wait for packets,
/// as for every object.
class Port final : public KernelObject {
 public:
  static constexpr zx_obj_type_t kType = ZX_OBJ_TYPE_PORT;
  static constexpr uint32_t kMaxUserPackets = 4096;

  /// `options`: 0 or ZX_PORT_BIND_TO_INTERRUPT. **Errors** ZX_ERR_NO_MEMORY.
  static Result<RefPtr<Port>> Create(uint32_t options);

  bool can_bind_to_interrupt() const { return (options_ & ZX_PORT_BIND_TO_INTERRUPT) != 0; }

  /// A user packet, to be filled; null when there is no memory.
  static std::unique_ptr<PortPacket> CreateUser() {
    return std::unique_ptr<PortPacket>(new (std::nothrow) PortPacket(PortPacket::Kind::kUser));
  }
  /// Queues it as one of ZX_PKT_TYPE_USER, or destroys it.
  /// **Errors** ZX_ERR_SHOULD_WAIT: too many user packets are queued.
  zx_status_t QueueUser(std::unique_ptr<PortPacket> packet) EXCLUDES(queue_lock_) {
    return QueueUser(packet.release());
  }

  /// Puts an interrupt's packet in front of all others but interrupts, with `timestamp`. False: it
  /// is still on its way from the last time, or the port has no handles any more.
  bool QueueInterrupt(PortPacket& packet, zx_time_t timestamp) EXCLUDES(queue_lock_);
  /// True: it was still queued.
  bool RemoveInterrupt(PortPacket& packet) EXCLUDES(queue_lock_);

  /// Ends the call of a thread that was parked for a packet: with that, or, if it is null, with
  /// ZX_ERR_CANCELED. False: the thread has the packet itself, and gives it to Consume later.
  /// Context: the port's lock, maybe the source's.
  using Give = bool (*)(ParkedThread& thread, Port& port, PortPacket* packet);

  /// How a thread waits for a packet: through `slot`, with no deadline.
  struct Waiter {
    ParkedThread& thread;
    HandleSlot slot;
    Give give;
    uint64_t place;
  };
  enum class Taking { kTaken, kParked, kNeither };
  /// TryTake, and, if there is none, parks the running thread, whose call then answers
  /// kEntryPending, for the next; as ParkedThread::WaitForSignals. One may be parked, and nobody
  /// before it: others wait by DequeueOp. `is_live`: whether the slot is marked as waited, and its
  /// handle there.
  [[gnu::always_inline]] Taking TakeOrPark(const Waiter& waiter, auto is_live, PortPacket** taken)
      EXCLUDES(queue_lock_) {
    Guard guard(queue_lock_);
    *taken = TakeLocked();
    if (*taken != nullptr) return Taking::kTaken;
    // A close retires the handle, then takes the lock to cancel: it finds us, or we see it retired.
    if (!is_live() || parked_ != nullptr || !waiters_.is_empty()) [[unlikely]]
      return Taking::kNeither;
    parked_ = &waiter.thread;
    give_ = waiter.give;
    waiter.thread.Enter(*this, waiter.slot, ZX_THREAD_STATE_BLOCKED_PORT, waiter.place);
    return Taking::kParked;
  }
  bool CancelParked(ParkedThread& thread) override EXCLUDES(queue_lock_);

  /// The first packet, or null: the caller reads it and gives it to Consume.
  PortPacket* TryTake() EXCLUDES(queue_lock_) {
    Guard guard(queue_lock_);
    return TakeLocked();
  }
  /// Ends a taken packet's life.
  void Consume(PortPacket& packet) EXCLUDES(queue_lock_) {
    if (packet.kind == PortPacket::Kind::kUser) {
      delete &packet;
    } else {
      ConsumeOther(packet);
    }
  }

  /// Removes the registrations of (source, side, key) and their queued packets.
  /// **Errors** ZX_ERR_NOT_FOUND.
  zx_status_t Cancel(KernelObject& source, Side side, uint64_t key) EXCLUDES(queue_lock_);
  /// The same for every source. **Errors** ZX_ERR_NOT_FOUND.
  zx_status_t CancelKey(uint64_t key) EXCLUDES(queue_lock_);

  /// Registrations and packets go, a source at a step.
  CloseStep OnZeroHandles(Side side, CloseList& list) override EXCLUDES(queue_lock_);

 private:
  friend class DequeueOp;
  friend class PortObserver;

  explicit Port(uint32_t options) : KernelObject(kType), options_(options) {}
  ~Port() override;

  // Owns `packet`.
  zx_status_t QueueUser(PortPacket* packet) EXCLUDES(queue_lock_);
  void ConsumeOther(PortPacket& packet) EXCLUDES(queue_lock_);
  // Gives `packet` to the first waiter, or puts it into `queue`. True: it is to be consumed, once
  // the lock is released.
  [[nodiscard]] bool QueueLocked(List<PortPacket>& queue, PortPacket& packet) REQUIRES(queue_lock_);
  void OnHandleRetiredLocked(HandleSlot slot) override REQUIRES(lock_) EXCLUDES(queue_lock_);
  PortPacket* TakeLocked() REQUIRES(queue_lock_) {
    if (PortPacket* packet = interrupts_.PopFront()) [[unlikely]]
      return packet;
    PortPacket* const packet = packets_.PopFront();
    if (packet != nullptr) NoteTakenLocked(*packet);
    return packet;
  }
  // `packet` leaves the queue, or does not come into it.
  void NoteTakenLocked(PortPacket& packet) REQUIRES(queue_lock_) {
    if (packet.kind == PortPacket::Kind::kUser) --user_count_;
    registrations_.Remove(packet);
  }
  // Some registration that Cancel would find.
  struct Registration {
    RefPtr<KernelObject> source;
    Side side = Side::kFirst;
    uint64_t key = 0;
  };
  Registration FindRegistration(const uint64_t* key) EXCLUDES(queue_lock_);

  const uint32_t options_;
  SpinLock<LockRank::kPort> queue_lock_;
  List<PortPacket> interrupts_ GUARDED_BY(queue_lock_);
  List<PortPacket> packets_ GUARDED_BY(queue_lock_);
  ParkedThread* parked_ GUARDED_BY(queue_lock_) = nullptr;  // Before all waiters.
  Give give_ GUARDED_BY(queue_lock_) = nullptr;
  List<DequeueOp> waiters_ GUARDED_BY(queue_lock_);
  List<PortPacket, RegistrationTag> registrations_ GUARDED_BY(queue_lock_);  // PortObservers.
  uint32_t user_count_ GUARDED_BY(queue_lock_) = 0;
  bool is_closed_ GUARDED_BY(queue_lock_) = false;
};

/// `co_await` yields ZX_OK with a packet taken, or ZX_ERR_CANCELED when the port's handle it waits
/// through is closed or moved. The caller holds a RefPtr to the port meanwhile.
class [[nodiscard]] DequeueOp : public async::Completion,
                                public SignalObserver,
                                public ListNode<DequeueOp> {
 public:
  static constexpr uint32_t kThreadState = ZX_THREAD_STATE_BLOCKED_PORT;

  DequeueOp(Port& port, HandleSlot slot);
  DequeueOp(const DequeueOp&) = delete;
  ~DequeueOp();

  void Cancel(zx_status_t reason = ZX_ERR_CANCELED);

  /// The packet of a ZX_OK; it goes with this.
  const zx_port_packet_t& packet() const {
    KASSERT(packet_ != nullptr);
    return packet_->content;
  }

  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> waiter);
  zx_status_t await_resume() const { return status(); }

 private:
  friend class Port;

  static bool OnHandleGone(SignalObserver& observer, zx_status_t outcome, zx_signals_t now);

  Port& port_;
  PortPacket* packet_ = nullptr;  // Ours since completion.
};

}  // namespace sirocco
