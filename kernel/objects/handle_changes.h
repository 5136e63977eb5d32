// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <utility>

#include "kernel/base/atomic.h"
#include "kernel/objects/handle_table.h"

// The changes of a handle table that calls are made of, in line.

namespace sirocco {

inline bool HandleTable::FindLocked(uint32_t name, Slot** slot, uint64_t* meta) {
  const uint32_t index = IndexOf(name);
  if (index >= capacity_) [[unlikely]]
    return false;
  *slot = &SlotAt(index);
  *meta = (*slot)->meta.load(std::memory_order_relaxed);
  return IsNamed(*meta, name);
}

template <Way kWay>
zx_status_t HandleTable::ReserveLocked(uint32_t count) {
  const uint32_t wanted = live_.load(std::memory_order_relaxed) + reserved_ + count;
  if (is_closed_) [[unlikely]]
    return ZX_ERR_NO_MEMORY;
  // No more than the limit has ever been made room for, rounded up to chunks.
  if (wanted > std::min(capacity_, limit_)) [[unlikely]]
    return kWay == Way::kShort ? kStatusLongWay : ReserveSlowlyLocked(wanted);
  return ZX_OK;
}

inline zx_handle_t HandleTable::InstallLocked(uint64_t word, zx_rights_t rights) {
  uint32_t index = fresh_;
  if (index < capacity_) {
    ++fresh_;
  } else {
    index = static_cast<uint32_t>(free_head_.load(std::memory_order_relaxed));
    Slot& first = SlotAt(index);
    StoreRelaxed(free_head_, first.object.load(std::memory_order_relaxed));
    if (free_tail_ == &first.object) free_tail_ = &free_head_;
  }
  Slot& slot = SlotAt(index);
  const uint64_t meta = slot.meta.load(std::memory_order_relaxed) & ~kFree;
  StoreRelaxed(slot.object, word);
  StoreRelease(slot.meta, meta | uint64_t{ObjectOf(word)->type()} << kTypeShift | rights);
  StoreRelaxed(live_, live_.load(std::memory_order_relaxed) + 1);
  return Encode(GenerationOf(meta) << kIndexBits | index);
}

inline zx_handle_t HandleTable::InstallLocked(Handle handle) {
  const zx_rights_t rights = handle.rights();
  const size_t side = Index(handle.side());
  return InstallLocked(reinterpret_cast<uintptr_t>(handle.Release()) | side, rights);
}

inline HandleTable::Taken HandleTable::TakeLocked(Slot& slot, uint64_t meta, uint32_t index) {
  const uint64_t word = slot.object.load(std::memory_order_relaxed);
  // Exchanged: a waiter marks the word without our lock; we see its mark, or it sees us retired.
  meta = slot.meta.exchange(FreedMeta(meta), std::memory_order_acq_rel);
  AddFreeLocked(slot, index);
  return {word, meta};
}

inline void HandleTable::AddFreeLocked(Slot& slot, uint32_t index) {
  // The last free slot's object word changes after its meta did.
  StoreRelease(*free_tail_, index);
  free_tail_ = &slot.object;
  StoreRelaxed(live_, live_.load(std::memory_order_relaxed) - 1);
}

inline Handle HandleTable::TakeToTransfer(HandleValue value, const KernelObject& channel) {
  const uint32_t name = Decode(value);
  Slot* slot = nullptr;
  uint64_t meta = 0;
  Guard guard(lock_);
  if (!FindLocked(name, &slot, &meta)) [[unlikely]]
    return Handle();
  const uint64_t word = slot->object.load(std::memory_order_relaxed);
  // Who marks it as waited at this moment has won: its waits end under their object's lock.
  if ((meta & (kWaited | ZX_RIGHT_TRANSFER)) != ZX_RIGHT_TRANSFER || ObjectOf(word) == &channel ||
      !slot->meta.compare_exchange_strong(meta, FreedMeta(meta), std::memory_order_acq_rel))
      [[unlikely]] {
    return Handle();
  }
  AddFreeLocked(*slot, IndexOf(name));
  return Taken{word, meta}.handle();
}

inline bool HandleTable::TryInstall(Handle& handle, zx_handle_t* value) {
  Guard guard(lock_);
  if (ReserveLocked<Way::kShort>(1) != ZX_OK) [[unlikely]]
    return false;
  *value = InstallLocked(std::move(handle));
  return true;
}

template <Way kWay>
Result<zx_handle_t> HandleTable::Install(Handle handle) {
  Guard guard(lock_);
  const zx_status_t status = ReserveLocked<kWay>(1);
  if (status == ZX_OK) [[likely]]
    return InstallLocked(std::move(handle));
  guard.Unlock();  // The handle is closed under no lock.
  return Error(status);
}

template <Way kWay>
zx_status_t HandleTable::InstallPair(RefPtr<KernelObject> pair, zx_rights_t rights,
                                     zx_handle_t (&values)[2]) {
  Guard guard(lock_);
  const zx_status_t status = ReserveLocked<kWay>(2);
  if (status != ZX_OK) [[unlikely]] {
    guard.Unlock();  // The pair goes under no lock.
    return status;
  }
  values[0] = InstallLocked(Handle::OfNew(pair, Side::kFirst, rights));
  values[1] = InstallLocked(Handle::OfNew(std::move(pair), Side::kSecond, rights));
  return ZX_OK;
}

inline zx_status_t HandleTable::Close(HandleValue value) {
  const uint32_t name = Decode(value);
  Slot* slot = nullptr;
  uint64_t meta = 0;
  Guard guard(lock_);
  if (!FindLocked(name, &slot, &meta)) [[unlikely]]
    return value == ZX_HANDLE_INVALID ? ZX_OK : ZX_ERR_BAD_HANDLE;
  const Taken taken = TakeLocked(*slot, meta, IndexOf(name));
  guard.Unlock();
  if (taken.was_waited()) [[unlikely]]
    return CloseWaited(taken.word, name);
  return Handle::CloseLast(*ObjectOf(taken.word), SideOf(taken.word));
}

template <Way kWay>
Result<zx_handle_t> HandleTable::Duplicate(HandleValue value, zx_rights_t rights) {
  Slot* source = nullptr;
  uint64_t meta = 0;
  Guard guard(lock_);
  if (!FindLocked(Decode(value), &source, &meta)) [[unlikely]]
    return Error(ZX_ERR_BAD_HANDLE);
  const auto held = static_cast<zx_rights_t>(meta);
  if ((held & ZX_RIGHT_DUPLICATE) == 0) return Error(ZX_ERR_ACCESS_DENIED);
  if (rights == ZX_RIGHT_SAME_RIGHTS) rights = held;
  if ((rights & ~held) != 0) return Error(ZX_ERR_INVALID_ARGS);
  TRY_STATUS(ReserveLocked<kWay>(1));
  const uint64_t word = source->object.load(std::memory_order_relaxed);
  Handle::Count(*ObjectOf(word), SideOf(word));
  return InstallLocked(word, rights);
}

}  // namespace sirocco
