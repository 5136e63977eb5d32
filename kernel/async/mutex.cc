// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/async/mutex.h"

namespace sirocco::async {

bool Mutex::is_locked() {
  Guard guard(lock_);
  return is_locked_;
}

void Mutex::Unlock() {
  Guard guard(lock_);
  KASSERT(is_locked_);
  // Handed over without being free in between: nobody overtakes the first waiter.
  LockOp* next = waiters_.PopFront();
  if (next == nullptr) {
    is_locked_ = false;
  } else {
    next->Complete(ZX_OK);
  }
}

bool Mutex::LockOp::await_suspend(std::coroutine_handle<> waiter) {
  Guard guard(mutex_.lock_);
  if (!mutex_.is_locked_) {
    mutex_.is_locked_ = true;
    return CompleteInline(ZX_OK);
  }
  Arm(waiter);
  mutex_.waiters_.PushBack(*this);
  return true;
}

void Mutex::LockOp::Cancel(zx_status_t reason) {
  {
    Guard guard(mutex_.lock_);
    if (!mutex_.waiters_.Remove(*this)) return;  // It has the mutex, or was cancelled before.
  }
  Complete(reason);
}

void Mutex::LockOp::Unlock() {
  if (!is_done() || status() != ZX_OK || is_released_) return;
  is_released_ = true;
  mutex_.Unlock();
}

}  // namespace sirocco::async
