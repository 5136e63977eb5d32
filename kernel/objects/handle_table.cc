// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/handle_table.h"

#include <algorithm>
#include <cstddef>
#include <new>

#include "kernel/objects/handle_changes.h"

namespace sirocco {

constinit HandleTable::Chunk HandleTable::no_chunk_;

bool HandleSlot::MarkFirstWait() const {
  std::atomic<uint64_t>& word = table_->SlotAt(index()).meta;
  uint64_t meta = word.load(std::memory_order_acquire);
  do {
    if (!HandleTable::IsNamed(meta, name_)) return false;
    if ((meta & HandleTable::kWaited) != 0) return true;
  } while (!word.compare_exchange_weak(meta, meta | HandleTable::kWaited));
  return true;
}

Result<RefPtr<HandleTable>> HandleTable::Create(uint64_t secret, uint32_t limit) {
  RefPtr<HandleTable> table =
      AdoptRef(new (std::nothrow) HandleTable(secret, std::min(limit, kMaxHandles)));
  if (!table) return Error(ZX_ERR_NO_MEMORY);
  return table;
}

HandleTable::HandleTable(uint64_t secret, uint32_t limit)
    : RetireNode(&Reclaim),
      key_(static_cast<uint32_t>(secret) | ZX_HANDLE_FIXED_BITS_MASK),
      limit_(limit) {
  static_assert(offsetof(decltype(inline_directory_), chunks) == sizeof(Directory));
  StoreRelaxed(directory_, &inline_directory_.head);
}

HandleTable::~HandleTable() {
  KASSERT(count() == 0 && capacity_ == 0);
  Directory* directory = LoadConsume(directory_);
  while (directory->outgrown != nullptr) {  // That of the inline one is null.
    ::operator delete(std::exchange(directory, directory->outgrown));
  }
}

// Nobody looks anything up any more.
void HandleTable::Reclaim(sched::RetireNode& node) NO_THREAD_SAFETY_ANALYSIS {
  constexpr uint32_t kChunksAtOnce = 32;
  constexpr uint32_t kChunksPerStep = 4;
  auto& table = static_cast<HandleTable&>(node);
  std::atomic<Chunk*>* const chunks = LoadConsume(table.directory_)->chunks();
  const uint32_t count = std::min(table.capacity_ / kChunkSlots, kChunksAtOnce);
  for (uint32_t i = 0; i < count; ++i) {
    table.capacity_ -= kChunkSlots;
    delete LoadConsume(chunks[table.capacity_ / kChunkSlots]);
  }
  sched::ReclaimTook(count / kChunksPerStep);
  if (table.capacity_ != 0) {
    sched::ReclaimOn(node);
  } else {
    delete &table;
  }
}

zx_status_t HandleTable::GrowLocked() {
  const uint32_t count = capacity_ / kChunkSlots;
  Directory* directory = LoadConsume(directory_);
  if (capacity_ == directory->slot_count) {
    const uint32_t size =
        std::min<uint32_t>(count == kInlineChunks ? 32 : 1024, kMaxHandles / kChunkSlots);
    void* memory = ::operator new(sizeof(Directory) + size * sizeof(Chunk*), std::nothrow);
    if (memory == nullptr) return ZX_ERR_NO_MEMORY;
    auto* larger = new (memory) Directory{directory, size * kChunkSlots};
    for (uint32_t i = 0; i < size; ++i) {
      new (&larger->chunks()[i])
          std::atomic<Chunk*>(i < count ? LoadConsume(directory->chunks()[i]) : &no_chunk_);
    }
    StoreRelease(directory_, larger);
    directory = larger;
  }
  auto* chunk = new (std::nothrow) Chunk;
  if (chunk == nullptr) return ZX_ERR_NO_MEMORY;
  StoreRelease(directory->chunks()[count], chunk);
  capacity_ += kChunkSlots;
  return ZX_OK;
}

zx_status_t HandleTable::ReserveSlowlyLocked(uint32_t wanted) {
  if (wanted > limit_) return ZX_ERR_NO_MEMORY;
  while (capacity_ < wanted) {
    TRY_STATUS(GrowLocked());
  }
  return ZX_OK;
}

Result<HandleReservation> HandleTable::Reserve(uint32_t count) {
  Guard guard(lock_);
  TRY_STATUS(ReserveLocked(count));
  reserved_ += count;
  return HandleReservation(*this, count);
}

void HandleTable::Unreserve(uint32_t count) {
  Guard guard(lock_);
  reserved_ -= count;
}

Result<Handle> HandleTable::Remove(HandleValue value) {
  const uint32_t name = Decode(value);
  Slot* slot = nullptr;
  uint64_t meta = 0;
  Guard guard(lock_);
  if (!FindLocked(name, &slot, &meta)) return Error(ZX_ERR_BAD_HANDLE);
  const Taken taken = TakeLocked(*slot, meta, IndexOf(name));
  guard.Unlock();
  if (taken.was_waited()) CancelWaits(taken.word, name);
  return taken.handle();
}

void HandleTable::CancelWaits(uint64_t word, uint32_t name) {
  ObjectOf(word)->CancelWaitsThrough(HandleSlot(*this, name, SideOf(word)));
}

zx_status_t HandleTable::CloseWaited(uint64_t word, uint32_t name) {
  CancelWaits(word, name);
  return Handle::CloseLast(*ObjectOf(word), SideOf(word));
}

Result<Handle> HandleTable::Copy(HandleValue value) {
  Guard guard(lock_);
  Slot* source = nullptr;
  uint64_t meta = 0;
  if (!FindLocked(Decode(value), &source, &meta)) return Error(ZX_ERR_BAD_HANDLE);
  const uint64_t word = source->object.load(std::memory_order_relaxed);
  return Handle::Duplicate(*ObjectOf(word), SideOf(word), static_cast<zx_rights_t>(meta));
}

bool HandleTable::CloseSome(CloseList& list, uint32_t max) {
  for (uint32_t closed = 0; closed < max; ++closed) {
    Taken taken;
    uint32_t name = 0;
    {
      Guard guard(lock_);
      is_closed_ = true;
      while (close_next_ < fresh_ &&
             !IsLive(SlotAt(close_next_).meta.load(std::memory_order_relaxed))) {
        ++close_next_;
        if (++closed >= max) break;
      }
      // A slot behind us may still be filled by who had reserved it: they are looked at again.
      if (close_next_ >= fresh_) {
        close_next_ = 0;
        return count() != 0 || reserved_ != 0;
      }
      Slot& slot = SlotAt(close_next_);
      const uint64_t meta = slot.meta.load(std::memory_order_relaxed);
      if (!IsLive(meta)) return true;
      name = GenerationOf(meta) << kIndexBits | close_next_;
      taken = TakeLocked(slot, meta, close_next_);
    }
    if (taken.was_waited()) CancelWaits(taken.word, name);
    taken.handle().CloseInto(list);
  }
  return true;
}

bool HandleTable::CountByType(uint32_t (&counts)[ZX_OBJ_TYPE_UPPER_BOUND], uint32_t* next) {
  constexpr uint32_t kSlotsAtOnce = 1024;
  Guard guard(lock_);
  const uint32_t end = std::min(fresh_, *next + kSlotsAtOnce);
  for (; *next < end; ++*next) {
    const uint64_t meta = SlotAt(*next).meta.load(std::memory_order_relaxed);
    if (IsLive(meta)) ++counts[TypeOf(meta)];
  }
  return *next < fresh_;
}

zx_handle_t HandleReservation::Install(Handle handle) {
  KASSERT(count_ != 0);
  --count_;
  Guard guard(table_->lock_);
  --table_->reserved_;
  return table_->InstallLocked(std::move(handle));
}

void HandleReservation::Install(std::span<Handle> handles, zx_handle_t* values) {
  KASSERT(count_ >= handles.size());
  count_ -= static_cast<uint32_t>(handles.size());
  Guard guard(table_->lock_);
  table_->reserved_ -= static_cast<uint32_t>(handles.size());
  for (Handle& handle : handles) *values++ = table_->InstallLocked(std::move(handle));
}

}  // namespace sirocco
