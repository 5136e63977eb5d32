// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/futex.h"

namespace sirocco {

FutexTable::Bucket& FutexTable::BucketLocked(uint64_t address) {
  // Words of one cache line spread; pages do not collide by their offset alone.
  return buckets_[((address >> 2) ^ (address >> 12)) % kBuckets];
}

FutexWait* FutexTable::FirstLocked(uint64_t address) {
  for (FutexWait& wait : BucketLocked(address)) {
    if (wait.address_ == address) return &wait;
  }
  return nullptr;
}

bool FutexTable::IsWaitingLocked(uint64_t address, zx_koid_t thread) {
  if (thread == ZX_KOID_INVALID) return false;
  for (FutexWait& wait : BucketLocked(address)) {
    if (wait.address_ == address && wait.thread_ == thread) return true;
  }
  return false;
}

void FutexTable::SetOwnerLocked(uint64_t address, zx_koid_t owner) {
  if (FutexWait* first = FirstLocked(address)) first->owner_ = owner;
}

void FutexTable::InsertLocked(FutexWait& wait) {
  Bucket& bucket = BucketLocked(wait.address_);
  FutexWait* const first = FirstLocked(wait.address_);
  FutexWait* before = nullptr;
  for (FutexWait& other : bucket) {
    if (other.address_ == wait.address_ && other.priority() < wait.priority()) {
      before = &other;
      break;
    }
  }
  wait.owner_ = ZX_KOID_INVALID;
  if (before == nullptr) return bucket.PushBack(wait);
  if (before == first) std::swap(wait.owner_, first->owner_);
  bucket.InsertBefore(*before, wait);
}

void FutexTable::RemoveLocked(FutexWait& wait) {
  const bool was_first = FirstLocked(wait.address_) == &wait;
  BucketLocked(wait.address_).Remove(wait);
  if (was_first) SetOwnerLocked(wait.address_, wait.owner_);
}

uint32_t FutexTable::WakeLocked(uint64_t address, uint32_t count, NewOwner owner) {
  uint32_t woken = 0;
  zx_koid_t last = ZX_KOID_INVALID;
  while (woken < count) {
    FutexWait* first = FirstLocked(address);
    if (first == nullptr) break;
    RemoveLocked(*first);
    last = first->thread_;
    ++woken;
    first->Complete(ZX_OK);
  }
  SetOwnerLocked(address, owner == NewOwner::kTheWoken ? last : ZX_KOID_INVALID);
  return woken;
}

uint32_t FutexTable::Wake(uint64_t address, uint32_t count, NewOwner owner) {
  Guard guard(lock_);
  return WakeLocked(address, count, owner);
}

zx_status_t FutexTable::WakeAndRequeue(const Requeue& request, const FutexProbe& probe) {
  Guard guard(lock_);
  if (const zx_status_t status = probe.Check(); status != ZX_OK) return status;
  if (IsWaitingLocked(request.address, request.target_owner) ||
      IsWaitingLocked(request.target, request.target_owner)) {
    return ZX_ERR_INVALID_ARGS;
  }
  WakeLocked(request.address, request.wake_count, request.woken_owner);
  for (uint32_t moved = 0; moved < request.requeue_count; ++moved) {
    FutexWait* first = FirstLocked(request.address);
    if (first == nullptr) break;
    RemoveLocked(*first);
    first->address_ = request.target;
    InsertLocked(*first);
  }
  SetOwnerLocked(request.target, request.target_owner);
  return ZX_OK;
}

zx_koid_t FutexTable::Owner(uint64_t address) {
  Guard guard(lock_);
  const FutexWait* first = FirstLocked(address);
  return first == nullptr ? ZX_KOID_INVALID : first->owner_;
}

bool FutexWait::await_suspend(std::coroutine_handle<> waiter) {
  Guard guard(table_.lock_);
  // The value first: a program that lost the race must see BAD_STATE, whatever the owner.
  const zx_status_t status = probe_.Check();
  if (status != ZX_OK) return CompleteInline(status);
  if (table_.IsWaitingLocked(address_, new_owner_)) return CompleteInline(ZX_ERR_INVALID_ARGS);
  Arm(waiter);
  table_.InsertLocked(*this);
  table_.SetOwnerLocked(address_, new_owner_);
  return true;
}

void FutexWait::Cancel(zx_status_t reason) {
  Guard guard(table_.lock_);
  if (!is_linked()) return;  // Woken first, and that stands.
  table_.RemoveLocked(*this);
  Complete(reason);
}

}  // namespace sirocco
