// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <type_traits>

#include "kernel/arch/hart.h"
#include "kernel/base/atomic.h"
#include "kernel/base/kassert.h"
#include "kernel/sync/annotations.h"
#include "kernel/sync/lock_rank.h"

namespace sirocco {

namespace internal {

// The word of a lock: 0 free, 1 held. Unlock's store is the last touch: the memory may go next.
class SpinWord {
 public:
  void Lock() {
    if (word_.exchange(1, std::memory_order_acquire) != 0) [[unlikely]]
      arch::CallAside(&LockContended, &word_, 0);
  }
  bool TryLock() { return word_.exchange(1, std::memory_order_acquire) == 0; }
  void Unlock() { StoreRelease(word_, 0); }
  bool is_locked() const { return word_.load(std::memory_order_relaxed) != 0; }

 private:
  static void LockContended(void* word, uint64_t);

  std::atomic<uint64_t> word_{0};  // As wide as a register: g++ extends the sign of less.
};

// Asserts order, and records. Called before the lock is taken, so a would-be deadlock is reported.
void CheckLockOrder(LockRank rank, uint32_t depth);
void NoteLocked(LockRank rank, uint32_t depth);
void NoteUnlocked(LockRank rank, uint32_t depth);

}  // namespace internal

/// A lock for a few hundred instructions: no suspension, no wait while it is held.
/// It does not mask interrupts; the kernel runs masked, which it asserts.
/// Context: any with interrupts masked, holding only locks of lower rank.
template <LockRank kRank>
class CAPABILITY("mutex") SpinLock {
  static_assert(kRank < LockRank::kCount);

 public:
  constexpr SpinLock() = default;
  /// A job's lock knows the job's depth: a child's is taken after its parent's.
  constexpr explicit SpinLock(uint32_t depth)
    requires(kRank == LockRank::kJobTree)
      : depth_(depth) {}
  SpinLock(const SpinLock&) = delete;
  SpinLock& operator=(const SpinLock&) = delete;
  ~SpinLock() { KASSERT(!word_.is_locked()); }

  static constexpr LockRank rank() { return kRank; }

  void Lock() ACQUIRE() {
    if constexpr (kAssertsEnabled) internal::CheckLockOrder(kRank, depth_.value());
    word_.Lock();
    Note();
  }
  [[nodiscard]] bool TryLock() TRY_ACQUIRE(true) {
    if constexpr (kAssertsEnabled) internal::CheckLockOrder(kRank, depth_.value());
    if (!word_.TryLock()) return false;
    Note();
    return true;
  }
  void Unlock() RELEASE() {
    if constexpr (kAssertsEnabled) internal::NoteUnlocked(kRank, depth_.value());
    word_.Unlock();
  }

  /// The lock goes on to be held by whoever stores 0 to its word; we have released it.
  internal::SpinWord& HandOut() RELEASE() {
    if constexpr (kAssertsEnabled) internal::NoteUnlocked(kRank, depth_.value());
    return word_;
  }

  /// Asserts that somebody holds it, and tells the analysis that it is us.
  void AssertHeld() const ASSERT_CAPABILITY(this) { KASSERT(word_.is_locked()); }

 private:
  // Only a job's lock pays for its depth.
  struct NoDepth {
    static constexpr uint32_t value() { return 0; }
  };
  struct JobDepth {
    constexpr JobDepth() = default;
    constexpr explicit JobDepth(uint32_t depth) : depth(depth) {}
    constexpr uint32_t value() const { return depth; }
    uint32_t depth = 0;
  };
  using Depth = std::conditional_t<kRank == LockRank::kJobTree, JobDepth, NoDepth>;

  void Note() {
    if constexpr (kAssertsEnabled) internal::NoteLocked(kRank, depth_.value());
  }

  internal::SpinWord word_;
  [[no_unique_address]] Depth depth_;
};

/// Holds a lock for a scope: `Guard guard(lock_);`. May be unlocked early, once or in turns.
template <typename Lock>
class [[nodiscard]] SCOPED_CAPABILITY Guard {
 public:
  explicit Guard(Lock& lock) ACQUIRE(lock) : lock_(lock) { lock_.Lock(); }
  ~Guard() RELEASE() {
    if (is_held_) lock_.Unlock();
  }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  void Unlock() RELEASE() {
    is_held_ = false;
    lock_.Unlock();
  }
  void Relock() ACQUIRE() {
    lock_.Lock();
    is_held_ = true;
  }

 private:
  Lock& lock_;
  bool is_held_ = true;
};

/// Whether this hart holds any lock: nobody suspends or goes to user mode while it does.
/// For KASSERT: locks are only counted where assertions are compiled in.
inline bool HoldsAnyLock() { return arch::ThisHart().locks_held != 0; }

}  // namespace sirocco
