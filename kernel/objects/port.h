// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/syscalls/object.h>
#include <zircon/syscalls/port.h>
#include <zircon/types.h>

#include <coroutine>
#include <cstdint>

#include "kernel/async/completion.h"
#include "kernel/base/list.h"
#include "kernel/base/result.h"
#include "kernel/objects/kernel_object.h"
#include "kernel/sync/annotations.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco {

class DequeueOp;
class PortObserver;

/// A packet that can be queued. Its memory is there before there is anything to tell: a user
/// packet's is taken by zx_port_queue, a signal's by zx_object_wait_async, an interrupt has its
/// own.
class PortPacket : public ListNode<PortPacket> {
 public:
  enum class Kind : uint8_t { kUser, kSignal, kInterrupt };

  PortPacket(Kind kind, const zx_port_packet_t& content) : content(content), kind(kind) {}

  zx_port_packet_t content;
  const Kind kind;
  // An interrupt's: from queueing until it is consumed or removed, and who is kept alive for that.
  bool is_busy = false;  // Guarded by the port's queue_lock_.
  KernelObject* owner = nullptr;
};

struct RegistrationTag;

/// A queue of packets, and what was registered to make some.
///
/// Locking: `queue_lock_` (rank kPort) is taken under the lock of any object whose signals change;
/// `lock_` only guards who waits for packets through which handle, as for every object.
class Port final : public KernelObject {
 public:
  static constexpr zx_obj_type_t kType = ZX_OBJ_TYPE_PORT;
  static constexpr uint32_t kMaxUserPackets = 4096;

  /// `options`: 0 or ZX_PORT_BIND_TO_INTERRUPT. **Errors** ZX_ERR_NO_MEMORY.
  static Result<RefPtr<Port>> Create(uint32_t options);

  bool can_bind_to_interrupt() const { return (options_ & ZX_PORT_BIND_TO_INTERRUPT) != 0; }

  /// **Errors** ZX_ERR_NO_MEMORY; ZX_ERR_SHOULD_WAIT: too many user packets are queued.
  zx_status_t QueueUser(const zx_port_packet_t& packet) EXCLUDES(queue_lock_);

  /// Puts an interrupt's packet in front of all others but interrupts, with `timestamp`. False: it
  /// is still on its way from the last time, or the port has no handles any more.
  bool QueueInterrupt(PortPacket& packet, zx_time_t timestamp) EXCLUDES(queue_lock_);
  /// True: it was still queued.
  bool RemoveInterrupt(PortPacket& packet) EXCLUDES(queue_lock_);

  /// The first packet, or null: the caller gives it to Consume.
  PortPacket* TryTake() EXCLUDES(queue_lock_);
  /// Its content; ends a taken packet's life.
  zx_port_packet_t Consume(PortPacket& packet) EXCLUDES(queue_lock_);

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

  // Gives `packet` to the first waiter, or queues it.
  void QueueLocked(PortPacket& packet) REQUIRES(queue_lock_);
  PortPacket* TakeLocked() REQUIRES(queue_lock_);
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
  List<DequeueOp> waiters_ GUARDED_BY(queue_lock_);
  List<PortObserver, RegistrationTag> registrations_ GUARDED_BY(queue_lock_);
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
  /// A packet that nobody fetched is lost.
  ~DequeueOp();

  void Cancel(zx_status_t reason = ZX_ERR_CANCELED);

  /// The packet of a ZX_OK, once.
  zx_port_packet_t TakePacket();

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
