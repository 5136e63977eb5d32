// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/port.h"

#include <new>
#include <utility>

#include "kernel/objects/port_observer.h"

namespace sirocco {

Result<RefPtr<Port>> Port::Create(uint32_t options) {
  RefPtr<Port> port = AdoptRef(new (std::nothrow) Port(options));
  if (!port) return Error(ZX_ERR_NO_MEMORY);
  return port;
}

Port::~Port() {
  // Packets that came after the last handle went.
  KASSERT(registrations_.is_empty() && waiters_.is_empty());
  while (PortPacket* packet = packets_.PopFront()) delete packet;
}

void Port::QueueLocked(PortPacket& packet) {
  if (DequeueOp* waiter = waiters_.PopFront()) {
    if (packet.kind == PortPacket::Kind::kUser) --user_count_;
    PortObserver::NoteTaken(packet);
    waiter->packet_ = &packet;
    waiter->Complete(ZX_OK);
    return;
  }
  (packet.kind == PortPacket::Kind::kInterrupt ? interrupts_ : packets_).PushBack(packet);
}

zx_status_t Port::QueueUser(const zx_port_packet_t& packet) {
  auto* queued = new (std::nothrow) PortPacket(PortPacket::Kind::kUser, packet);
  if (queued == nullptr) return ZX_ERR_NO_MEMORY;
  queued->content.type = ZX_PKT_TYPE_USER;
  {
    Guard guard(queue_lock_);
    if (user_count_ < kMaxUserPackets) [[likely]] {
      ++user_count_;
      QueueLocked(*queued);
      return ZX_OK;
    }
  }
  delete queued;
  return ZX_ERR_SHOULD_WAIT;
}

bool Port::QueueInterrupt(PortPacket& packet, zx_time_t timestamp) {
  Guard guard(queue_lock_);
  if (is_closed_ || packet.is_busy) return false;
  packet.is_busy = true;
  packet.owner->AddRef();
  packet.content.interrupt.timestamp = timestamp;
  QueueLocked(packet);
  return true;
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

PortPacket* Port::TakeLocked() {
  if (PortPacket* packet = interrupts_.PopFront()) return packet;
  PortPacket* packet = packets_.PopFront();
  if (packet == nullptr) return nullptr;
  if (packet->kind == PortPacket::Kind::kUser) --user_count_;
  PortObserver::NoteTaken(*packet);
  return packet;
}

PortPacket* Port::TryTake() {
  Guard guard(queue_lock_);
  return TakeLocked();
}

zx_port_packet_t Port::Consume(PortPacket& packet) {
  const zx_port_packet_t content = packet.content;
  switch (packet.kind) {
    case PortPacket::Kind::kUser:
      delete &packet;
      break;
    case PortPacket::Kind::kSignal: {
      auto& observer = static_cast<PortObserver&>(packet);
      {
        Guard guard(queue_lock_);
        registrations_.Remove(observer);
      }
      delete &observer;
      break;
    }
    case PortPacket::Kind::kInterrupt: {
      {
        Guard guard(queue_lock_);
        packet.is_busy = false;
      }
      packet.owner->Release();  // It waits for the acknowledgement now.
      break;
    }
  }
  return content;
}

zx_status_t Port::Cancel(KernelObject& source, Side side, uint64_t key) {
  auto cancelled = PortObserver::Withdraw(*this, source, side, key);
  const bool found = !cancelled.is_empty();
  while (PortObserver* observer = cancelled.PopFront()) delete observer;
  return found ? ZX_OK : ZX_ERR_NOT_FOUND;
}

Port::Registration Port::FindRegistration(const uint64_t* key) {
  Guard guard(queue_lock_);
  for (PortObserver& observer : registrations_) {
    if (observer.is_taken() || (key != nullptr && observer.key() != *key)) continue;
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

zx_port_packet_t DequeueOp::TakePacket() {
  KASSERT(status() == ZX_OK);
  PortPacket* packet = std::exchange(packet_, nullptr);
  return port_.Consume(*packet);
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
