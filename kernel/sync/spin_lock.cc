// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/sync/spin_lock.h"

namespace sirocco {

const char* LockRankName(LockRank rank) {
  switch (rank) {
    case LockRank::kJobTree:
      return "job tree";
    case LockRank::kProcess:
      return "process";
    case LockRank::kAddressSpace:
      return "address space";
    case LockRank::kVmoTree:
      return "VMO tree";
    case LockRank::kLogReaders:
      return "log readers";
    case LockRank::kObject:
      return "object core";
    case LockRank::kHandleTable:
      return "handle table";
    case LockRank::kPort:
      return "port";
    case LockRank::kFutex:
      return "futex";
    case LockRank::kTimerWheel:
      return "timer wheel";
    case LockRank::kRunQueue:
      return "run queue";
    case LockRank::kFrame:
      return "frame and slab";
    case LockRank::kLog:
      return "log";
    case LockRank::kCount:
      break;
  }
  return "?";
}

namespace internal {

void SpinWord::LockContended(void* place, uint64_t) {
  auto& word = *static_cast<std::atomic<uint64_t>*>(place);
  uint32_t rounds = 0;
  do {
    // Looks before it swaps: waiting harts share the line instead of pulling it to and fro.
    while (word.load(std::memory_order_relaxed) != 0) arch::SpinRelax(rounds++);
  } while (word.exchange(1, std::memory_order_acquire) != 0);
}

namespace {
constexpr uint64_t Bit(LockRank rank) { return uint64_t{1} << static_cast<uint32_t>(rank); }
constexpr uint32_t kMaxJobDepth = 63;
}  // namespace

void CheckLockOrder(LockRank rank, uint32_t depth) {
  const arch::HartBlock& hart = arch::ThisHart();
  // An interrupt that takes the same lock on this hart would wait for itself.
  KASSERT(arch::InterruptsMasked());
  uint64_t conflicting = hart.ranks_held & ~(Bit(rank) - 1);
  if (rank == LockRank::kJobTree) {
    KASSERT(depth <= kMaxJobDepth);
    conflicting &= ~Bit(rank);  // Parent before child, checked by depth.
    if ((hart.job_depths_held >> depth) != 0) PANIC("lock order: a child job before its parent");
  }
  if (conflicting != 0) PANIC("lock order: a lock of this rank or above is held");
}

void NoteLocked(LockRank rank, uint32_t depth) {
  arch::HartBlock& hart = arch::ThisHart();
  ++hart.locks_held;
  hart.ranks_held |= Bit(rank);
  if (rank == LockRank::kJobTree) hart.job_depths_held |= uint64_t{1} << depth;
}

void NoteUnlocked(LockRank rank, uint32_t depth) {
  arch::HartBlock& hart = arch::ThisHart();
  if ((hart.ranks_held & Bit(rank)) == 0) PANIC("lock released by a hart that does not hold it");
  --hart.locks_held;
  if (rank == LockRank::kJobTree) {
    hart.job_depths_held &= ~(uint64_t{1} << depth);
    if (hart.job_depths_held != 0) return;
  }
  hart.ranks_held &= ~Bit(rank);
}

}  // namespace internal
}  // namespace sirocco
