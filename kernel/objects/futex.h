// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/syscalls/object.h>
#include <zircon/types.h>

#include <array>
#include <coroutine>
#include <cstdint>

#include "kernel/async/completion.h"
#include "kernel/base/list.h"
#include "kernel/base/result.h"
#include "kernel/sync/annotations.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco {

class FutexTable;

/// Reads a futex's word once, under the table's lock: nobody wakes between the look and the wait.
class FutexProbe {
 public:
  /// ZX_OK: the word is as expected; ZX_ERR_BAD_STATE: it is not; other: it cannot be read now, and
  /// nothing was done.
  virtual zx_status_t Check() const = 0;

 protected:
  ~FutexProbe() = default;
};

/// Waits on the futex at `address`. `co_await` yields ZX_OK when woken, ZX_ERR_BAD_STATE or the
/// probe's status at once, ZX_ERR_INVALID_ARGS if the owner-to-be waits on the same futex.
class [[nodiscard]] FutexWait : public async::Completion, public ListNode<FutexWait> {
 public:
  static constexpr uint32_t kThreadState = ZX_THREAD_STATE_BLOCKED_FUTEX;

  /// `thread` waits, `owner` (0: nobody) holds what it waits for. The probe outlives the start.
  FutexWait(FutexTable& table, uint64_t address, zx_koid_t thread, zx_koid_t owner,
            const FutexProbe& probe)
      : table_(table), address_(address), thread_(thread), new_owner_(owner), probe_(probe) {}
  FutexWait(const FutexWait&) = delete;

  void Cancel(zx_status_t reason = ZX_ERR_CANCELED);

  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> waiter);
  zx_status_t await_resume() const { return status(); }

 private:
  friend class FutexTable;

  FutexTable& table_;
  uint64_t address_;  // Changed by a requeue. This and what follows: the table's lock.
  const zx_koid_t thread_;
  const zx_koid_t new_owner_;
  const FutexProbe& probe_;
  zx_koid_t owner_ = ZX_KOID_INVALID;  // Of the futex; kept by the first of its waiters.
};

/// The futexes of a process. A futex exists while somebody waits on it: its owner is kept by the
/// first waiter. Waiters are woken by priority, equals in the order they came.
///
/// One lock: a requeue moves waiters between buckets, and two locks of one rank are never held.
/// TODO(priority inheritance): an owner is known but not raised; costs a bounded inversion today.
class FutexTable {
 public:
  enum class NewOwner { kNobody, kTheWoken };

  /// Wakes up to `count` and sets the owner: nobody, or (with `count` 1) the one woken.
  /// Returns how many woke.
  uint32_t Wake(uint64_t address, uint32_t count, NewOwner owner) EXCLUDES(lock_);

  struct Requeue {
    uint64_t address;
    uint32_t wake_count;
    NewOwner woken_owner;
    uint64_t target;
    uint32_t requeue_count;
    zx_koid_t target_owner;
  };
  /// Wakes, then moves waiters to `target`, in order, and sets its owner.
  /// **Errors** the probe's; ZX_ERR_INVALID_ARGS: the target's owner waits on one of the two.
  zx_status_t WakeAndRequeue(const Requeue& request, const FutexProbe& probe) EXCLUDES(lock_);

  /// The koid of the owner, or 0.
  zx_koid_t Owner(uint64_t address) EXCLUDES(lock_);

 private:
  friend class FutexWait;

  static constexpr size_t kBuckets = 16;
  using Bucket = List<FutexWait>;

  Bucket& BucketLocked(uint64_t address) REQUIRES(lock_);
  FutexWait* FirstLocked(uint64_t address) REQUIRES(lock_);
  bool IsWaitingLocked(uint64_t address, zx_koid_t thread) REQUIRES(lock_);
  void InsertLocked(FutexWait& wait) REQUIRES(lock_);
  void RemoveLocked(FutexWait& wait) REQUIRES(lock_);
  void SetOwnerLocked(uint64_t address, zx_koid_t owner) REQUIRES(lock_);
  uint32_t WakeLocked(uint64_t address, uint32_t count, NewOwner owner) REQUIRES(lock_);

  SpinLock<LockRank::kFutexBucket> lock_;
  std::array<Bucket, kBuckets> buckets_ GUARDED_BY(lock_);
};

}  // namespace sirocco
