// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/port_observer.h"

#include <new>

#include "kernel/async/executor.h"
#include "kernel/async/timer.h"

namespace sirocco {

inline zx_status_t PortObserver::Begin() {
  KernelObject& source = *source_;
  Guard guard(source.lock_);
  if (slot().is_retired()) return ZX_ERR_BAD_HANDLE;
  const zx_signals_t now = source.SignalsLocked(slot().side());
  const bool is_met = (options_ & ZX_WAIT_ASYNC_EDGE) == 0 && (now & mask()) != 0;
  if (!is_met) {
    const zx_status_t status = source.AddObserverLocked(*this);
    if (status != ZX_OK) return status;
  }
  {
    Guard queue_guard(port_.queue_lock_);
    if (port_.is_closed_) {
      if (!is_met) source.RemoveObserverLocked(*this);
      return ZX_ERR_BAD_HANDLE;
    }
    port_.registrations_.PushBack(*this);
  }
  if (is_met) Deliver(now);
  return ZX_OK;
}

zx_status_t PortObserver::Register(Port& port, KernelObject& source, HandleSlot slot,
                                   zx_signals_t signals, uint64_t key, uint32_t options) {
  if (!source.TryAddRef()) return ZX_ERR_BAD_HANDLE;
  auto* const observer = new (std::nothrow) PortObserver(port, source, slot, signals, key, options);
  if (observer == nullptr) [[unlikely]] {
    source.Release();
    return ZX_ERR_NO_MEMORY;
  }
  const zx_status_t status = slot.MarkWaited() ? observer->Begin() : ZX_ERR_BAD_HANDLE;
  if (status != ZX_OK) [[unlikely]]
    delete observer;
  return status;
}

void PortObserver::Deliver(zx_signals_t now) {
  content.signal.observed = now;
  if ((options_ & (ZX_WAIT_ASYNC_TIMESTAMP | ZX_WAIT_ASYNC_BOOT_TIMESTAMP)) != 0) {
    content.signal.timestamp = async::CurrentExecutor().timers().Now().ns();
  }
  Port& port = port_;  // Once it is queued, whoever takes it deletes this observer.
  {
    Guard guard(port.queue_lock_);
    is_met_ = true;
    // A closed port takes nothing; the last of its registrations are about to be cancelled.
    if (port.is_closed_ || !port.QueueLocked(port.packets_, *this)) return;
  }
  delete this;
}

List<PortPacket, RegistrationTag> PortObserver::Withdraw(Port& port, KernelObject& source,
                                                         Side side, uint64_t key) {
  // Under both locks nobody of them can move.
  Guard source_guard(source.lock_);
  Guard guard(port.queue_lock_);
  auto withdrawn = port.registrations_.TakeIf([&](PortPacket& packet) {
    const auto& observer = static_cast<PortObserver&>(packet);
    return observer.source_ == &source && observer.slot().side() == side && observer.key() == key;
  });
  for (PortPacket& packet : withdrawn) {
    auto& observer = static_cast<PortObserver&>(packet);
    if (observer.is_met_) {
      port.packets_.Remove(packet);
    } else {
      source.RemoveObserverLocked(observer);
    }
  }
  return withdrawn;
}

bool PortObserver::OnOutcome(SignalObserver& base, zx_status_t outcome, zx_signals_t now) {
  auto& observer = static_cast<PortObserver&>(base);
  if (outcome == ZX_OK) {
    observer.Deliver(now);
    return false;
  }
  // The handle went: no packet.
  Guard guard(observer.port_.queue_lock_);
  observer.port_.registrations_.Remove(observer);
  return true;
}

void PortObserver::OnDispose(SignalObserver& observer) {
  delete &static_cast<PortObserver&>(observer);
}

}  // namespace sirocco
