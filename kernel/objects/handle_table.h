// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/rights.h>
#include <zircon/types.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include "kernel/base/ref_ptr.h"
#include "kernel/base/result.h"
#include "kernel/objects/handle.h"
#include "kernel/objects/handle_slot.h"
#include "kernel/objects/kernel_object.h"
#include "kernel/sync/annotations.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco {

/// What a handle value leads to. A plain call uses `object` without a reference until its end; who
/// keeps it longer takes one with TryAddRef.
template <typename T = KernelObject>
struct Found {
  T& object;
  Side side;
  zx_rights_t rights;
  HandleSlot slot;
};

/// A handle that waits were made through before, as it was at one moment.
template <typename T>
struct FoundWaited {
  T* object;  // Null: it is not such a handle.
  HandleTable* table;
  uint32_t name;
  Side side;
  const std::atomic<uint64_t>* meta;
  uint64_t seen;

  HandleSlot slot() const { return HandleSlot(*table, name, side); }
  /// Under the object's lock, and true: its close will find the waits that are there now.
  bool is_live() const { return meta->load(std::memory_order_relaxed) == seen; }
};

class HandleReservation;

/// The handles of a process.
///
/// A value is 2 fixed bits, a 14-bit generation and a 16-bit index, the last two under a secret of
/// the process. Slots are 16 bytes in chunks of 64, taken in order, then again in FIFO order: a
/// stale value stays invalid for at least 2^14 uses of its slot.
///
/// Locking: writers take `lock_`. Look-ups take nothing:
///
///   Find                                    Install, Remove (under lock_)
///   before = meta          (acquire)        object, then meta (release)      installed
///   object                 (acquire)        meta, then object (release)      removed
///   after = meta
///   before == after and live: object was the handle's all the time between
class HandleTable final : public RefCounted {
 public:
  static constexpr uint32_t kMaxHandles = 1u << 16;

  /// `secret` is random; of it 30 bits are used. **Errors** ZX_ERR_NO_MEMORY.
  static Result<RefPtr<HandleTable>> Create(uint64_t secret, uint32_t limit = kMaxHandles);

  // --- Look-ups, without a lock. ---

  /// **Errors** ZX_ERR_BAD_HANDLE.
  Result<Found<>> Find(HandleValue value);
  /// **Errors**, in this order: ZX_ERR_BAD_HANDLE, ZX_ERR_WRONG_TYPE, ZX_ERR_ACCESS_DENIED.
  template <typename T>
  Result<Found<T>> Get(HandleValue value, zx_rights_t needed);
  /// The shortest look-up: of a handle that is all that, and is marked by HandleSlot::MarkWaited.
  template <typename T>
  FoundWaited<T> FindWaited(HandleValue value, zx_rights_t needed);
  bool IsValid(HandleValue value);

  // --- Changes. Those that are `inline` are in handle_changes.h. ---

  /// Room for `count` more handles, before any effect. **Errors** ZX_ERR_NO_MEMORY: no memory, or
  /// the process has as many as it may.
  Result<HandleReservation> Reserve(uint32_t count) EXCLUDES(lock_);

  /// Installs it. **Errors** ZX_ERR_NO_MEMORY, as Reserve: it is closed.
  inline Result<zx_handle_t> Install(Handle handle) EXCLUDES(lock_);

  /// Closes the handle; waits made through it end. **Errors** ZX_ERR_BAD_HANDLE.
  inline zx_status_t Close(HandleValue value) EXCLUDES(lock_);

  /// Takes the handle out; waits made through it end. **Errors** ZX_ERR_BAD_HANDLE.
  Result<Handle> Remove(HandleValue value) EXCLUDES(lock_);

  /// Installs a second handle. SAME_RIGHTS keeps the rights. **Errors** ZX_ERR_BAD_HANDLE,
  /// ZX_ERR_ACCESS_DENIED: no DUPLICATE; ZX_ERR_INVALID_ARGS: more rights; ZX_ERR_NO_MEMORY.
  inline Result<zx_handle_t> Duplicate(HandleValue value, zx_rights_t rights) EXCLUDES(lock_);

  /// A second handle that no process names yet, for a message. **Errors** ZX_ERR_BAD_HANDLE.
  Result<Handle> Copy(HandleValue value) EXCLUDES(lock_);

  // --- The end. ---

  /// From now on nothing is installed. Takes out up to `max` handles; returns whether some remain.
  bool CloseSome(CloseList& list, uint32_t max) EXCLUDES(lock_);

  uint32_t count() const { return live_.load(std::memory_order_relaxed); }
  /// Handles by object type, for ZX_INFO_PROCESS_HANDLE_STATS: a bounded part of the slots from
  /// `*next` on; false when it was the last.
  bool CountByType(uint32_t (&counts)[ZX_OBJ_TYPE_UPPER_BOUND], uint32_t* next) EXCLUDES(lock_);

 private:
  friend class HandleReservation;
  friend class HandleSlot;

  // A slot's meta word: rights 32 | type 8 | generation 14 | waited 1. Free: type NONE, and the
  // generation of its next use. Its object word: object | side; free: the next free index.
  struct Slot {
    std::atomic<uint64_t> object{0};
    std::atomic<uint64_t> meta{0};
  };
  static_assert(sizeof(Slot) == 16);

  static constexpr uint32_t kChunkSlots = 64;
  struct Chunk {
    std::array<Slot, kChunkSlots> slots;
  };
  struct Directory;  // Of chunks; an outgrown one stays, look-ups may be in it.

  static constexpr int kTypeShift = 32;
  static constexpr int kGenerationShift = 40;
  static constexpr uint64_t kGenerationMask = 0x3fff;
  static constexpr uint64_t kWaited = uint64_t{1} << 54;
  static constexpr uint32_t kValueMask = 0x3fffffff;
  static constexpr uint32_t kNoSlot = UINT32_MAX;
  static constexpr uint32_t kInlineChunks = 2;

  static zx_obj_type_t TypeOf(uint64_t meta) { return (meta >> kTypeShift) & 0xff; }
  static uint32_t GenerationOf(uint64_t meta) {
    return static_cast<uint32_t>(meta >> kGenerationShift) & kGenerationMask;
  }
  static bool IsLive(uint64_t meta) { return TypeOf(meta) != ZX_OBJ_TYPE_NONE; }
  static KernelObject* ObjectOf(uint64_t word) {
    return reinterpret_cast<KernelObject*>(word & ~uint64_t{1});
  }
  static Side SideOf(uint64_t word) { return static_cast<Side>(word & 1); }

  HandleTable(uint64_t secret, uint32_t limit);
  ~HandleTable() override;

  Slot& SlotAt(uint32_t index) const {
    return chunks_.load(std::memory_order_relaxed)[index / kChunkSlots]->slots[index % kChunkSlots];
  }
  // The slot of a live handle, or null.
  inline Slot* LiveSlotLocked(HandleValue value) REQUIRES(lock_);
  uint32_t Decode(HandleValue value) const { return (value >> 2) ^ secret_; }
  inline HandleValue Encode(uint32_t index, uint32_t generation) const;

  zx_status_t GrowLocked() REQUIRES(lock_);
  zx_status_t ReserveSlowlyLocked(uint32_t wanted) REQUIRES(lock_);
  inline zx_status_t ReserveLocked(uint32_t count) REQUIRES(lock_);
  inline zx_handle_t InstallLocked(Handle handle) REQUIRES(lock_);
  // What the slot held; `*was_waited`: waits may have been made through it.
  inline Handle TakeLocked(uint32_t index, bool* was_waited) REQUIRES(lock_);
  void Unreserve(uint32_t count) EXCLUDES(lock_);
  // `handle` came out of `index`, where waits were made through it.
  void CancelWaits(const Handle& handle, uint32_t index, uint32_t generation) EXCLUDES(lock_);

  const uint32_t secret_;
  const uint32_t limit_;
  SpinLock<LockRank::kHandleTable> lock_;
  // Both only grow; `capacity_` is published after what it covers.
  std::atomic<uint32_t> capacity_{0};
  std::array<Chunk*, kInlineChunks> inline_chunks_{};
  std::atomic<Chunk**> chunks_;
  std::atomic<uint32_t> live_{0};  // Written under lock_.
  uint32_t reserved_ GUARDED_BY(lock_) = 0;
  uint32_t fresh_ GUARDED_BY(lock_) = 0;  // Slots from here on were never used.
  uint32_t free_head_ GUARDED_BY(lock_) = kNoSlot;
  uint32_t free_tail_ GUARDED_BY(lock_) = kNoSlot;
  uint32_t free_count_ GUARDED_BY(lock_) = 0;
  uint32_t close_next_ GUARDED_BY(lock_) = 0;
  bool is_closed_ GUARDED_BY(lock_) = false;
  uint32_t directory_size_ GUARDED_BY(lock_) = kInlineChunks;
  Directory* directories_ GUARDED_BY(lock_) = nullptr;
};

/// Slots that are ours: installing cannot fail. Gives back what was not used.
class [[nodiscard]] HandleReservation {
 public:
  HandleReservation(HandleReservation&& other) noexcept
      : table_(other.table_), count_(std::exchange(other.count_, 0)) {}
  HandleReservation& operator=(HandleReservation&&) = delete;
  ~HandleReservation() {
    if (count_ != 0) table_->Unreserve(count_);
  }

  zx_handle_t Install(Handle handle);
  /// All of them, in order, under one lock.
  void Install(std::span<Handle> handles, zx_handle_t* values);

 private:
  friend class HandleTable;
  HandleReservation(HandleTable& table, uint32_t count) : table_(&table), count_(count) {}

  HandleTable* table_;
  uint32_t count_;
};

inline Result<Found<>> HandleTable::Find(HandleValue value) {
  const uint32_t name = Decode(value);
  const uint32_t index = name & 0xffff;
  if ((value & ZX_HANDLE_FIXED_BITS_MASK) != ZX_HANDLE_FIXED_BITS_MASK ||
      index >= capacity_.load(std::memory_order_acquire)) [[unlikely]] {
    return Error(ZX_ERR_BAD_HANDLE);
  }
  Slot& slot = SlotAt(index);
  for (;;) {
    const uint64_t before = slot.meta.load(std::memory_order_acquire);
    const uint64_t object = slot.object.load(std::memory_order_acquire);
    // Somebody marked it as waited between: look again.
    if (slot.meta.load(std::memory_order_relaxed) != before) [[unlikely]]
      continue;
    if (!IsLive(before) || GenerationOf(before) != name >> 16) [[unlikely]] {
      return Error(ZX_ERR_BAD_HANDLE);
    }
    const Side side = SideOf(object);
    return Found<>{
        *ObjectOf(object), side, static_cast<zx_rights_t>(before),
        HandleSlot(*this, static_cast<uint16_t>(index), static_cast<uint16_t>(name >> 16), side)};
  }
}

inline bool HandleTable::IsValid(HandleValue value) {
  const uint32_t name = Decode(value);
  const uint32_t index = name & 0xffff;
  if ((value & ZX_HANDLE_FIXED_BITS_MASK) != ZX_HANDLE_FIXED_BITS_MASK ||
      index >= capacity_.load(std::memory_order_acquire)) [[unlikely]] {
    return false;
  }
  const uint64_t meta = SlotAt(index).meta.load(std::memory_order_acquire);
  return IsLive(meta) && GenerationOf(meta) == name >> 16;
}

template <typename T>
Result<Found<T>> HandleTable::Get(HandleValue value, zx_rights_t needed) {
  auto found = Find(value);
  if (!found.ok()) [[unlikely]]
    return Error(found.status());
  if constexpr (!std::is_same_v<T, KernelObject>) {
    if (found->object.type() != T::kType) [[unlikely]]
      return Error(ZX_ERR_WRONG_TYPE);
  }
  if ((found->rights & needed) != needed) [[unlikely]]
    return Error(ZX_ERR_ACCESS_DENIED);
  return Found<T>{static_cast<T&>(found->object), found->side, found->rights, found->slot};
}

template <typename T>
inline FoundWaited<T> HandleTable::FindWaited(HandleValue value, zx_rights_t needed) {
  constexpr FoundWaited<T> kNothing = {};
  const uint32_t name = Decode(value);
  const uint32_t index = name & 0xffff;
  if ((value & ZX_HANDLE_FIXED_BITS_MASK) != ZX_HANDLE_FIXED_BITS_MASK ||
      index >= capacity_.load(std::memory_order_acquire)) [[unlikely]] {
    return kNothing;
  }
  Slot& slot = SlotAt(index);
  const uint64_t meta = slot.meta.load(std::memory_order_acquire);
  const uint64_t object = slot.object.load(std::memory_order_acquire);
  const uint64_t wanted =
      kWaited | uint64_t{name >> 16} << kGenerationShift | uint64_t{T::kType} << kTypeShift;
  if (meta >> kTypeShift != wanted >> kTypeShift || (meta & needed) != needed ||
      slot.meta.load(std::memory_order_relaxed) != meta) [[unlikely]] {
    return kNothing;
  }
  return {static_cast<T*>(ObjectOf(object)), this, name, SideOf(object), &slot.meta, meta};
}

}  // namespace sirocco
