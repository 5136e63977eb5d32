// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/interrupt.h"

#include <new>
#include <utility>

#include "kernel/arch/clock.h"
#include "kernel/arch/irq_controller.h"
#include "kernel/objects/handle_table.h"

namespace sirocco {

Interrupt::Interrupt(uint32_t vector)
    : KernelObject(kType), PortPacket(Kind::kInterrupt), vector_(vector) {
  content = {};
  content.type = ZX_PKT_TYPE_INTERRUPT;
  owner = this;
}

Result<RefPtr<Interrupt>> Interrupt::Create(uint32_t vector) {
  RefPtr<Interrupt> interrupt = AdoptRef(new (std::nothrow) Interrupt(vector));
  if (!interrupt) return Error(ZX_ERR_NO_MEMORY);
  if (vector == kVirtual) return interrupt;
  const zx_status_t status = arch::IrqController::Register(vector, &OnIrq, interrupt.get());
  if (status == ZX_OK) return interrupt;
  {
    Guard guard(interrupt->lock_);
    interrupt->state_ = State::kDestroyed;
  }
  return Error(status == ZX_ERR_OUT_OF_RANGE ? ZX_ERR_NOT_FOUND : status);
}

Interrupt::~Interrupt() { Destroy(); }  // It may never have had a handle.

void Interrupt::OnIrq(void* context, uint32_t vector) {
  // Masked until the driver has served the device: the line may stay asserted.
  arch::IrqController::Mask(vector);
  static_cast<Interrupt*>(context)->Trigger(arch::Clock::Now().ns());
}

void Interrupt::UnmaskLocked() {
  if (!is_virtual()) arch::IrqController::Unmask(vector_);
}

void Interrupt::DeliverLocked() {
  if (!is_pending_ || state_ != State::kIdle) return;
  if (!port_->QueueInterrupt(*this, pending_time_)) return;  // Told on the acknowledgement.
  is_pending_ = false;
  state_ = State::kNeedsAck;
}

zx_status_t Interrupt::Trigger(zx_instant_boot_t timestamp) {
  Guard guard(lock_);
  if (state_ == State::kDestroyed) return ZX_ERR_CANCELED;
  if (!std::exchange(is_pending_, true)) pending_time_ = timestamp;
  if (port_) {
    DeliverLocked();
  } else if (InterruptWait* waiter = std::exchange(waiter_, nullptr)) {
    is_pending_ = false;
    state_ = State::kNeedsAck;
    RemoveObserverLocked(*waiter);
    waiter->timestamp_ = pending_time_;
    waiter->Complete(ZX_OK);
  }
  return ZX_OK;
}

zx_status_t Interrupt::Acknowledge() {
  Guard guard(lock_);
  if (state_ == State::kDestroyed) return ZX_ERR_CANCELED;
  if (!port_) return ZX_ERR_BAD_STATE;
  if (state_ == State::kNeedsAck) {
    state_ = State::kIdle;
    UnmaskLocked();
    DeliverLocked();
  }
  return ZX_OK;
}

zx_status_t Interrupt::Bind(RefPtr<Port> port, uint64_t key) {
  if (!port->can_bind_to_interrupt()) return ZX_ERR_WRONG_TYPE;
  Guard guard(lock_);
  if (state_ == State::kDestroyed) return ZX_ERR_CANCELED;
  if (waiter_ != nullptr) return ZX_ERR_BAD_STATE;
  if (port_) return ZX_ERR_ALREADY_BOUND;
  port_ = std::move(port);
  content.key = key;
  if (state_ == State::kIdle) UnmaskLocked();
  DeliverLocked();
  return ZX_OK;
}

zx_status_t Interrupt::Unbind(const Port& port) {
  RefPtr<Port> unbound;
  Guard guard(lock_);
  if (state_ == State::kDestroyed) return ZX_ERR_CANCELED;
  if (port_ != &port) return ZX_ERR_NOT_FOUND;
  unbound = std::move(port_);
  unbound->RemoveInterrupt(*this);
  if (state_ == State::kNeedsAck) state_ = State::kIdle;
  return ZX_OK;
}

zx_status_t Interrupt::Destroy() {
  RefPtr<Port> unbound;
  zx_status_t status = ZX_OK;
  {
    Guard guard(lock_);
    if (state_ == State::kDestroyed) return ZX_OK;
    const bool needs_ack = state_ == State::kNeedsAck;
    state_ = State::kDestroyed;
    unbound = std::move(port_);
    if (unbound && !unbound->RemoveInterrupt(*this) && needs_ack) status = ZX_ERR_NOT_FOUND;
    if (InterruptWait* waiter = std::exchange(waiter_, nullptr)) {
      RemoveObserverLocked(*waiter);
      waiter->Complete(ZX_ERR_CANCELED);
    }
  }
  // A handler that still runs on another hart finds us destroyed, and our memory in place.
  if (!is_virtual()) arch::IrqController::Unregister(vector_);
  return status;
}

CloseStep Interrupt::OnZeroHandles(Side, CloseList&) {
  Destroy();
  return CloseStep::kDone;
}

InterruptWait::InterruptWait(Interrupt& interrupt, HandleSlot slot)
    : SignalObserver(&OnHandleGone, nullptr, 0, slot), interrupt_(interrupt) {}

bool InterruptWait::await_suspend(std::coroutine_handle<> waiter) {
  const bool is_live = slot().MarkWaited();
  Guard guard(interrupt_.lock_);
  using State = Interrupt::State;
  if (!is_live || slot().is_retired() || interrupt_.state_ == State::kDestroyed) {
    return CompleteInline(ZX_ERR_CANCELED);
  }
  if (interrupt_.port_ || interrupt_.waiter_ != nullptr) return CompleteInline(ZX_ERR_BAD_STATE);
  if (interrupt_.is_pending_) {
    interrupt_.is_pending_ = false;
    interrupt_.state_ = State::kNeedsAck;
    timestamp_ = interrupt_.pending_time_;
    return CompleteInline(ZX_OK);
  }
  Arm(waiter);
  const zx_status_t status = interrupt_.AddObserverLocked(*this);
  if (status != ZX_OK) return CompleteInline(status);
  interrupt_.waiter_ = this;
  interrupt_.state_ = State::kIdle;
  interrupt_.UnmaskLocked();
  return true;
}

bool InterruptWait::OnHandleGone(SignalObserver& observer, zx_status_t outcome, zx_signals_t) {
  auto& wait = static_cast<InterruptWait&>(observer);
  wait.interrupt_.lock_.AssertHeld();
  wait.interrupt_.waiter_ = nullptr;
  wait.Complete(outcome);
  return false;
}

void InterruptWait::Cancel(zx_status_t reason) {
  Guard guard(interrupt_.lock_);
  if (interrupt_.waiter_ != this) return;  // Another outcome was first.
  interrupt_.waiter_ = nullptr;
  interrupt_.RemoveObserverLocked(*this);
  Complete(reason);
}

}  // namespace sirocco
