// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "kernel/arch/page_table.h"
#include "kernel/arch/physical_memory.h"
#include "kernel/base/atomic.h"
#include "kernel/base/units.h"
#include "kernel/mm/page.h"
#include "kernel/mm/physical.h"

namespace sirocco::mm {

using arch::Access;

/// The translation of a user space: a tree of table pages of PageEntry::kLevels levels.
///
/// Who may do what: a leaf is written, and table pages come and go, under the space's lock;
/// besides, a VMO that loses a page clears leaves under its own lock (Clear, ClearRange). Walks
/// take no lock: entries are atomic, and a table page that was taken out is freed after a grace
/// period. By then one without words in use is zero, as it was when it came, and is kept as such.
///
///   fault, under space and VMO lock     VMO, under its lock       walk, in a plain call
///   page is in the VMO                  takes the page out        entry          (acquire)
///   leaf = page        (release)        leaf = 0                  uses the frame
///                                       frees it after a grace period
class PageTable {
 public:
  using Entry = arch::PageEntry;
  using Slot = std::atomic<uint64_t>;

  PageTable() = default;
  PageTable(const PageTable&) = delete;
  /// FreeTables has returned true, or Init failed.
  ~PageTable();

  /// **Errors** ZX_ERR_NO_MEMORY.
  zx_status_t Init();
  PhysAddr root() const { return root_; }

  // --- Walks, without a lock. ---

  /// The entry that maps `address`, as that of one page; 0 if there is none.
  uint64_t Lookup(VirtAddr address) const;

  /// The byte at `address` in the direct map if `access` is allowed there; else null.
  std::byte* Translate(VirtAddr address, Access access) const;

  /// How often a leaf went or allowed less. While that is as it was before a Translate, what that
  /// found is still so; asked again after each quiet point.
  uint64_t changes() const { return changes_.load(std::memory_order_relaxed); }
  /// For whoever keeps what a walk finds: the walk that follows sees every change that was counted.
  uint64_t changes_before_walk() const { return changes_.load(std::memory_order_acquire); }

  // --- Changes. ---

  /// The word for the leaf of `address`, its tables made. Null: no memory.
  Slot* LeafSlot(VirtAddr address);
  /// Writes a leaf into `slot`, which is empty or has another leaf.
  void Set(Slot& slot, PhysAddr frame, uint32_t permissions);

  /// Takes the leaf out; returns whether there was one.
  bool Clear(VirtAddr address);

  /// Calls `visit(address, slot)` for the leaves of [begin, end), spending one of `*budget` for
  /// each word looked at. Returns where to go on: `end` when done.
  template <typename Visit>
  VirtAddr ForEachLeaf(VirtAddr begin, VirtAddr end, uint32_t* budget, Visit visit) const;

  /// Takes the leaves of [begin, end) out, and the tables that became empty. Spends and returns as
  /// ForEachLeaf; `*cleared` counts leaves.
  VirtAddr UnmapRange(VirtAddr begin, VirtAddr end, uint32_t* budget, PageList& freed,
                      uint64_t* cleared);

  /// Takes a leaf out that ForEachLeaf found.
  void ClearSlot(Slot& slot);
  /// Changes what the leaf allows, if it is still there; 0 takes it out.
  void ProtectSlot(Slot& slot, uint32_t permissions);

  /// Takes out the tables on the way to `address` that lead nowhere any more.
  void Prune(VirtAddr address, PageList& freed);

  /// Takes all tables but the root out, some at a time; true when none are left.
  bool FreeTables(PageList& freed);

 private:
  static constexpr uint32_t kTop = Entry::kLevels - 1;
  static constexpr uint32_t kEntries = 1u << Entry::kIndexBits;
  static constexpr uint32_t kTablesAtOnce = 8;
  static constexpr uint64_t kLeafTableSpan = uint64_t{1} << (kPageShift + Entry::kIndexBits);

  static constexpr uint32_t ShiftOf(uint32_t level) {
    return static_cast<uint32_t>(kPageShift) + level * Entry::kIndexBits;
  }
  static constexpr size_t IndexOf(VirtAddr address, uint32_t level) {
    return (address >> ShiftOf(level)) & (kEntries - 1);
  }
  // Words of the root that are the user's.
  static constexpr size_t user_root_entries() { return IndexOf(arch::kUserEnd - 1, kTop) + 1; }

  static Slot* TableAt(PhysAddr address) {
    return reinterpret_cast<Slot*>(arch::PhysToVirt(address));
  }
  // The table of leaves that `address` belongs to; null: none, and `*skip_to` is behind the gap.
  Slot* LeafTable(VirtAddr address, VirtAddr* skip_to) const;
  // How many words of the table page that `slot` is in are in use.
  static std::atomic_ref<uint32_t> UseCount(Slot& slot) {
    return std::atomic_ref<uint32_t>(physical.PageOf(&slot).count);
  }
  // Takes `slot`'s table out of the tree and puts it on `freed`.
  void Detach(Slot& slot, PageList& freed);
  // After each change that takes something away, and before its grace period.
  void NoteChange() { changes_.fetch_add(1, std::memory_order_release); }

  std::atomic<uint64_t> changes_{0};
  PhysAddr root_;
  Slot* root_words_ = nullptr;
};

inline uint64_t PageTable::Lookup(VirtAddr address) const {
  if (address >= arch::kUserEnd) [[unlikely]]
    return 0;
  Slot* table = root_words_;
  for (uint32_t level = kTop;; --level) {
    const uint64_t entry = table[IndexOf(address, level)].load(std::memory_order_acquire);
    if (level == 0 || entry == 0) return entry;
    if (Entry::IsLeaf(entry)) [[unlikely]] {
      const uint64_t within = address & ((uint64_t{1} << ShiftOf(level)) - kPageSize);
      return Entry::Leaf(Entry::Address(entry) + within, Entry::Permissions(entry));
    }
    table = TableAt(Entry::Address(entry));
  }
}

inline std::byte* PageTable::Translate(VirtAddr address, Access access) const {
  if (address >= arch::kUserEnd) [[unlikely]]
    return nullptr;
  // As Lookup, for the usual page: every call that has a pointer comes this way.
  Slot* table = root_words_;
#pragma GCC unroll 4
  for (uint32_t level = kTop; level != 0; --level) {
    const uint64_t entry = LoadConsume(table[IndexOf(address, level)]);
    if (entry == 0) [[unlikely]]
      return nullptr;
    KASSERT(!Entry::IsLeaf(entry));
    table = TableAt(Entry::TableAddress(entry));
  }
  const uint64_t entry = LoadConsume(table[IndexOf(address, 0)]);
  if (!Entry::Allows(entry, arch::PermissionFor(access))) [[unlikely]]
    return nullptr;
  return arch::PhysToVirt(Entry::Address(entry)) + (address & (kPageSize - 1));
}

inline PageTable::Slot* PageTable::LeafTable(VirtAddr address, VirtAddr* skip_to) const {
  Slot* table = root_words_;
  for (uint32_t level = kTop; level != 0; --level) {
    const uint64_t entry = table[IndexOf(address, level)].load(std::memory_order_acquire);
    if (entry == 0) {
      const uint64_t span = uint64_t{1} << ShiftOf(level);
      *skip_to = RoundDown(address, span) + span;
      return nullptr;
    }
    table = TableAt(Entry::Address(entry));
  }
  return table;
}

template <typename Visit>
VirtAddr PageTable::ForEachLeaf(VirtAddr begin, VirtAddr end, uint32_t* budget, Visit visit) const {
  VirtAddr at = begin;
  while (at < end && *budget != 0) {
    Slot* table = LeafTable(at, &at);
    if (table == nullptr) {
      --*budget;
      continue;
    }
    for (size_t index = IndexOf(at, 0); index < kEntries && at < end && *budget != 0; ++index) {
      --*budget;
      if (table[index].load(std::memory_order_acquire) != 0) visit(at, table[index]);
      at += kPageSize;
    }
  }
  return at < end ? at : end;
}

}  // namespace sirocco::mm
