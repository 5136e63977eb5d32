// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/syscalls/object.h>
#include <zircon/types.h>

#include <coroutine>
#include <cstdint>
#include <optional>

#include "kernel/async/completion.h"
#include "kernel/base/treap.h"
#include "kernel/sync/annotations.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco {

class FutexTable;
class FutexWait;

/// Reads a futex's word once, under the table's lock: nobody wakes between the look and the wait.
class FutexProbe {
 public:
  /// ZX_OK: the word is as expected; ZX_ERR_BAD_STATE: it is not; other: it cannot be read now, and
  /// nothing was done.
  virtual zx_status_t Check() const = 0;

 protected:
  ~FutexProbe() = default;
};

/// What the futexes of a process know of one of its threads.
struct FutexThread {
  explicit FutexThread(zx_koid_t koid) : koid(koid) {}
  const zx_koid_t koid;
  FutexWait* wait = nullptr;  // With which it waits. Guarded by the table's lock.
};

/// Waits on the futex at `address`. `co_await` yields ZX_OK when woken, ZX_ERR_BAD_STATE or the
/// probe's status at once, ZX_ERR_INVALID_ARGS if the owner-to-be waits on the same futex.
class [[nodiscard]] FutexWait : public async::Completion, public TreapNode<FutexWait> {
 public:
  static constexpr uint32_t kThreadState = ZX_THREAD_STATE_BLOCKED_FUTEX;

  /// `thread` waits, `owner` (null: nobody) holds what it waits for. Owner and probe outlive the
  /// start.
  FutexWait(FutexTable& table, uint64_t address, FutexThread& thread, const FutexThread* owner,
            const FutexProbe& probe)
      : table_(table), address_(address), thread_(thread), new_owner_(owner), probe_(probe) {}
  FutexWait(const FutexWait&) = delete;

  void Cancel(zx_status_t reason = ZX_ERR_CANCELED);

  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> waiter);
  zx_status_t await_resume() const { return status(); }

 private:
  friend class FutexTable;
  friend struct OrderOfFutexes;

  // Its place among those with its address is its level (the more urgent, the lower), then when it
  // came there; nobody lives to see so many come.
  static constexpr int kLevelShift = 56;
  uint64_t level() const { return place_ >> kLevelShift; }
  uint64_t came() const { return place_ & ((uint64_t{1} << kLevelShift) - 1); }

  FutexTable& table_;
  uint64_t address_;  // Changed by a requeue. This and what follows: the table's lock.
  uint64_t place_ = 0;
  FutexThread& thread_;
  const FutexThread* const new_owner_;
  const FutexProbe& probe_;
  zx_koid_t owner_ = ZX_KOID_INVALID;  // Of the futex; kept by the first of its waiters.
};

struct OrderOfFutexes {
  static bool IsBefore(const FutexWait& a, const FutexWait& b) {
    return a.address_ != b.address_ ? a.address_ < b.address_ : a.place_ < b.place_;
  }
  static void Update(FutexWait&, const FutexWait*, const FutexWait*) {}
};

/// The futexes of a process. A futex exists while somebody waits on it: its owner is kept by the
/// first waiter. Waiters are woken by priority, equals in the order they came.
///
/// One lock, and one tree of all waiters by address: what a call does under the lock does not grow
/// with how many there are, but for the tree's depth. Who wakes or moves many does so in steps, and
/// means those who were there at the first.
/// TODO(priority inheritance): an owner is known but not raised; costs a bounded inversion today.
class FutexTable {
 public:
  static constexpr uint32_t kMaxAtOnce = 32;  // Woken or moved in one step.

  enum class NewOwner : uint8_t { kNobody, kTheWoken };

  /// Wakes up to `wake_count` and sets the owner: nobody, or (with a count of 1) the one woken.
  /// Then moves up to `requeue_count` to `target`, in order, and sets its owner once.
  struct Request {
    uint64_t address;
    uint32_t wake_count;
    NewOwner woken_owner;
    uint64_t target = 0;
    uint32_t requeue_count = 0;
    // Set in the step in which moving begins: who names an owner later is not overruled.
    std::optional<zx_koid_t> target_owner = {};
    uint64_t last_came = 0;  // Who came later is not meant.

    bool is_done() const { return wake_count == 0 && requeue_count == 0; }
  };
  /// The first step of a request, which then says what is left.
  void Wake(Request& request) EXCLUDES(lock_);
  /// The same with a target, whose owner will be `owner` (null: nobody), or nothing at all.
  /// **Errors** the probe's; ZX_ERR_INVALID_ARGS: the owner waits on one of the two.
  zx_status_t WakeAndRequeue(Request& request, const FutexThread* owner, const FutexProbe& probe)
      EXCLUDES(lock_);
  /// Another step, until it is done.
  void GoOn(Request& request) EXCLUDES(lock_);

  /// The koid of the owner, or 0.
  zx_koid_t Owner(uint64_t address) EXCLUDES(lock_);

 private:
  friend class FutexWait;

  // The first of those who wait there and came no later than `last_came`, or null.
  FutexWait* FirstLocked(uint64_t address, uint64_t last_came = UINT64_MAX) const REQUIRES(lock_);
  static bool IsWaitingLocked(uint64_t address, const FutexThread* thread) {
    return thread != nullptr && thread->wait != nullptr && thread->wait->address_ == address;
  }
  void InsertLocked(FutexWait& wait) REQUIRES(lock_);
  void RemoveLocked(FutexWait& wait) REQUIRES(lock_);
  void SetOwnerLocked(uint64_t address, zx_koid_t owner) REQUIRES(lock_);
  void BeginLocked(Request& request) REQUIRES(lock_);
  void StepLocked(Request& request) REQUIRES(lock_);
  // The first whom the request means, taken out; null: there is none, and no more to do.
  FutexWait* TakeFirstLocked(Request& request) REQUIRES(lock_);

  SpinLock<LockRank::kFutex> lock_;
  Treap<FutexWait, OrderOfFutexes> waits_ GUARDED_BY(lock_);
  uint64_t came_ GUARDED_BY(lock_) = 0;  // How many ever did.
};

}  // namespace sirocco
