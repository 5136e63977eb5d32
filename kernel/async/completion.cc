// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/async/completion.h"

#include "kernel/async/resume.h"

namespace sirocco::async {

// The waiter, and two who would complete it (outcome and cancel, say):
//
//   waiter, in await_suspend          completers, on any hart
//   write waiter_, executor_
//   state_ = kArmed
//   publish (the object's lock)   ->  find the operation (the object's lock)
//   return true                       exchange kDone: the one that saw kArmed goes on
//                                     write status_
//   resumed: read status_         <-  Post (the run queue's lock), or the parent's word_
//
// Whoever lost the exchange touches nothing more; that the operation still exists then is its
// class's business: most find it in a list, under a lock, so there is no loser at all.

bool Completion::SetOutcome(zx_status_t status) {
  const uint32_t before = state_.exchange(kDone, std::memory_order_acq_rel);
  KASSERT(before != kIdle);
  if (before != kArmed) return false;
  status_ = status;
  return true;
}

bool Completion::Complete(zx_status_t status) {
  if (!SetOutcome(status)) return false;
  Wake();
  return true;
}

void Completion::Wake() {
  if ((waiter_ & kWaiterTag) != 0) return TellWaiter();
  executor_->Post(*this);
}

void Completion::WakeHere() {
  if ((waiter_ & kWaiterTag) != 0) return TellWaiter();
  ResumeWaiter(*this);
}

void Completion::TellWaiter() {
  auto& waiter = *reinterpret_cast<Waiter*>(waiter_ & ~kWaiterTag);
  waiter.on_done_(waiter, *this);
}

void Completion::ResumeWaiter(Runnable& runnable) {
  auto& self = static_cast<Completion&>(runnable);
  ResumeLoop(std::coroutine_handle<>::from_address(reinterpret_cast<void*>(self.waiter_)));
}

}  // namespace sirocco::async
