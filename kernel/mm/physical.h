// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/arch/hart.h"
#include "kernel/arch/physical_memory.h"
#include "kernel/base/units.h"
#include "kernel/mm/fail_injector.h"
#include "kernel/mm/page.h"
#include "kernel/mm/sanitizer.h"
#include "kernel/sync/annotations.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco::mm {

/// Whether the page comes zeroed or with whatever it had.
enum class Fill : uint8_t { kAny, kZeroed };

/// All physical pages: a cache a hart over a buddy allocator. The fast path takes the first page of
/// this hart's cache: no lock, no atomic read-modify-write. Pages that an idle hart zeroed, or that
/// came back zero, are kept apart, for those who want them so.
///
/// With assertions a freed page is poisoned, rests in a quarantine, and is checked when it leaves;
/// one that is zero is checked when it comes and when it goes.
///
/// Locking: lock_ (rank kFrame) guards what harts share. A hart's cache is its own; the kernel runs
/// masked. A host thread that is no hart has no cache and uses the shared lists.
class PhysicalAllocator {
 public:
  static constexpr uint32_t kMaxOrder = 13;  // Blocks up to 32 MiB.

  constexpr PhysicalAllocator() = default;
  PhysicalAllocator(const PhysicalAllocator&) = delete;

  /// Takes over `free`, ascending and page aligned, out of `ram`, whose other pages count as wired.
  /// The descriptors come out of the free ranges. Context: once, by the boot hart, alone.
  void Init(std::span<const arch::PhysRange> ram, std::span<const arch::PhysRange> free);
  bool is_initialised() const { return pages_ != nullptr; }

  /// Null when there is no memory. Context: any, under no lock of rank kFrame.
  Page* Allocate(PageKind kind, Fill fill);
  void Free(Page& page);
  /// The same for a page whose every byte is zero, and that nobody writes any more: it is ready for
  /// who wants a zeroed one.
  void FreeZeroed(Page& page);

  /// `count` pages in a row, the first aligned to 2^`alignment_shift` bytes (at least a page).
  /// Contents are not cleared. Null when there is no such run.
  Page* AllocateRun(PageKind kind, size_t count, uint32_t alignment_shift = kPageShift)
      EXCLUDES(lock_);
  void FreeRun(Page& first, size_t count) EXCLUDES(lock_);

  /// Frees every page of `list`.
  void FreeAll(PageList&& list);

  /// As many are freed in a step of sched::RetireNode.
  static constexpr uint32_t kFreedInAStep = 2;

  /// Frees the pages once every hart has been quiet: until then a plain call that translated a user
  /// address may still use them. Never fails.
  void Retire(PageList&& list);

  /// For an idle hart: zeroes a few pages for later. False: there is nothing to do.
  bool ZeroSomePages() EXCLUDES(lock_);

  // --- Between pages, addresses and pointers. ---

  Page& PageAt(PhysAddr address) const {
    KASSERT(Contains(address));
    return pages_[(address - base_) >> kPageShift];
  }
  bool Contains(PhysAddr address) const {
    return address >= base_ && (address - base_) >> kPageShift < page_count_;
  }
  PhysAddr AddressOf(const Page& page) const {
    return base_ + (static_cast<uint64_t>(&page - pages_) << kPageShift);
  }
  std::byte* BytesOf(const Page& page) const {
    return direct_base_ + (static_cast<uint64_t>(&page - pages_) << kPageShift);
  }
  /// The page that `pointer`, into the direct map, lies in.
  Page& PageOf(const void* pointer) const {
    const auto offset =
        static_cast<uint64_t>(static_cast<const std::byte*>(pointer) - direct_base_);
    KASSERT(offset >> kPageShift < page_count_);
    return pages_[offset >> kPageShift];
  }

  // --- Books. ---

  struct Counts {
    std::array<uint64_t, static_cast<size_t>(PageKind::kCount)> pages{};
    uint64_t total = 0;
    uint64_t of(PageKind kind) const { return pages[static_cast<size_t>(kind)]; }
    bool operator==(const Counts&) const = default;
  };
  /// Exact when no other hart allocates meanwhile. What rests in caches and quarantine is free.
  Counts counts() const;

  /// Gives this hart's cache and the quarantine back, for tests of the buddy lists.
  void Flush() EXCLUDES(lock_);
  /// Free blocks of each order, for tests.
  std::array<size_t, kMaxOrder + 1> FreeBlocks() EXCLUDES(lock_);

 private:
  static constexpr size_t kKinds = static_cast<size_t>(PageKind::kCount);
  static constexpr uint32_t kBatch = 16;       // Pages that move between cache and shared lists.
  static constexpr uint32_t kCacheLimit = 64;  // Of plain pages, and of zeroed ones.
  static constexpr uint32_t kZeroedAtOnce = 4;
  static constexpr uint32_t kQuarantine = 64;

  struct alignas(64) Cache {
    Page* plain = nullptr;
    Page* zeroed = nullptr;
    uint32_t plain_count = 0;
    uint32_t zeroed_count = 0;
    // Written by the hart alone, read by counts().
    std::array<std::atomic<int64_t>, kKinds> used{};
  };

  // Null for a host thread that is no hart.
  Cache* ThisCache() {
    const arch::HartBlock& hart = arch::ThisHart();
    if constexpr (kAssertsEnabled) {
      if (&arch::HartAt(hart.index) != &hart) return nullptr;
    }
    return &caches_[hart.index];
  }
  void Note(Cache* cache, PageKind kind, int64_t count);
  Page* AllocateSlowly(Cache* cache, Fill fill) EXCLUDES(lock_);
  void FreeSlowly(Cache* cache, Page& page) EXCLUDES(lock_);
  void DrainPlain(Cache& cache, uint32_t keep) EXCLUDES(lock_);
  Page* TakeWithoutCache(Fill fill, bool* is_zeroed) EXCLUDES(lock_);
  void RefillZeroed(Cache& cache) EXCLUDES(lock_);
  void RefillPlain(Cache& cache) EXCLUDES(lock_);

  Page* TakeZeroedLocked() REQUIRES(lock_);
  Page* TakeBlockLocked(uint32_t order) REQUIRES(lock_);
  void GiveBlockLocked(Page& page, uint32_t order) REQUIRES(lock_);
  void GiveRangeLocked(size_t first, size_t count) REQUIRES(lock_);
  void LinkBlockLocked(Page& page, uint32_t order) REQUIRES(lock_);
  void UnlinkBlockLocked(Page& page) REQUIRES(lock_);
  void QuarantineLocked(Page& page) REQUIRES(lock_);
  bool EmptyQuarantineLocked() REQUIRES(lock_);

  void Poison(Page& page);
  void CheckPoison(Page& page);
  void CheckZero(const Page& page);
  void Zero(Page& page);
  static constexpr uint32_t kReclaimedAtOnce = 64;
  static void OnRetired(sched::RetireNode& node);

  // Fixed by Init.
  Page* pages_ = nullptr;
  size_t page_count_ = 0;
  PhysAddr base_;
  std::byte* direct_base_ = nullptr;
  uint64_t total_ = 0;
  uint64_t wired_ = 0;
  uint32_t zeroed_limit_ = 0;

  SpinLock<LockRank::kFrame> lock_;
  std::array<Page*, kMaxOrder + 1> free_ GUARDED_BY(lock_) = {};
  Page* zeroed_ GUARDED_BY(lock_) = nullptr;  // A chain: a PageList would end with the program.
  uint32_t zeroed_count_ GUARDED_BY(lock_) = 0;
  Page* quarantine_[kQuarantine] GUARDED_BY(lock_) = {};
  uint32_t quarantine_next_ GUARDED_BY(lock_) = 0;
  std::array<std::atomic<int64_t>, kKinds> used_without_hart_{};

  std::array<Cache, arch::kMaxHarts> caches_;  // Each its hart's.
};

/// All memory of this kernel.
extern PhysicalAllocator physical;

/// A zeroed page, or null.
inline Page* AllocateZeroedPage(PageKind kind) { return physical.Allocate(kind, Fill::kZeroed); }

/// For the executor's idle loop.
inline bool ZeroSomePages() { return physical.ZeroSomePages(); }

// --- Fast paths. ---

inline void PhysicalAllocator::Note(Cache* cache, PageKind kind, int64_t count) {
  auto& used = (cache != nullptr ? cache->used : used_without_hart_)[static_cast<size_t>(kind)];
  if (cache != nullptr) {
    used.store(used.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
  } else {
    used.fetch_add(count, std::memory_order_relaxed);
  }
}

inline Page* PhysicalAllocator::Allocate(PageKind kind, Fill fill) {
  if (fail_injector.ShouldFail()) return nullptr;
  Cache* cache = ThisCache();
  Page* page = nullptr;
  if (cache != nullptr && fill == Fill::kZeroed && cache->zeroed != nullptr) {
    page = cache->zeroed;
    cache->zeroed = page->chain;
    --cache->zeroed_count;
    MarkUsed(BytesOf(*page), kPageSize);
    if constexpr (kAssertsEnabled) CheckZero(*page);
  } else {
    page = AllocateSlowly(cache, fill);
    if (page == nullptr) [[unlikely]]
      return nullptr;
  }
  page->kind = kind;
  Note(cache, kind, 1);
  return page;
}

}  // namespace sirocco::mm
