// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/errors.h>
#include <zircon/types.h>

#include <coroutine>

#include "kernel/async/completion.h"
#include "kernel/base/list.h"
#include "kernel/sync/annotations.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco::async {

/// A lock that may be held across suspensions; first come, first served.
///
///   async::Mutex::LockOp lock = mutex.Lock();
///   auto status = co_await lock;        // ZX_OK: held until `lock` ends or Unlock().
class Mutex {
 public:
  class LockOp;

  constexpr Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;
  ~Mutex() { KASSERT(!is_locked_); }

  /// Errors of the operation: ZX_ERR_CANCELED, or the reason given to its Cancel.
  LockOp Lock();
  bool is_locked() EXCLUDES(lock_);

 private:
  // Hands over to the first waiter, if any.
  void Unlock() EXCLUDES(lock_);

  SpinLock<LockRank::kObject> lock_;
  bool is_locked_ GUARDED_BY(lock_) = false;
  List<LockOp> waiters_ GUARDED_BY(lock_);
};

/// Owns the mutex once it completed with ZX_OK, and gives it back when destroyed.
class [[nodiscard]] Mutex::LockOp : public Completion, public ListNode<LockOp> {
 public:
  explicit LockOp(Mutex& mutex) : mutex_(mutex) {}
  ~LockOp() { Unlock(); }

  /// Gives the mutex back early, if owned. Context: no lock of rank kObject or above held.
  void Unlock();
  void Cancel(zx_status_t reason = ZX_ERR_CANCELED) EXCLUDES(mutex_.lock_);

  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> waiter) EXCLUDES(mutex_.lock_);
  zx_status_t await_resume() const { return status(); }

 private:
  friend class Mutex;

  Mutex& mutex_;
  bool is_released_ = false;
};

inline Mutex::LockOp Mutex::Lock() { return LockOp(*this); }

}  // namespace sirocco::async
