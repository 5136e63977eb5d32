// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/rights.h>
#include <zircon/types.h>

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include "kernel/base/atomic.h"
#include "kernel/base/ref_ptr.h"
#include "kernel/base/result.h"
#include "kernel/base/way.h"
#include "kernel/objects/handle.h"
#include "kernel/objects/handle_slot.h"
#include "kernel/objects/kernel_object.h"
#include "kernel/sched/quiet.h"
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
  bool is_found;  // Else it is not such a handle, and nothing else counts.
  T* object;
  HandleTable* table;
  uint32_t name;
  Side side;
  const std::atomic<uint64_t>* meta;
  uint64_t seen;

  HandleSlot slot() const { return HandleSlot(*table, name, side); }
  Found<T> found() const { return {*object, side, static_cast<zx_rights_t>(seen), slot()}; }
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
///   both live and of one generation: object was the handle's all the time between
///
/// A slot is found through two pointers, stored with release once what they lead to is whole: each
/// is read through the one before, which orders it without a fence. Where a directory has no chunk
/// yet, it has one whose slots are all free.
///
/// The last reference may go under any lock: the table then goes at quiet points, some chunks at a
/// time.
class HandleTable final : public RefCounted, private sched::RetireNode {
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

  // --- Changes. Those that are `inline`, or have a short way, are in handle_changes.h. ---

  /// Room for `count` more handles, before any effect. **Errors** ZX_ERR_NO_MEMORY: no memory, or
  /// the process has as many as it may.
  Result<HandleReservation> Reserve(uint32_t count) EXCLUDES(lock_);

  /// Installs it. **Errors** ZX_ERR_NO_MEMORY, as Reserve: it is closed.
  template <Way kWay = Way::kLong>
  Result<zx_handle_t> Install(Handle handle) EXCLUDES(lock_);

  /// Installs both ends of a new pair, which nobody else has. **Errors** as Install.
  template <Way kWay = Way::kLong>
  zx_status_t InstallPair(RefPtr<KernelObject> pair, zx_rights_t rights, zx_handle_t (&values)[2])
      EXCLUDES(lock_);

  /// Closes the handle, as the last act of a plain call (sched::EndPlainCall); waits made through
  /// it end. None is closed already. **Errors** ZX_ERR_BAD_HANDLE.
  inline zx_status_t Close(HandleValue value) EXCLUDES(lock_);

  /// Takes the handle out; waits made through it end. **Errors** ZX_ERR_BAD_HANDLE.
  Result<Handle> Remove(HandleValue value) EXCLUDES(lock_);

  /// Takes out a handle that is to go through `channel`. None: it may not, or waits were made
  /// through it, and nothing was done. Context: `channel`'s lock may be held.
  [[gnu::always_inline]] inline Handle TakeToTransfer(HandleValue value,
                                                      const KernelObject& channel) EXCLUDES(lock_);
  /// Installs what came so, if that takes no memory.
  [[gnu::always_inline]] inline bool TryInstall(Handle& handle, zx_handle_t* value) EXCLUDES(lock_);

  /// Installs a second handle. SAME_RIGHTS keeps the rights. **Errors** ZX_ERR_BAD_HANDLE,
  /// ZX_ERR_ACCESS_DENIED: no DUPLICATE; ZX_ERR_INVALID_ARGS: more rights; ZX_ERR_NO_MEMORY.
  template <Way kWay = Way::kLong>
  Result<zx_handle_t> Duplicate(HandleValue value, zx_rights_t rights) EXCLUDES(lock_);

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

  // A slot's meta word: rights 32 | type 8 | waited 1 | 6 zero | generation 14 | 2 zero | free 1.
  // Free: only the generation, which is that of its next use, and the last. Its object word: object
  // | side; free: the next free index, once there is one.
  static constexpr int kTypeShift = 32;
  static constexpr uint64_t kWaited = uint64_t{1} << 40;
  static constexpr int kGenerationShift = 47;
  static constexpr uint64_t kFree = uint64_t{1} << 63;
  struct Slot {
    std::atomic<uint64_t> meta{kFree};
    std::atomic<uint64_t> object{0};
  };
  static_assert(sizeof(Slot) == 16);

  static constexpr uint32_t kChunkSlots = 64;
  struct Chunk {
    std::array<Slot, kChunkSlots> slots;
  };
  // Of chunks, which follow it; an outgrown one stays, look-ups may be in it.
  struct Directory {
    Directory* const outgrown;
    const uint32_t slot_count;
    std::atomic<Chunk*>* chunks() { return reinterpret_cast<std::atomic<Chunk*>*>(this + 1); }
  };

  static constexpr uint32_t kInlineChunks = 2;
  static Chunk no_chunk_;

  static zx_obj_type_t TypeOf(uint64_t meta) { return (meta >> kTypeShift) & 0xff; }
  static uint32_t GenerationOf(uint64_t meta) {
    return static_cast<uint32_t>(meta >> kGenerationShift) & 0x3fff;
  }
  static bool IsLive(uint64_t meta) { return (meta & kFree) == 0; }
  // That of the slot when it is free next: the generation counts on, and nothing is below it.
  static uint64_t FreedMeta(uint64_t meta) {
    constexpr int kBitsAbove = 3;
    return ((meta >> kGenerationShift) + 1) << (kGenerationShift + kBitsAbove) >> kBitsAbove |
           kFree;
  }
  // Whether it is that of the handle with `name`. Neither a free slot nor a value with wrong fixed
  // bits has a name that fits.
  static bool IsNamed(uint64_t meta, uint32_t name) {
    return meta >> kGenerationShift == name >> kIndexBits;
  }
  static KernelObject* ObjectOf(uint64_t word) {
    return reinterpret_cast<KernelObject*>(word & ~uint64_t{1});
  }
  static Side SideOf(uint64_t word) { return static_cast<Side>(word & 1); }

  HandleTable(uint64_t secret, uint32_t limit);
  ~HandleTable() override;
  void OnLastReference() override { sched::Retire(*this); }
  static void Reclaim(sched::RetireNode& node);

  // A live handle's words, as they were at one moment.
  struct Seen {
    uint64_t word;
    uint64_t meta;
    uint32_t name;
  };
  Result<Seen> See(HandleValue value);

  Slot& SlotAt(uint32_t index) const { return SlotIn(*LoadConsume(directory_), index); }
  static Slot& SlotIn(Directory& directory, uint32_t index) {
    return LoadConsume(directory.chunks()[index / kChunkSlots])->slots[index % kChunkSlots];
  }
  // The slot of a live handle and its meta word; false if there is none.
  inline bool FindLocked(uint32_t name, Slot** slot, uint64_t* meta) REQUIRES(lock_);
  // A handle's name: its index, its generation, and above them its fixed bits, 0 if they are right.
  static constexpr int kIndexBits = 16;
  static uint32_t IndexOf(uint32_t name) { return name & (kMaxHandles - 1); }
  uint32_t Decode(HandleValue value) const { return std::rotr(value ^ key_, kFixedBits); }
  HandleValue Encode(uint32_t name) const { return std::rotl(name, kFixedBits) ^ key_; }
  static constexpr int kFixedBits = 2;

  zx_status_t GrowLocked() REQUIRES(lock_);
  zx_status_t ReserveSlowlyLocked(uint32_t wanted) REQUIRES(lock_);
  template <Way kWay = Way::kLong>
  zx_status_t ReserveLocked(uint32_t count) REQUIRES(lock_);
  // `word`: object | side, which has been counted.
  inline zx_handle_t InstallLocked(uint64_t word, zx_rights_t rights) REQUIRES(lock_);
  inline zx_handle_t InstallLocked(Handle handle) REQUIRES(lock_);
  // What a slot held. Waits may have been made through it.
  struct Taken {
    uint64_t word;
    uint64_t meta;
    bool was_waited() const { return (meta & kWaited) != 0; }
    Handle handle() const {
      return Handle::Adopt(ObjectOf(word), SideOf(word), static_cast<zx_rights_t>(meta));
    }
  };
  // `meta` as it was a moment ago.
  inline Taken TakeLocked(Slot& slot, uint64_t meta, uint32_t index) REQUIRES(lock_);
  // It has FreedMeta.
  inline void AddFreeLocked(Slot& slot, uint32_t index) REQUIRES(lock_);
  void Unreserve(uint32_t count) EXCLUDES(lock_);
  // Ends the waits that were made through the handle of `word` when it had `name`.
  void CancelWaits(uint64_t word, uint32_t name) EXCLUDES(lock_);
  [[gnu::cold]] zx_status_t CloseWaited(uint64_t word, uint32_t name) EXCLUDES(lock_);

  const uint32_t key_;  // The secret and the fixed bits.
  const uint32_t limit_;
  SpinLock<LockRank::kHandleTable> lock_;
  std::atomic<Directory*> directory_{nullptr};
  uint32_t capacity_ GUARDED_BY(lock_) = 0;  // Slots of the chunks there are.
  struct {
    Directory head{nullptr, kInlineChunks* kChunkSlots};
    std::array<std::atomic<Chunk*>, kInlineChunks> chunks{&no_chunk_, &no_chunk_};
  } inline_directory_;
  std::atomic<uint32_t> live_{0};  // Written under lock_.
  uint32_t reserved_ GUARDED_BY(lock_) = 0;
  uint32_t fresh_ GUARDED_BY(lock_) = 0;  // Slots from here on were never used.
  // The first free slot's index, and where the next one's goes: here, or in the last free slot.
  std::atomic<uint64_t> free_head_{0};
  std::atomic<uint64_t>* free_tail_ GUARDED_BY(lock_) = &free_head_;
  uint32_t close_next_ GUARDED_BY(lock_) = 0;
  bool is_closed_ GUARDED_BY(lock_) = false;
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

inline Result<HandleTable::Seen> HandleTable::See(HandleValue value) {
  const uint32_t name = Decode(value);
  const uint32_t index = IndexOf(name);
  Directory& directory = *LoadConsume(directory_);
  if (index >= directory.slot_count) [[unlikely]]
    return Error(ZX_ERR_BAD_HANDLE);
  const Slot& slot = SlotIn(directory, index);
  const uint64_t meta = slot.meta.load(std::memory_order_acquire);
  const uint64_t word = slot.object.load(std::memory_order_acquire);
  // Between, somebody may have marked it as waited.
  if (!IsNamed(meta, name) || !IsNamed(slot.meta.load(std::memory_order_relaxed), name))
      [[unlikely]] {
    return Error(ZX_ERR_BAD_HANDLE);
  }
  return Seen{word, meta, name};
}

inline bool HandleSlot::IsWaited() const {
  const uint64_t meta = table_->SlotAt(index()).meta.load(std::memory_order_relaxed);
  return (meta & HandleTable::kWaited) != 0 && HandleTable::IsNamed(meta, name_);
}

inline bool HandleSlot::is_retired() const {
  if (table_ == nullptr) return false;
  return !HandleTable::IsNamed(table_->SlotAt(index()).meta.load(std::memory_order_acquire), name_);
}

inline bool HandleSlot::MarkWaited() const {
  return table_ == nullptr || IsWaited() || MarkFirstWait();
}

inline Result<Found<>> HandleTable::Find(HandleValue value) {
  TRY(const Seen seen, See(value));
  const Side side = SideOf(seen.word);
  return Found<>{*ObjectOf(seen.word), side, static_cast<zx_rights_t>(seen.meta),
                 HandleSlot(*this, seen.name, side)};
}

inline bool HandleTable::IsValid(HandleValue value) {
  const uint32_t name = Decode(value);
  const uint32_t index = IndexOf(name);
  Directory& directory = *LoadConsume(directory_);
  if (index >= directory.slot_count) [[unlikely]]
    return false;
  return IsNamed(SlotIn(directory, index).meta.load(std::memory_order_acquire), name);
}

template <typename T>
Result<Found<T>> HandleTable::Get(HandleValue value, zx_rights_t needed) {
  TRY(const Seen seen, See(value));
  if constexpr (!std::is_same_v<T, KernelObject>) {
    if (TypeOf(seen.meta) != T::kType) [[unlikely]]
      return Error(ZX_ERR_WRONG_TYPE);
  }
  const auto rights = static_cast<zx_rights_t>(seen.meta);
  if ((rights & needed) != needed) [[unlikely]]
    return Error(ZX_ERR_ACCESS_DENIED);
  const Side side = SideOf(seen.word);
  return Found<T>{static_cast<T&>(*ObjectOf(seen.word)), side, rights,
                  HandleSlot(*this, seen.name, side)};
}

template <typename T>
inline FoundWaited<T> HandleTable::FindWaited(HandleValue value, zx_rights_t needed) {
  constexpr FoundWaited<T> kNothing = {};
  const uint32_t name = Decode(value);
  const uint32_t index = IndexOf(name);
  Directory& directory = *LoadConsume(directory_);
  if (index >= directory.slot_count) [[unlikely]]
    return kNothing;
  const Slot& slot = SlotIn(directory, index);
  const uint64_t meta = slot.meta.load(std::memory_order_acquire);
  const uint64_t object = slot.object.load(std::memory_order_acquire);
  const uint64_t wanted =
      kWaited | uint64_t{name >> kIndexBits} << kGenerationShift | uint64_t{T::kType} << kTypeShift;
  if (meta >> kTypeShift != wanted >> kTypeShift || (meta & needed) != needed ||
      slot.meta.load(std::memory_order_relaxed) != meta) [[unlikely]] {
    return kNothing;
  }
  return {true, static_cast<T*>(ObjectOf(object)), this, name, SideOf(object), &slot.meta, meta};
}

}  // namespace sirocco
