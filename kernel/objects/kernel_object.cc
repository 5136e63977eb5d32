// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/kernel_object.h"

#include <new>
#include <utility>

#include "kernel/objects/handle_table.h"
#include "kernel/objects/observer_crowd.h"

namespace sirocco {

constinit std::atomic<zx_koid_t> KernelObject::next_koid_{ZX_KOID_FIRST};

[[gnu::noinline]] void KernelObject::DropCrowds() {
  for (End& end : ends_) delete std::exchange(end.crowd, nullptr);
  Reclaim(*this);
}

void KernelObject::OnLastReference() { sched::Retire(*this); }

void KernelObject::Reclaim(sched::RetireNode& node) {
  auto& object = static_cast<KernelObject&>(node);
  if (object.ends_[0].crowd != nullptr || object.ends_[1].crowd != nullptr) [[unlikely]]
    return object.DropCrowds();
  ledger.Died(object.type());
  delete &object;
}

zx_koid_t KernelObject::related_koid(Side side) const {
  return info().is_peered ? koid(Peer(side)) : ZX_KOID_INVALID;
}

zx_status_t KernelObject::GetName(char (&)[ZX_MAX_NAME_LEN]) const { return ZX_ERR_WRONG_TYPE; }
zx_status_t KernelObject::SetName(std::string_view) { return ZX_ERR_WRONG_TYPE; }

CloseStep KernelObject::OnZeroHandles(Side, CloseList&) { return CloseStep::kDone; }

KernelObject::SignalWait KernelObject::WaitSignals(zx_signals_t mask, HandleSlot slot) {
  return SignalWait(*this, mask, slot);
}

zx_status_t KernelObject::SignalEnd(Side side, zx_signals_t clear, zx_signals_t set) {
  Guard guard(lock_);
  if (info().is_peered && handle_count(side) == 0) return ZX_ERR_PEER_CLOSED;
  UpdateSignalsLocked(side, clear, set);
  return ZX_OK;
}

void KernelObject::NotifyLocked(void* changed, uint64_t before) {
  KernelObject& object = *static_cast<KernelObject*>(changed);
  const size_t side = before >> 32;
  End& end = object.ends_[side];
  Signals& signals = object.signals_[side];
  const zx_signals_t now = signals.now.load(std::memory_order_relaxed);
  // Nobody on the list was met by what was set before, so only what rises can meet somebody.
  const zx_signals_t risen = now & ~static_cast<zx_signals_t>(before);
  if (risen == 0) return;
  if (signals.observer_count != 1 || end.crowd != nullptr) {
    return NotifyAllLocked(end, signals, risen);
  }
  // One alone needs no frame.
  SignalObserver& only = *end.observers.Front();
  if ((only.mask_ & risen) == 0) return;
  end.observers.Remove(only);
  signals.observer_count = 0;
  only.notify_(only, ZX_OK, now);
}

void KernelObject::NotifyAllLocked(End& end, Signals& signals, zx_signals_t risen) {
  const zx_signals_t now = signals.now.load(std::memory_order_relaxed);
  if (end.crowd != nullptr) return end.crowd->Update(risen, now);
  // Unlinked before notified: once completed, another hart may resume the waiter and free the op.
  // The one behind it stays: whoever unlinks it needs the lock.
  for (SignalObserver* observer = end.observers.Front(); observer != nullptr;) {
    SignalObserver& met = *observer;
    observer = end.observers.Next(met);
    if ((met.mask_ & risen) == 0) continue;
    end.observers.Remove(met);
    --signals.observer_count;
    met.notify_(met, ZX_OK, now);
  }
}

void KernelObject::CancelWaitsThrough(HandleSlot slot) {
  KASSERT(slot.is_retired());
  List<SignalObserver> disposed;
  {
    Guard guard(lock_);
    OnHandleRetiredLocked(slot);
    End& end = EndLocked(slot.side());
    if (end.crowd != nullptr) {
      end.crowd->LookForRetired(disposed);
    } else {
      auto lost =
          end.observers.TakeIf([slot](SignalObserver& observer) { return observer.slot_ == slot; });
      while (SignalObserver* observer = lost.PopFront()) {
        --ObserverCountLocked(slot.side());
        if (observer->notify_(*observer, ZX_ERR_CANCELED,
                              SignalsLocked(slot.side()) | ZX_SIGNAL_HANDLE_CLOSED)) {
          disposed.PushBack(*observer);
        }
      }
    }
  }
  ObserverCrowd::DisposeAll(disposed);
}

zx_status_t KernelObject::PrepareCrowdLocked(End& end, SignalObserver& observer) {
  if (end.crowd == nullptr) {
    end.crowd = new (std::nothrow) ObserverCrowd(*this, observer.slot_.side());
    if (end.crowd == nullptr) return ZX_ERR_NO_MEMORY;
  }
  observer.joined_ = end.crowd->updates();
  return ZX_OK;
}

bool KernelObject::SignalWait::await_suspend(std::coroutine_handle<> waiter) {
  const bool is_live = slot().MarkWaited();
  Guard guard(object_.lock_);
  observed_ = object_.SignalsLocked(slot().side());
  // A close retires the slot, then takes our lock to cancel: it finds us linked, or we see it
  // retired.
  if (!is_live || slot().is_retired()) {
    observed_ |= ZX_SIGNAL_HANDLE_CLOSED;
    return CompleteInline(ZX_ERR_CANCELED);  // Keep running: nothing was linked.
  }
  if ((observed_ & mask()) != 0) return CompleteInline(ZX_OK);
  Arm(waiter);
  const zx_status_t status = object_.AddObserverLocked(*this);
  return status == ZX_OK ? true : CompleteInline(status);
}

bool KernelObject::SignalWait::OnOutcome(SignalObserver& observer, zx_status_t outcome,
                                         zx_signals_t now) {
  auto& wait = static_cast<SignalWait&>(observer);
  wait.observed_ = now;
  wait.Complete(outcome);
  return false;
}

void KernelObject::SignalWait::Cancel(zx_status_t reason) {
  {
    Guard guard(object_.lock_);
    if (!object_.RemoveObserverLocked(*this)) return;  // Another outcome was first, and stands.
    observed_ = object_.SignalsLocked(slot().side());
  }
  // Unlocked by now: the waiter may run, free this op and drop the last RefPtr to the object.
  Complete(reason);
}

}  // namespace sirocco
