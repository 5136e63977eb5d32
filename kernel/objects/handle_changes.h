// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <utility>

#include "kernel/objects/handle_table.h"

// The changes of a handle table that calls are made of, in line.

namespace sirocco {

inline HandleValue HandleTable::Encode(uint32_t index, uint32_t generation) const {
  return (((generation << 16 | index) ^ secret_) << 2) | ZX_HANDLE_FIXED_BITS_MASK;
}

inline HandleTable::Slot* HandleTable::LiveSlotLocked(HandleValue value) {
  const uint32_t name = Decode(value);
  const uint32_t index = name & 0xffff;
  if ((value & ZX_HANDLE_FIXED_BITS_MASK) != ZX_HANDLE_FIXED_BITS_MASK) return nullptr;
  if (index >= capacity_.load(std::memory_order_relaxed)) return nullptr;
  Slot& slot = SlotAt(index);
  const uint64_t meta = slot.meta.load(std::memory_order_relaxed);
  return IsLive(meta) && GenerationOf(meta) == name >> 16 ? &slot : nullptr;
}

inline zx_status_t HandleTable::ReserveLocked(uint32_t count) {
  const uint32_t wanted = live_.load(std::memory_order_relaxed) + reserved_ + count;
  if (is_closed_) [[unlikely]]
    return ZX_ERR_NO_MEMORY;
  // No more than the limit has ever been made room for, rounded up to chunks.
  if (wanted > std::min(capacity_.load(std::memory_order_relaxed), limit_)) [[unlikely]]
    return ReserveSlowlyLocked(wanted);
  return ZX_OK;
}

inline zx_handle_t HandleTable::InstallLocked(Handle handle) {
  uint32_t index = fresh_;
  if (index < capacity_.load(std::memory_order_relaxed)) {
    ++fresh_;
  } else {
    index = free_head_;
    free_head_ = static_cast<uint32_t>(SlotAt(index).object.load(std::memory_order_relaxed));
    --free_count_;
  }
  Slot& slot = SlotAt(index);
  const uint32_t generation = GenerationOf(slot.meta.load(std::memory_order_relaxed));
  const uint64_t rights = handle.rights();
  const Side side = handle.side();
  KernelObject* object = handle.Release();
  slot.object.store(reinterpret_cast<uintptr_t>(object) | Index(side), std::memory_order_relaxed);
  slot.meta.store(
      rights | uint64_t{object->type()} << kTypeShift | uint64_t{generation} << kGenerationShift,
      std::memory_order_release);
  live_.store(live_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  return Encode(index, generation);
}

inline Handle HandleTable::TakeLocked(uint32_t index, bool* was_waited) {
  Slot& slot = SlotAt(index);
  uint64_t meta = slot.meta.load(std::memory_order_relaxed);
  const uint64_t word = slot.object.load(std::memory_order_relaxed);
  const uint64_t generation = (GenerationOf(meta) + 1) & kGenerationMask;
  // Exchanged: a waiter marks the word without our lock; we see its mark, or it sees us retired.
  meta = slot.meta.exchange(generation << kGenerationShift, std::memory_order_acq_rel);
  slot.object.store(kNoSlot, std::memory_order_release);
  if (free_count_++ == 0) {
    free_head_ = index;
  } else {
    SlotAt(free_tail_).object.store(index, std::memory_order_release);
  }
  free_tail_ = index;
  live_.store(live_.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
  *was_waited = (meta & kWaited) != 0;
  return Handle::Adopt(ObjectOf(word), SideOf(word), static_cast<zx_rights_t>(meta));
}

inline Result<zx_handle_t> HandleTable::Install(Handle handle) {
  Guard guard(lock_);
  const zx_status_t status = ReserveLocked(1);
  if (status == ZX_OK) [[likely]]
    return InstallLocked(std::move(handle));
  guard.Unlock();  // The handle is closed under no lock.
  return Error(status);
}

inline zx_status_t HandleTable::Close(HandleValue value) {
  const uint32_t name = Decode(value);
  const uint32_t index = name & 0xffff;
  bool was_waited = false;
  Guard guard(lock_);
  if (LiveSlotLocked(value) == nullptr) [[unlikely]]
    return ZX_ERR_BAD_HANDLE;
  const Handle handle = TakeLocked(index, &was_waited);
  guard.Unlock();
  if (was_waited) [[unlikely]]
    CancelWaits(handle, index, name >> 16);
  return ZX_OK;
}

inline Result<zx_handle_t> HandleTable::Duplicate(HandleValue value, zx_rights_t rights) {
  Guard guard(lock_);
  const Slot* source = LiveSlotLocked(value);
  if (source == nullptr) return Error(ZX_ERR_BAD_HANDLE);
  const auto held = static_cast<zx_rights_t>(source->meta.load(std::memory_order_relaxed));
  if ((held & ZX_RIGHT_DUPLICATE) == 0) return Error(ZX_ERR_ACCESS_DENIED);
  if (rights == ZX_RIGHT_SAME_RIGHTS) rights = held;
  if ((rights & ~held) != 0) return Error(ZX_ERR_INVALID_ARGS);
  TRY_STATUS(ReserveLocked(1));
  const uint64_t word = source->object.load(std::memory_order_relaxed);
  return InstallLocked(Handle::Duplicate(*ObjectOf(word), SideOf(word), rights));
}

}  // namespace sirocco
