// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <linux/futex.h>
#include <zircon/syscalls.h>

#include <atomic>

#include "userspace/lib/libc/calls.h"
#include "userspace/lib/libc/errors.h"

namespace sirocco::libc {
namespace {

constexpr int kOperationMask = ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);

long Wait(int* word, int value, zx_instant_mono_t deadline) {
  return ErrnoFromStatus(zx_futex_wait(word, value, ZX_HANDLE_INVALID, deadline));
}

zx_duration_mono_t Nanoseconds(const timespec& time) { return ZX_SEC(time.tv_sec) + time.tv_nsec; }

/// Linux's FUTEX_REQUEUE does not look at the word; zx_futex_requeue() insists on its value.
long Requeue(int* word, uint32_t wake_count, uint32_t requeue_count, int* other) {
  zx_status_t status;
  do {
    const int value = std::atomic_ref<int>(*word).load(std::memory_order_relaxed);
    status = zx_futex_requeue(word, wake_count, value, other, requeue_count, ZX_HANDLE_INVALID);
  } while (status == ZX_ERR_BAD_STATE);
  return ErrnoFromStatus(status);
}

}  // namespace

long Futex(int* word, int operation, int value, const timespec* timeout, int* other, uint32_t set) {
  const bool is_endless = timeout == nullptr;
  switch (operation & kOperationMask) {
    case FUTEX_WAIT:
      return Wait(word, value,
                  is_endless ? ZX_TIME_INFINITE : zx_deadline_after(Nanoseconds(*timeout)));
    case FUTEX_WAIT_BITSET:
      // libstdc++'s timed waits: the time is absolute, and all clocks count from boot.
      if (set != FUTEX_BITSET_MATCH_ANY) return -ENOSYS;
      return Wait(word, value, is_endless ? ZX_TIME_INFINITE : Nanoseconds(*timeout));
    case FUTEX_WAKE:
      // How many there were is not told; musl does not ask.
      return ErrnoFromStatus(zx_futex_wake(word, static_cast<uint32_t>(value)));
    case FUTEX_REQUEUE:
      return Requeue(word, static_cast<uint32_t>(value),
                     static_cast<uint32_t>(reinterpret_cast<uintptr_t>(timeout)), other);
    default:
      return -ENOSYS;
  }
}

}  // namespace sirocco::libc
