// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/observer_crowd.h"

#include <bit>

#include "kernel/objects/handle_table.h"

namespace sirocco {

void ObserverCrowd::Update(zx_signals_t risen, zx_signals_t now) {
  object_.lock_.AssertHeld();
  ++updates_;
  now_ = now;
  for (zx_signals_t rest = risen; rest != 0; rest &= rest - 1) {
    risen_at_[std::countr_zero(rest)] = updates_;
  }
  has_news_ = true;
  if (is_posted_) return;
  // Retired handles are left to their own pass: what it disposes of must wait for our lock's end.
  List<SignalObserver> none;
  Step(Retired::kLeave, none);
}

void ObserverCrowd::LookForRetired(List<SignalObserver>& disposed) {
  object_.lock_.AssertHeld();
  has_news_ = true;
  if (!is_posted_) Step(Retired::kCancel, disposed);
}

void ObserverCrowd::BeginPass() {
  has_news_ = false;
  pass_updates_ = updates_;
  pass_now_ = now_;
  pass_risen_at_ = risen_at_;
  pass_remaining_ = object_.ObserverCountLocked(side_);
}

void ObserverCrowd::Step(Retired retired, List<SignalObserver>& disposed) {
  auto& end = object_.EndLocked(side_);
  for (uint32_t examined = 0; examined < KernelObject::kMaxExaminedAtOnce; ++examined) {
    if (pass_remaining_ == 0 && has_news_) BeginPass();
    // Cancelled waits leave the list by themselves, so it may be shorter than the pass believed.
    if (pass_remaining_ == 0 || end.observers.is_empty()) break;
    --pass_remaining_;
    Examine(*end.observers.PopFront(), retired, disposed);
  }
  if (end.observers.is_empty()) {
    pass_remaining_ = 0;
    has_news_ = false;
  }
  if (pass_remaining_ == 0 && !has_news_) return;
  object_.AddRef();  // Continue gives it back.
  is_posted_ = true;
  async::CurrentExecutor().Post(*this);
}

void ObserverCrowd::Examine(SignalObserver& observer, Retired retired,
                            List<SignalObserver>& disposed) {
  auto& end = object_.EndLocked(side_);
  const zx_signals_t risen = RisenFor(observer);
  if (risen != 0) {
    --object_.ObserverCountLocked(side_);
    observer.notify_(observer, ZX_OK, pass_now_ | risen);
  } else if (retired == Retired::kCancel && observer.slot_.is_retired()) {
    --object_.ObserverCountLocked(side_);
    const zx_signals_t now = object_.SignalsLocked(side_) | ZX_SIGNAL_HANDLE_CLOSED;
    if (observer.notify_(observer, ZX_ERR_CANCELED, now)) disposed.PushBack(observer);
  } else {
    if (observer.joined_ < pass_updates_) observer.joined_ = pass_updates_;
    end.observers.PushBack(observer);
  }
}

zx_signals_t ObserverCrowd::RisenFor(const SignalObserver& observer) const {
  zx_signals_t risen = 0;
  for (zx_signals_t rest = observer.mask_; rest != 0; rest &= rest - 1) {
    const int bit = std::countr_zero(rest);
    if (pass_risen_at_[bit] > observer.joined_) risen |= zx_signals_t{1} << bit;
  }
  return risen;
}

void ObserverCrowd::Continue(Runnable& runnable) {
  auto& crowd = static_cast<ObserverCrowd&>(runnable);
  const RefPtr<KernelObject> object = AdoptRef(&crowd.object_);
  List<SignalObserver> disposed;
  {
    Guard guard(crowd.object_.lock_);
    crowd.is_posted_ = false;
    crowd.Step(Retired::kCancel, disposed);
  }
  DisposeAll(disposed);
}

void ObserverCrowd::DisposeAll(List<SignalObserver>& disposed) {
  while (SignalObserver* observer = disposed.PopFront()) observer->dispose_(*observer);
}

}  // namespace sirocco
