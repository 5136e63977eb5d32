// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/syscalls/object.h>
#include <zircon/types.h>

#include <array>
#include <atomic>
#include <coroutine>
#include <cstdint>
#include <memory>
#include <string_view>

#include "kernel/arch/hart.h"
#include "kernel/async/completion.h"
#include "kernel/base/atomic.h"
#include "kernel/base/kassert.h"
#include "kernel/base/list.h"
#include "kernel/base/ref_ptr.h"
#include "kernel/mm/heap.h"
#include "kernel/objects/handle_slot.h"
#include "kernel/objects/ledger.h"
#include "kernel/objects/object_type.h"
#include "kernel/sched/quiet.h"
#include "kernel/sync/annotations.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco {

class CloseList;
class ObserverCrowd;
class ParkedThread;
class SignalObserver;

/// What a close left to do for an end without handles.
enum class CloseStep { kDone, kMore };

/// What handles lead to: signals, and the one list of those who wait for them. The two ends of a
/// pair are one object with one lock; a handle leads to (object, side), a lone object has kFirst.
///
/// Lifetime: an end with handles owns one reference. When the last reference is gone the memory
/// stays until every hart was quiet, so a plain call uses what it looked up without a reference.
///
/// Locking: `lock_` (rank kObject) comes before handle tables, ports and run queues.
class KernelObject : public RefCounted, public mm::GlobalAllocated, private sched::RetireNode {
 public:
  class SignalWait;

  zx_obj_type_t type() const { return info_.type; }
  const ObjectType& info() const { return info_; }
  zx_koid_t koid(Side side) const { return koid_ + Index(side); }
  zx_koid_t koid() const { return koid_; }
  /// The peer of a pair; the parent of a task; else 0.
  virtual zx_koid_t related_koid(Side side) const;

  /// The name property. WRONG_TYPE for a type that has none.
  virtual zx_status_t GetName(char (&name)[ZX_MAX_NAME_LEN]) const;
  virtual zx_status_t SetName(std::string_view name);

  /// Clears, then sets, and completes with ZX_OK every wait that is now met. The first 64 observers
  /// are examined here, the others by a Runnable of the executor, updates in their order.
  /// Context: any, interrupts included; no waiter runs on the caller's stack.
  void UpdateSignals(Side side, zx_signals_t clear, zx_signals_t set) EXCLUDES(lock_) {
    Guard guard(lock_);
    UpdateSignalsLocked(side, clear, set);
  }

  /// As they were a moment ago. Acquires what came before a signal that is found set.
  zx_signals_t signals(Side side) const {
    return signals_[Index(side)].now.load(std::memory_order_acquire);
  }

  /// What zx_object_signal does, the mask checked by the caller.
  /// **Errors** ZX_ERR_PEER_CLOSED: to the peer's end, which has no handles any more.
  zx_status_t SignalEnd(Side side, zx_signals_t clear, zx_signals_t set) EXCLUDES(lock_);

  /// `co_await` yields ZX_OK once a signal of `mask` is set, ZX_ERR_CANCELED if cancelled first or
  /// if `slot`'s handle is closed or moved, ZX_ERR_NO_MEMORY before anything began.
  /// The caller holds a RefPtr to the object meanwhile.
  SignalWait WaitSignals(zx_signals_t mask, HandleSlot slot);

  /// Ends with ZX_ERR_CANCELED the waits made through `slot`, which is already retired. The first
  /// 64 observers are examined here, the others by a Runnable.
  void CancelWaitsThrough(HandleSlot slot) EXCLUDES(lock_);

  /// Ends with ZX_ERR_CANCELED the wait of `thread` in a place that this type has for it, if it
  /// still is there. True: it waits nowhere else here.
  virtual bool CancelParked(ParkedThread& /*thread*/) EXCLUDES(lock_) { return false; }

  /// How many handles lead to this end, those in messages included.
  uint32_t handle_count(Side side) const {
    return handle_counts_[Index(side)].load(std::memory_order_relaxed);
  }

  /// The last handle to `side` is gone: what must be visible at once happens in the first call.
  /// A bounded part of the work; called again, under no lock, until it returns kDone. Handles that
  /// this end owned are closed into `list`, never here: chains are not recursion.
  virtual CloseStep OnZeroHandles(Side side, CloseList& list);

 protected:
  explicit KernelObject(zx_obj_type_t type, zx_signals_t first_signals = 0,
                        zx_signals_t second_signals = 0)
      // Two koids, one an end, whether the type has two or not.
      : RetireNode(&Reclaim),
        koid_(next_koid_.fetch_add(2, std::memory_order_relaxed)),
        info_(TypeInfo(type)) {
    KASSERT((first_signals | second_signals) == 0 || info().is_waitable);
    StoreRelaxed(signals_[0].now, first_signals);
    StoreRelaxed(signals_[1].now, second_signals);
    ledger.Born(type);
  }
  ~KernelObject() override = 0;  // Every object is of one of the types.

  /// Waits for the end of the grace period; `this` is deleted there.
  void OnLastReference() final;

  void UpdateSignalsLocked(Side side, zx_signals_t clear, zx_signals_t set) REQUIRES(lock_) {
    Signals& signals = signals_[Index(side)];
    const zx_signals_t before = signals.now.load(std::memory_order_relaxed);
    const zx_signals_t now = (before & ~clear) | set;
    KASSERT(now == 0 || info().is_waitable);
    StoreRelease(signals.now, now);  // For who asks without the lock.
    if (signals.observer_count != 0) [[unlikely]]
      arch::CallAside(&NotifyLocked, this, before | uint64_t{Index(side)} << 32);
  }
  /// The same of signals that are only cleared: nobody waits for that.
  void ClearSignalsLocked(Side side, zx_signals_t clear) REQUIRES(lock_) {
    std::atomic<zx_signals_t>& now = signals_[Index(side)].now;
    StoreRelease(now, now.load(std::memory_order_relaxed) & ~clear);
  }
  zx_signals_t SignalsLocked(Side side) const REQUIRES(lock_) {
    return signals_[Index(side)].now.load(std::memory_order_relaxed);
  }
  /// Links `observer`. ZX_ERR_NO_MEMORY: one too many for the room there is.
  inline zx_status_t AddObserverLocked(SignalObserver& observer) REQUIRES(lock_);
  /// False: it is not linked any more.
  inline bool RemoveObserverLocked(SignalObserver& observer) REQUIRES(lock_);

  /// The handle of `slot` was closed or moved: ends the waits made through it that are not on the
  /// list of observers.
  virtual void OnHandleRetiredLocked(HandleSlot /*slot*/) REQUIRES(lock_) {}

  mutable SpinLock<LockRank::kObject> lock_;  // Guards the fields of derived classes too.

 private:
  friend class CloseList;
  friend class Handle;
  friend class ObserverCrowd;
  friend class ParkedThread;
  friend class PortObserver;

  static constexpr uint32_t kMaxExaminedAtOnce = 64;

  struct Signals {
    std::atomic<zx_signals_t> now{0};  // Written under lock_.
    uint32_t observer_count = 0;       // Under lock_.
  };
  struct End {
    List<SignalObserver> observers;  // Under lock_.
    ObserverCrowd* crowd = nullptr;  // From the 65th observer on; owned. Under lock_.
    uintptr_t close_next = 0;        // CloseList's, while this end is in one.
  };
  End& EndLocked(Side side) REQUIRES(lock_) { return ends_[Index(side)]; }
  // Whether one more observer is too many to be examined at once.
  bool IsCrowdedLocked(Side side) REQUIRES(lock_) {
    return ObserverCountLocked(side) >= kMaxExaminedAtOnce || EndLocked(side).crowd != nullptr;
  }
  // Links `observer`, which is not one too many.
  inline void AddToFewLocked(SignalObserver& observer) REQUIRES(lock_);
  inline void LinkObserverLocked(SignalObserver& observer) REQUIRES(lock_);
  uint32_t& ObserverCountLocked(Side side) REQUIRES(lock_) {
    return signals_[Index(side)].observer_count;
  }

  // The signals of an end, whose object's lock is held, were those in `before`; above them it has
  // the side. Tells who is met now.
  static void NotifyLocked(void* object, uint64_t before);
  static void NotifyAllLocked(End& end, Signals& signals, zx_signals_t risen);
  // For an observer that is one too many to be examined at once.
  zx_status_t PrepareCrowdLocked(End& end, SignalObserver& observer) REQUIRES(lock_);
  // The end: what ~KernelObject would do is done before it, so that most types' is a leaf.
  static void Reclaim(sched::RetireNode& node);
  void DropCrowds();

  static constinit std::atomic<zx_koid_t> next_koid_;

  const zx_koid_t koid_;
  const ObjectType& info_;
  // By side, each field as its type says. What short calls need has elements of a power of two.
  std::array<Signals, 2> signals_;
  std::array<std::atomic<uint32_t>, 2> handle_counts_{};
  std::array<End, 2> ends_;
};

inline KernelObject::~KernelObject() = default;

/// Somebody on an end's list. Everything here is guarded by the object's lock while it is linked.
class SignalObserver : public ListNode<SignalObserver> {
 public:
  /// Called under the object's lock, with the observer just unlinked. ZX_OK: `now` meets the mask;
  /// ZX_ERR_CANCELED: the handle went. After a completion the observer may be gone. True, only for
  /// ZX_ERR_CANCELED: call dispose() when the lock is released.
  using Notify = bool (*)(SignalObserver& observer, zx_status_t outcome, zx_signals_t now);
  using Dispose = void (*)(SignalObserver& observer);

  zx_signals_t mask() const { return mask_; }
  HandleSlot slot() const { return slot_; }

 protected:
  SignalObserver(Notify notify, Dispose dispose, zx_signals_t mask, HandleSlot slot)
      : notify_(notify), dispose_(dispose), mask_(mask), slot_(slot) {}
  ~SignalObserver() = default;

  // Not to be changed while it is linked.
  Notify notify_;
  const Dispose dispose_;
  zx_signals_t mask_;
  HandleSlot slot_;

 private:
  friend class KernelObject;
  friend class ObserverCrowd;

  uint64_t joined_ = 0;  // The crowd's count of updates when it came.
};

inline zx_status_t KernelObject::AddObserverLocked(SignalObserver& observer) {
  const Side side = observer.slot_.side();
  if (!IsCrowdedLocked(side)) [[likely]] {
    AddToFewLocked(observer);
    return ZX_OK;
  }
  const zx_status_t status = PrepareCrowdLocked(EndLocked(side), observer);
  if (status == ZX_OK) LinkObserverLocked(observer);
  return status;
}

inline void KernelObject::AddToFewLocked(SignalObserver& observer) {
  observer.joined_ = 0;  // It may have been in another object's crowd before.
  LinkObserverLocked(observer);
}

inline void KernelObject::LinkObserverLocked(SignalObserver& observer) {
  const Side side = observer.slot_.side();
  ++ObserverCountLocked(side);
  EndLocked(side).observers.PushBack(observer);
}

inline bool KernelObject::RemoveObserverLocked(SignalObserver& observer) {
  const Side side = observer.slot_.side();
  if (!EndLocked(side).observers.Remove(observer)) return false;
  --ObserverCountLocked(side);
  return true;
}

/// A pending wait. Lives in the waiter's coroutine frame: waiting never allocates.
/// Once started it completes exactly once, and is destroyed only after that.
class [[nodiscard]] KernelObject::SignalWait : public async::Completion, public SignalObserver {
 public:
  static constexpr uint32_t kThreadState = ZX_THREAD_STATE_BLOCKED_WAIT_ONE;

  SignalWait(KernelObject& object, zx_signals_t mask, HandleSlot slot)
      : SignalWait(object, mask, slot, &OnOutcome) {}
  SignalWait(const SignalWait&) = delete;  // The object's list holds our address.

  /// Completes with `reason` unless the wait already has an outcome.
  void Cancel(zx_status_t reason = ZX_ERR_CANCELED) EXCLUDES(object_.lock_);

  /// The signals at the moment of the outcome, and ZX_SIGNAL_HANDLE_CLOSED if that was a close.
  zx_signals_t observed() const { return observed_; }

  bool await_ready() const { return false; }  // Decided once, under the lock, below.
  bool await_suspend(std::coroutine_handle<> waiter) EXCLUDES(object_.lock_);
  zx_status_t await_resume() const { return status(); }

 protected:
  SignalWait(KernelObject& object, zx_signals_t mask, HandleSlot slot, Notify notify)
      : SignalObserver(notify, nullptr, mask, slot), object_(object) {}

  static bool OnOutcome(SignalObserver& observer, zx_status_t outcome, zx_signals_t now);

  KernelObject& object_;
  zx_signals_t observed_ = 0;  // Written under the object's lock, read after completion.
};

}  // namespace sirocco
