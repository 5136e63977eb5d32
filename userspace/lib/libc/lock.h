// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/syscalls.h>

#include <atomic>

#include "userspace/lib/libc/annotations.h"

namespace sirocco::libc {

/// The lock beneath the C library, whose own need it to work. Not recursive.
/// States: 0 free, 1 held, 2 held and somebody may sleep.
class CAPABILITY("lock") Lock {
 public:
  void Acquire() ACQUIRE() {
    int expected = 0;
    if (state_.compare_exchange_strong(expected, 1, std::memory_order_acquire)) return;
    // Who had to wait holds it as 2: whether others still sleep is not known.
    while (state_.exchange(2, std::memory_order_acquire) != 0) {
      zx_futex_wait(word(), 2, ZX_HANDLE_INVALID, ZX_TIME_INFINITE);
    }
  }

  void Release() RELEASE() {
    if (state_.exchange(0, std::memory_order_release) == 2) zx_futex_wake(word(), 1);
  }

 private:
  zx_futex_t* word() { return reinterpret_cast<zx_futex_t*>(&state_); }

  static_assert(sizeof(std::atomic<int>) == sizeof(zx_futex_t));
  std::atomic<int> state_ = 0;
};

class SCOPED_CAPABILITY LockGuard {
 public:
  explicit LockGuard(Lock& lock) ACQUIRE(lock) : lock_(lock) { lock_.Acquire(); }
  ~LockGuard() RELEASE() { lock_.Release(); }
  LockGuard(const LockGuard&) = delete;
  LockGuard& operator=(const LockGuard&) = delete;

 private:
  Lock& lock_;
};

}  // namespace sirocco::libc
