// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/futex.h"

#include <utility>

#include "kernel/async/executor.h"
#include "kernel/sync/random.h"

namespace sirocco {

namespace {

zx_koid_t KoidOf(const FutexThread* thread) {
  return thread == nullptr ? ZX_KOID_INVALID : thread->koid;
}

}  // namespace

FutexWait* FutexTable::FirstLocked(uint64_t address, uint64_t last_came) const {
  // Who is first at a level came first of all there: a newcomer has no older one behind it.
  for (uint64_t level = 0;;) {
    FutexWait* const first = waits_.FirstThat([=](const FutexWait& wait) {
      return wait.address_ != address ? wait.address_ > address : wait.level() >= level;
    });
    if (first == nullptr || first->address_ != address) return nullptr;
    if (first->came() <= last_came) return first;
    level = first->level() + 1;
  }
}

void FutexTable::SetOwnerLocked(uint64_t address, zx_koid_t owner) {
  if (FutexWait* first = FirstLocked(address)) first->owner_ = owner;
}

void FutexTable::InsertLocked(FutexWait& wait) {
  const auto level = static_cast<uint64_t>(async::kPriorityCount - wait.priority());
  wait.place_ = level << FutexWait::kLevelShift | ++came_;
  wait.owner_ = ZX_KOID_INVALID;
  FutexWait* const first = FirstLocked(wait.address_);
  if (first != nullptr && OrderOfFutexes::IsBefore(wait, *first)) {
    std::swap(wait.owner_, first->owner_);
  }
  waits_.Insert(wait, static_cast<uint32_t>(HiddenRandomWord()));
  wait.thread_.wait = &wait;
}

void FutexTable::RemoveLocked(FutexWait& wait) {
  const bool was_first = FirstLocked(wait.address_) == &wait;
  waits_.Remove(wait);
  wait.thread_.wait = nullptr;
  if (was_first) SetOwnerLocked(wait.address_, wait.owner_);
}

FutexWait* FutexTable::TakeFirstLocked(Request& request) {
  FutexWait* const first = FirstLocked(request.address, request.last_came);
  if (first == nullptr) {
    request.wake_count = request.requeue_count = 0;
  } else {
    RemoveLocked(*first);
  }
  return first;
}

void FutexTable::StepLocked(Request& request) {
  for (uint32_t i = 0; i < kMaxAtOnce && request.wake_count != 0; ++i) {
    FutexWait* const woken = TakeFirstLocked(request);
    if (woken == nullptr) break;
    --request.wake_count;
    if (request.woken_owner == NewOwner::kTheWoken) {
      SetOwnerLocked(request.address, woken->thread_.koid);
    }
    woken->Complete(ZX_OK);
  }
  if (request.wake_count != 0) return;
  for (uint32_t i = 0; i < kMaxAtOnce && request.requeue_count != 0; ++i) {
    FutexWait* const moved = TakeFirstLocked(request);
    if (moved == nullptr) break;
    --request.requeue_count;
    moved->address_ = request.target;
    InsertLocked(*moved);
  }
  if (request.target_owner) SetOwnerLocked(request.target, *request.target_owner);
  request.target_owner.reset();
}

void FutexTable::BeginLocked(Request& request) {
  request.last_came = came_;
  SetOwnerLocked(request.address, ZX_KOID_INVALID);
  StepLocked(request);
}

void FutexTable::Wake(Request& request) {
  Guard guard(lock_);
  BeginLocked(request);
}

void FutexTable::GoOn(Request& request) {
  Guard guard(lock_);
  StepLocked(request);
}

zx_status_t FutexTable::WakeAndRequeue(Request& request, const FutexThread* owner,
                                       const FutexProbe& probe) {
  Guard guard(lock_);
  if (const zx_status_t status = probe.Check(); status != ZX_OK) return status;
  if (IsWaitingLocked(request.address, owner) || IsWaitingLocked(request.target, owner)) {
    return ZX_ERR_INVALID_ARGS;
  }
  request.target_owner = KoidOf(owner);
  BeginLocked(request);
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
  if (FutexTable::IsWaitingLocked(address_, new_owner_)) {
    return CompleteInline(ZX_ERR_INVALID_ARGS);
  }
  Arm(waiter);
  table_.InsertLocked(*this);
  table_.SetOwnerLocked(address_, KoidOf(new_owner_));
  return true;
}

void FutexWait::Cancel(zx_status_t reason) {
  Guard guard(table_.lock_);
  if (thread_.wait != this) return;  // Woken first, and that stands.
  table_.RemoveLocked(*this);
  Complete(reason);
}

}  // namespace sirocco
