// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/syscalls/object.h>
#include <zircon/types.h>

#include <coroutine>
#include <cstdint>

#include "kernel/async/completion.h"
#include "kernel/base/result.h"
#include "kernel/objects/kernel_object.h"
#include "kernel/objects/port.h"
#include "kernel/sync/annotations.h"

namespace sirocco {

class InterruptWait;

/// An interrupt as a driver sees it: waited for, or bound to a port. A physical one is masked from
/// its trigger until it is acknowledged.
///
///   idle       --trigger-->  needs-ack   somebody waits, or a port is bound: told with the time
///   idle       --trigger-->  pending     nobody is there to be told
///   pending    --wait-->     needs-ack   at once
///   needs-ack  --trigger-->  remembered once, and told again on the acknowledgement
///   needs-ack  --ack, wait--> idle
///   any        --destroy-->  destroyed   a waiter gets CANCELED
class Interrupt final : public KernelObject, private PortPacket {
 public:
  static constexpr zx_obj_type_t kType = ZX_OBJ_TYPE_INTERRUPT;
  static constexpr uint32_t kVirtual = UINT32_MAX;

  /// `vector`: the controller's, or kVirtual. **Errors** ZX_ERR_NO_MEMORY; ZX_ERR_ALREADY_BOUND:
  /// somebody has the vector; ZX_ERR_NOT_FOUND: there is no such vector.
  static Result<RefPtr<Interrupt>> Create(uint32_t vector);
  ~Interrupt() override;

  bool is_virtual() const { return vector_ == kVirtual; }

  /// **Errors** ZX_ERR_CANCELED: destroyed. Context: any.
  zx_status_t Trigger(zx_instant_boot_t timestamp) EXCLUDES(lock_);
  /// **Errors** ZX_ERR_BAD_STATE: not bound; ZX_ERR_CANCELED: destroyed.
  zx_status_t Acknowledge() EXCLUDES(lock_);
  /// **Errors** ZX_ERR_WRONG_TYPE: not a port for interrupts; ZX_ERR_ALREADY_BOUND;
  /// ZX_ERR_BAD_STATE: somebody waits; ZX_ERR_CANCELED: destroyed.
  zx_status_t Bind(RefPtr<Port> port, uint64_t key) EXCLUDES(lock_);
  /// **Errors** ZX_ERR_NOT_FOUND: not bound to `port`; ZX_ERR_CANCELED: destroyed.
  zx_status_t Unbind(const Port& port) EXCLUDES(lock_);
  /// **Errors** ZX_ERR_NOT_FOUND: its packet was taken and not acknowledged; it is destroyed still.
  zx_status_t Destroy() EXCLUDES(lock_);

  CloseStep OnZeroHandles(Side side, CloseList& list) override;

 private:
  friend class InterruptWait;

  enum class State : uint8_t { kIdle, kNeedsAck, kDestroyed };

  explicit Interrupt(uint32_t vector);

  static void OnIrq(void* context, uint32_t vector);
  // Lets the line interrupt again.
  void UnmaskLocked() REQUIRES(lock_);
  // Tells the bound port of a pending trigger, if it may hear now.
  void DeliverLocked() REQUIRES(lock_);

  const uint32_t vector_;
  State state_ GUARDED_BY(lock_) = State::kIdle;
  bool is_pending_ GUARDED_BY(lock_) = false;
  zx_instant_boot_t pending_time_ GUARDED_BY(lock_) = 0;  // Of the first trigger not yet told.
  InterruptWait* waiter_ GUARDED_BY(lock_) = nullptr;
  RefPtr<Port> port_ GUARDED_BY(lock_);
};

/// Acknowledges, then waits for the next trigger. `co_await` yields ZX_OK, ZX_ERR_BAD_STATE (bound,
/// or another waits), or ZX_ERR_CANCELED (destroyed, or the handle went).
class [[nodiscard]] InterruptWait : public async::Completion, public SignalObserver {
 public:
  static constexpr uint32_t kThreadState = ZX_THREAD_STATE_BLOCKED_INTERRUPT;

  InterruptWait(Interrupt& interrupt, HandleSlot slot);
  InterruptWait(const InterruptWait&) = delete;

  void Cancel(zx_status_t reason = ZX_ERR_CANCELED);

  zx_instant_boot_t timestamp() const { return timestamp_; }

  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> waiter);
  zx_status_t await_resume() const { return status(); }

 private:
  friend class Interrupt;

  static bool OnHandleGone(SignalObserver& observer, zx_status_t outcome, zx_signals_t now);

  Interrupt& interrupt_;
  zx_instant_boot_t timestamp_ = 0;
};

}  // namespace sirocco
