// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/async/group.h"

namespace sirocco::async {

// word_ = {starting:1, first:12, pending:12}.
//   pending   children started and not done, plus one while starting, plus one for whoever walks
//   the
//             children to cancel them. The group may be gone once it is 0, except to who made it 0.
//   first     0: nobody yet. Index + 1 of the first child to be done (Policy::kFirst).
//             kEndedByCancel: Cancel came first.
//   starting  await_suspend is still starting children: whoever sets `first` meanwhile leaves the
//             cancelling to it.
//
//   completer of child i                          starter
//   CAS: first = i + 1, and                       starts children until `first` is set
//     starting:        pending - 1                CAS: starting = 0, and
//     alone:           pending - 1 -> Settle        losers pending: keep our count, cancel, drop it
//     losers pending:  keep our count, and post     else: drop it
//                      RunCancel, which drops it  pending 0: done at once, do not suspend
//
// `first` is set once, so the children are walked once. Every update is acq_rel: who brings pending
// to 0 sees what every child wrote.

namespace {

constexpr uint32_t kPendingMask = 0xfff;
constexpr uint32_t kFirstShift = 12;
constexpr uint32_t kFirstMask = 0xfff << kFirstShift;
constexpr uint32_t kStarting = uint32_t{1} << 24;
constexpr uint32_t kEndedByCancel = 0xfff;

constexpr uint32_t Pending(uint32_t word) { return word & kPendingMask; }
constexpr uint32_t First(uint32_t word) { return (word & kFirstMask) >> kFirstShift; }

}  // namespace

bool Group::await_suspend(std::coroutine_handle<> waiter) {
  Arm(waiter);
  const uint32_t count = child_count_;
  word_.store(kStarting | (count + 1), std::memory_order_relaxed);
  uint32_t index = 0;
  for (; index < count && First(word_.load(std::memory_order_relaxed)) == 0; ++index) {
    started_count_ = static_cast<uint16_t>(index + 1);
    switch (StartChild(index)) {
      case Started::kPending:
        break;
      case Started::kDone:
        OnChildDone(index);
        break;
      case Started::kSkipped:
        word_.fetch_sub(1, std::memory_order_relaxed);
        break;
    }
  }
  return !EndStarting(count - index);
}

bool Group::EndStarting(uint32_t not_started) {
  uint32_t old = word_.load(std::memory_order_relaxed);
  uint32_t next = 0;
  bool must_cancel = false;
  do {
    const uint32_t others = Pending(old) - not_started - 1;
    must_cancel = First(old) != 0 && others != 0;
    next = (old & kFirstMask) | (must_cancel ? others + 1 : others);
  } while (!word_.compare_exchange_weak(old, next, std::memory_order_acq_rel,
                                        std::memory_order_relaxed));
  if (must_cancel) {
    CancelStarted();
    if (!DropCount()) return false;
  } else if (Pending(next) != 0) {
    return false;
  }
  CompleteInline(Settle());
  return true;
}

void Group::OnDone(Waiter& group, Completion& child) {
  static_cast<Group&>(group).OnChildDone(child.child_index_);
}

void Group::OnChildDone(uint32_t index) {
  enum { kNothing, kSettle, kCancelOthers } then;
  uint32_t old = word_.load(std::memory_order_relaxed);
  uint32_t next = 0;
  do {
    KASSERT(Pending(old) != 0);
    next = old - 1;
    then = Pending(next) == 0 ? kSettle : kNothing;
    if (policy_ == Policy::kFirst && First(old) == 0) {
      next |= (index + 1) << kFirstShift;
      if (then == kNothing && (old & kStarting) == 0) {
        next += 1;  // Our count goes to RunCancel.
        then = kCancelOthers;
      }
    }
  } while (!word_.compare_exchange_weak(old, next, std::memory_order_acq_rel,
                                        std::memory_order_relaxed));
  if (then == kSettle) {
    Complete(Settle());
  } else if (then == kCancelOthers) {
    set_function(&RunCancel);
    executor().Post(*this);
  }
}

void Group::RunCancel(Runnable& runnable) {
  auto& self = static_cast<Group&>(static_cast<Completion&>(runnable));
  self.set_function(&ResumeWaiter);
  self.CancelStarted();
  if (!self.DropCount()) return;
  // We run on the executor: the waiter goes on here, without another turn of the queue.
  const bool is_ours = self.SetOutcome(self.Settle());
  KASSERT(is_ours);
  if (is_ours) self.WakeHere();
}

void Group::Cancel(zx_status_t reason) {
  KASSERT(reason != ZX_OK);
  zx_status_t no_reason = ZX_OK;
  cancel_reason_.compare_exchange_strong(no_reason, reason, std::memory_order_relaxed);
  uint32_t old = word_.load(std::memory_order_relaxed);
  uint32_t next = 0;
  do {
    if (Pending(old) == 0 || First(old) != 0) return;  // Not started, done, or ending already.
    next = old | (kEndedByCancel << kFirstShift);
    if ((old & kStarting) == 0) next += 1;
  } while (!word_.compare_exchange_weak(old, next, std::memory_order_acq_rel,
                                        std::memory_order_relaxed));
  if ((old & kStarting) != 0) return;
  CancelStarted();
  if (DropCount()) Complete(Settle());
}

void Group::CancelStarted() {
  const uint32_t first = First(word_.load(std::memory_order_acquire));
  const zx_status_t reason = first == kEndedByCancel ? cancel_reason() : EndReason(first - 1);
  for (size_t index = 0; index < started_count_; ++index) {
    if (index + 1 != first) CancelChild(index, reason);
  }
}

bool Group::DropCount() { return Pending(word_.fetch_sub(1, std::memory_order_acq_rel)) == 1; }

zx_status_t Group::Settle() {
  // Nobody else knows the group any more: the word is ours.
  const uint32_t word = word_.load(std::memory_order_acquire);
  uint32_t first = First(word) == kEndedByCancel || First(word) == 0 ? kNobody : First(word) - 1;
  const zx_status_t status = Outcome(first);
  first_ = static_cast<uint16_t>(first);
  return status;
}

}  // namespace sirocco::async
