// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/port.h"

#include <new>
#include <utility>

#include "kernel/objects/handle_table.h"
#include "kernel/objects/port_observer.h"

namespace sirocco {

Result<RefPtr<Port>> Port::Create(uint32_t options) {
  RefPtr<Port> port = AdoptRef(new (std::nothrow) Port(options));
  if (!port) return Error(ZX_ERR_NO_MEMORY);
  return port;
}

Port::~Port() {
  // Packets that came after the last handle went.
  KASSERT(registrations_.is_empty() && waiters_.is_empty() && parked_ == nullptr);
  while (PortPacket* packet = packets_.PopFront()) delete packet;
}

bool Port::QueueLocked(List<PortPacket>& queue, PortPacket& packet) {
  if (parked_ != nullptr) {
    NoteTakenLocked(packet);
    return give_(*std::exchange(parked_, nullptr), *this, &packet);
  }
  if (DequeueOp* const waiter = waiters_.PopFront()) {
    NoteTakenLocked(packet);
    waiter->packet_ = &packet;
    waiter->Complete(ZX_OK);
    return false;
  }
  queue.PushBack(packet);
  return false;
}

zx_status_t Port::QueueUser(PortPacket* packet) {
  packet->content.type = ZX_PKT_TYPE_USER;
  zx_status_t status = ZX_ERR_SHOULD_WAIT;
  {
    Guard guard(queue_lock_);
    if (user_count_ < kMaxUserPackets) [[likely]] {
      ++user_count_;
      if (parked_ == nullptr && waiters_.is_empty()) {  // Apart: it needs no frame.
        packets_.PushBack(*packet);
        return ZX_OK;
      }
      if (!QueueLocked(packets_, *packet)) return ZX_OK;
      status = ZX_OK;
    }
  }
  delete packet;
  return status;
}

bool Port::QueueInterrupt(PortPacket& packet, zx_time_t timestamp) {
  {
    Guard guard(queue_lock_);
    if (is_closed_ || packet.is_busy) return false;
    packet.is_busy = true;
    packet.owner->AddRef();
    packet.content.interrupt.timestamp = timestamp;
    if (!QueueLocked(interrupts_, packet)) return true;
  }
  Consume(packet);
  return true;
}

bool Port::CancelParked(ParkedThread& thread) {
  Guard guard(queue_lock_);
  if (parked_ == &thread) give_(*std::exchange(parked_, nullptr), *this, nullptr);
  return true;  // A port has no signals to wait for.
}

void Port::OnHandleRetiredLocked(HandleSlot slot) {
  Guard guard(queue_lock_);
  if (parked_ == nullptr || parked_->slot() != slot) return;
  give_(*std::exchange(parked_, nullptr), *this, nullptr);
}

bool Port::RemoveInterrupt(PortPacket& packet) {
  {
    Guard guard(queue_lock_);
    if (!interrupts_.Remove(packet)) return false;
    packet.is_busy = false;
  }
  packet.owner->Release();
  return true;
}

void Port::ConsumeOther(PortPacket& packet) {
  if (packet.kind == PortPacket::Kind::kSignal) {
    delete &static_cast<PortObserver&>(packet);
    return;
  }
  {
    Guard guard(queue_lock_);
    packet.is_busy = false;
  }
  packet.owner->Release();  // It waits for the acknowledgement now.
}

zx_status_t Port::Cancel(KernelObject& source, Side side, uint64_t key) {
  auto cancelled = PortObserver::Withdraw(*this, source, side, key);
  const bool found = !cancelled.is_empty();
  while (PortPacket* packet = cancelled.PopFront()) delete static_cast<PortObserver*>(packet);
  return found ? ZX_OK : ZX_ERR_NOT_FOUND;
}

Port::Registration Port::FindRegistration(const uint64_t* key) {
  Guard guard(queue_lock_);
  for (PortPacket& packet : registrations_) {
    const auto& observer = static_cast<PortObserver&>(packet);
    if (key != nullptr && observer.key() != *key) continue;
    return {observer.source(), observer.slot().side(), observer.key()};
  }
  return {};
}

zx_status_t Port::CancelKey(uint64_t key) {
  zx_status_t status = ZX_ERR_NOT_FOUND;
  for (;;) {
    const Registration found = FindRegistration(&key);
    if (!found.source) return status;
    if (Cancel(*found.source, found.side, key) == ZX_OK) status = ZX_OK;
  }
}

CloseStep Port::OnZeroHandles(Side, CloseList&) {
  constexpr uint32_t kPacketsAtOnce = 64;
  {
    Guard guard(queue_lock_);
    is_closed_ = true;
  }
  const Registration found = FindRegistration(nullptr);
  if (found.source) {
    Cancel(*found.source, found.side, found.key);
    return CloseStep::kMore;
  }
  for (uint32_t i = 0; i < kPacketsAtOnce; ++i) {
    PortPacket* packet = TryTake();
    if (packet == nullptr) return CloseStep::kDone;
    Consume(*packet);
  }
  return CloseStep::kMore;
}

DequeueOp::DequeueOp(Port& port, HandleSlot slot)
    : SignalObserver(&OnHandleGone, nullptr, 0, slot), port_(port) {}

DequeueOp::~DequeueOp() {
  if (packet_ != nullptr) port_.Consume(*packet_);
  // Delivery cannot take the port's own lock under another object's, so it left us on the list.
  Guard guard(port_.lock_);
  port_.RemoveObserverLocked(*this);
}

bool DequeueOp::await_suspend(std::coroutine_handle<> waiter) {
  const bool is_live = slot().MarkWaited();
  Guard guard(port_.lock_);
  if (!is_live || slot().is_retired()) return CompleteInline(ZX_ERR_CANCELED);
  Guard queue_guard(port_.queue_lock_);
  packet_ = port_.TakeLocked();
  if (packet_ != nullptr) return CompleteInline(ZX_OK);
  Arm(waiter);
  const zx_status_t status = port_.AddObserverLocked(*this);
  if (status != ZX_OK) return CompleteInline(status);
  port_.waiters_.PushBack(*this);
  return true;
}

bool DequeueOp::OnHandleGone(SignalObserver& observer, zx_status_t outcome, zx_signals_t) {
  auto& op = static_cast<DequeueOp&>(observer);
  Guard guard(op.port_.queue_lock_);
  // Not waiting any more: a packet was first, and stands.
  if (op.port_.waiters_.Remove(op)) op.Complete(outcome);
  return false;
}

void DequeueOp::Cancel(zx_status_t reason) {
  Guard guard(port_.queue_lock_);
  if (port_.waiters_.Remove(*this)) Complete(reason);
}

}  // namespace sirocco
