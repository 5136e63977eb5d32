// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/async/cancel.h"

namespace sirocco::async {

void CancelSource::Cancel() {
  is_cancelled_.store(1, std::memory_order_release);
  // Add looks under the lock, so nobody joins behind the last batch. In batches, because the hart
  // takes no interrupts while it holds a lock.
  for (bool is_more = true; is_more;) {
    Guard guard(lock_);
    for (size_t count = 0; count < kBatch; ++count) {
      CancelListener* listener = listeners_.PopFront();
      if (listener == nullptr) break;
      listener->on_cancel_(*listener);
    }
    is_more = !listeners_.is_empty();
  }
}

bool CancelSource::Add(CancelListener& listener) {
  Guard guard(lock_);
  if (is_cancelled()) return false;
  listeners_.PushBack(listener);
  return true;
}

bool CancelSource::Remove(CancelListener& listener) {
  Guard guard(lock_);
  return listeners_.Remove(listener);
}

bool CancelledOp::await_suspend(std::coroutine_handle<> waiter) {
  Arm(waiter);
  if (!source_.Add(*this)) return CompleteInline(ZX_OK);
  return true;
}

void CancelledOp::Cancel(zx_status_t reason) {
  if (source_.Remove(*this)) Complete(reason);
}

void CancelledOp::OnCancel(CancelListener& listener) {
  static_cast<CancelledOp&>(listener).Complete(ZX_OK);
}

}  // namespace sirocco::async
