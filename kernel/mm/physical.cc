// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/mm/physical.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <utility>

#include "kernel/base/kassert.h"

namespace sirocco::mm {

constinit PhysicalAllocator physical;

namespace {

constexpr uint64_t kPoison = 0xd5d5d5d5d5d5d5d5;
constexpr uint64_t kLargestBlock = uint64_t{1} << (kPageShift + PhysicalAllocator::kMaxOrder);

// Where the descriptors go: the first free range with room. Shortens it.
PhysAddr Carve(std::span<arch::PhysRange> free, uint64_t size_bytes) {
  for (arch::PhysRange& range : free) {
    if (range.size_bytes < size_bytes) continue;
    const PhysAddr start = range.base;
    range.base += size_bytes;
    range.size_bytes -= size_bytes;
    return start;
  }
  PANIC("no room for the page descriptors");
}

}  // namespace

void PhysicalAllocator::Init(std::span<const arch::PhysRange> ram,
                             std::span<const arch::PhysRange> free) {
  KASSERT(!is_initialised());
  std::array<arch::PhysRange, 32> ranges;
  PANIC_UNLESS(!ram.empty() && free.size() <= ranges.size());
  std::copy(free.begin(), free.end(), ranges.begin());
  const auto usable = std::span(ranges).first(free.size());

  uint64_t lowest = ~uint64_t{0};
  uint64_t highest = 0;
  for (const arch::PhysRange& bank : ram) {
    lowest = std::min(lowest, bank.base.value());
    highest = std::max(highest, bank.end().value());
    total_ += bank.size_bytes >> kPageShift;
  }
  // Blocks are aligned by their index: the first page has to be as aligned as the largest block.
  base_ = PhysAddr(RoundDown(lowest, kLargestBlock));
  page_count_ = (highest - base_.value()) >> kPageShift;
  const PhysAddr descriptors = Carve(usable, RoundUp(page_count_ * sizeof(Page), kPageSize));
  pages_ = reinterpret_cast<Page*>(arch::PhysToVirt(descriptors));
  std::memset(static_cast<void*>(pages_), 0, page_count_ * sizeof(Page));
  // Any page of the direct map tells where page 0 would be.
  direct_base_ = arch::PhysToVirt(descriptors) - (descriptors - base_);

  uint64_t free_pages = 0;
  Guard guard(lock_);
  for (const arch::PhysRange& range : usable) {
    const uint64_t count = range.size_bytes >> kPageShift;
    free_pages += count;
    MarkFree(arch::PhysToVirt(range.base), count << kPageShift);
    GiveRangeLocked((range.base - base_) >> kPageShift, count);
  }
  wired_ = total_ - free_pages;
  zeroed_limit_ = static_cast<uint32_t>(std::min<uint64_t>(free_pages / 64, 1024));
}

// --- Single pages. ---

void PhysicalAllocator::Zero(Page& page) {
  MarkUsed(BytesOf(page), kPageSize);
  std::memset(BytesOf(page), 0, kPageSize);
}

void PhysicalAllocator::Poison(Page& page) {
  auto* words = reinterpret_cast<uint64_t*>(BytesOf(page));
  MarkUsed(words, kPageSize);
  std::fill_n(words, kPageSize / sizeof(uint64_t), kPoison);
  MarkFree(words, kPageSize);
}

void PhysicalAllocator::CheckPoison(Page& page) {
  const auto* words = reinterpret_cast<const uint64_t*>(BytesOf(page));
  MarkUsed(words, kPageSize);
  for (size_t i = 0; i < kPageSize / sizeof(uint64_t); ++i) {
    if (words[i] != kPoison) PANIC("a page was written after it was freed");
  }
  MarkFree(words, kPageSize);
}

void PhysicalAllocator::CheckZero(const Page& page) {
  const auto* words = reinterpret_cast<const uint64_t*>(BytesOf(page));
  for (size_t i = 0; i < kPageSize / sizeof(uint64_t); ++i) {
    if (words[i] != 0) PANIC("a page that should be zero is not");
  }
}

Page* PhysicalAllocator::TakeZeroedLocked() {
  Page* page = zeroed_;
  if (page == nullptr) return nullptr;
  zeroed_ = page->chain;
  --zeroed_count_;
  return page;
}

void PhysicalAllocator::RefillZeroed(Cache& cache) {
  Guard guard(lock_);
  for (uint32_t i = 0; i < kBatch; ++i) {
    Page* page = TakeZeroedLocked();
    if (page == nullptr) return;
    page->chain = std::exchange(cache.zeroed, page);
    ++cache.zeroed_count;
  }
}

void PhysicalAllocator::RefillPlain(Cache& cache) {
  Guard guard(lock_);
  const auto push = [&cache](Page& page) {
    page.chain = std::exchange(cache.plain, &page);
    ++cache.plain_count;
  };
  if (Page* block = TakeBlockLocked(std::countr_zero(kBatch))) {
    for (uint32_t i = kBatch; i-- != 0;) push(block[i]);
    return;
  }
  for (uint32_t i = 0; i < kBatch; ++i) {
    Page* page = TakeBlockLocked(0);
    if (page == nullptr) page = TakeZeroedLocked();
    if (page == nullptr) break;
    push(*page);
  }
  if (cache.plain == nullptr && EmptyQuarantineLocked()) {
    if (Page* page = TakeBlockLocked(0)) push(*page);
  }
}

Page* PhysicalAllocator::TakeWithoutCache(Fill fill, bool* is_zeroed) {
  Guard guard(lock_);
  Page* page = fill == Fill::kZeroed ? TakeZeroedLocked() : nullptr;
  *is_zeroed = page != nullptr;
  if (page == nullptr) page = TakeBlockLocked(0);
  if (page == nullptr) page = TakeZeroedLocked();
  if (page == nullptr && EmptyQuarantineLocked()) page = TakeBlockLocked(0);
  return page;
}

Page* PhysicalAllocator::AllocateSlowly(Cache* cache, Fill fill) {
  bool is_zeroed = false;
  Page* page = nullptr;
  if (cache == nullptr) {
    page = TakeWithoutCache(fill, &is_zeroed);
    if (page == nullptr) return nullptr;
  } else {
    if (fill == Fill::kZeroed && cache->zeroed == nullptr) RefillZeroed(*cache);
    is_zeroed = fill == Fill::kZeroed && cache->zeroed != nullptr;
    if (!is_zeroed && cache->plain == nullptr) RefillPlain(*cache);
    // Rather a page that was zeroed in vain than none.
    const bool from_zeroed = is_zeroed || cache->plain == nullptr;
    Page*& chain = from_zeroed ? cache->zeroed : cache->plain;
    page = chain;
    if (page == nullptr) return nullptr;
    chain = page->chain;
    --(from_zeroed ? cache->zeroed_count : cache->plain_count);
  }
  if (fill == Fill::kZeroed && !is_zeroed) {
    Zero(*page);
  } else {
    MarkUsed(BytesOf(*page), kPageSize);
    if constexpr (kAssertsEnabled) {
      if (is_zeroed) CheckZero(*page);
    }
  }
  return page;
}

void PhysicalAllocator::Free(Page& page) {
  KASSERT(page.kind != PageKind::kFree);
  Cache* cache = ThisCache();
  Note(cache, page.kind, -1);
  page.kind = PageKind::kFree;
  if (!kAssertsEnabled && cache->plain_count < kCacheLimit) [[likely]] {
    page.chain = std::exchange(cache->plain, &page);
    ++cache->plain_count;
    return;
  }
  FreeSlowly(cache, page);
}

void PhysicalAllocator::FreeZeroed(Page& page) {
  KASSERT(page.kind != PageKind::kFree);
  if constexpr (kAssertsEnabled) CheckZero(page);
  Cache* cache = ThisCache();
  if (cache == nullptr || cache->zeroed_count >= kCacheLimit) [[unlikely]]
    return Free(page);
  Note(cache, page.kind, -1);
  page.kind = PageKind::kFree;
  MarkFree(BytesOf(page), kPageSize);
  page.chain = std::exchange(cache->zeroed, &page);
  ++cache->zeroed_count;
}

void PhysicalAllocator::FreeSlowly(Cache* cache, Page& page) {
  if constexpr (kAssertsEnabled) {
    Poison(page);
    Guard guard(lock_);
    QuarantineLocked(page);
  } else {
    page.chain = std::exchange(cache->plain, &page);
    ++cache->plain_count;
    DrainPlain(*cache, kCacheLimit - kBatch);
  }
}

void PhysicalAllocator::DrainPlain(Cache& cache, uint32_t keep) {
  Guard guard(lock_);
  while (cache.plain_count > keep) {
    Page* page = cache.plain;
    cache.plain = page->chain;
    --cache.plain_count;
    GiveBlockLocked(*page, 0);
  }
}

void PhysicalAllocator::QuarantineLocked(Page& page) {
  Page*& place = quarantine_[quarantine_next_++ % kQuarantine];
  Page* oldest = std::exchange(place, &page);
  if (oldest == nullptr) return;
  CheckPoison(*oldest);
  GiveBlockLocked(*oldest, 0);
}

bool PhysicalAllocator::EmptyQuarantineLocked() {
  bool found = false;
  for (Page*& place : quarantine_) {
    Page* page = std::exchange(place, nullptr);
    if (page == nullptr) continue;
    CheckPoison(*page);
    GiveBlockLocked(*page, 0);
    found = true;
  }
  return found;
}

bool PhysicalAllocator::ZeroSomePages() {
  PageList done;
  {
    Guard guard(lock_);
    while (done.size() < kZeroedAtOnce && zeroed_count_ + done.size() < zeroed_limit_) {
      Page* page = TakeBlockLocked(0);
      if (page == nullptr) break;
      done.Push(*page);
    }
  }
  if (done.is_empty()) return false;
  for (Page* page = done.head_; page != nullptr; page = page->chain) {
    Zero(*page);
    MarkFree(BytesOf(*page), kPageSize);
    if (page == done.tail_) break;
  }
  Guard guard(lock_);
  while (Page* page = done.Pop()) {
    page->chain = std::exchange(zeroed_, page);
    ++zeroed_count_;
  }
  return true;
}

void PhysicalAllocator::FreeAll(PageList&& list) {
  while (Page* page = list.Pop()) Free(*page);
}

void PhysicalAllocator::OnRetired(sched::RetireNode& node) {
  // The node is the first thing in the descriptor of the list's first page.
  auto* page = reinterpret_cast<Page*>(&node);
  uint32_t freed = 0;
  for (; page != nullptr; ++freed) {
    if (freed == kReclaimedAtOnce) {
      sched::ReclaimOn(*new (&page->words.retire) sched::RetireNode(&OnRetired));
      break;
    }
    Page* next = page->chain;
    // A table whose words are all unused has nothing but zeros, and nobody is left to write it.
    if (page->kind == PageKind::kPageTable && page->count == 0) {
      physical.FreeZeroed(*page);
    } else {
      physical.Free(*page);
    }
    page = next;
  }
  sched::ReclaimTook(freed / kFreedInAStep);
}

void PhysicalAllocator::Retire(PageList&& list) {
  if (list.is_empty()) return;
  list.tail_->chain = nullptr;
  const auto steps = 1 + static_cast<uint32_t>(list.size_) / kFreedInAStep;
  Page* first = std::exchange(list.head_, nullptr);
  list.tail_ = nullptr;
  list.size_ = 0;
  sched::Retire(*new (&first->words.retire) sched::RetireNode(&OnRetired), steps);
}

// --- Blocks. ---

void PhysicalAllocator::LinkBlockLocked(Page& page, uint32_t order) {
  page.is_block = 1;
  page.order = static_cast<uint8_t>(order);
  page.words.link = {free_[order], nullptr};
  if (free_[order] != nullptr) free_[order]->words.link.previous = &page;
  free_[order] = &page;
}

void PhysicalAllocator::UnlinkBlockLocked(Page& page) {
  page.is_block = 0;
  Page* next = page.words.link.next;
  Page* previous = page.words.link.previous;
  if (next != nullptr) next->words.link.previous = previous;
  (previous != nullptr ? previous->words.link.next : free_[page.order]) = next;
}

Page* PhysicalAllocator::TakeBlockLocked(uint32_t order) {
  uint32_t found = order;
  while (found <= kMaxOrder && free_[found] == nullptr) ++found;
  if (found > kMaxOrder) return nullptr;
  Page* page = free_[found];
  UnlinkBlockLocked(*page);
  while (found > order) {
    --found;
    LinkBlockLocked(page[size_t{1} << found], found);
  }
  return page;
}

void PhysicalAllocator::GiveBlockLocked(Page& page, uint32_t order) {
  auto index = static_cast<size_t>(&page - pages_);
  for (; order < kMaxOrder; ++order) {
    const size_t buddy = index ^ (size_t{1} << order);
    if (buddy >= page_count_ || pages_[buddy].is_block == 0 || pages_[buddy].order != order) break;
    UnlinkBlockLocked(pages_[buddy]);
    index = std::min(index, buddy);
  }
  LinkBlockLocked(pages_[index], order);
}

void PhysicalAllocator::GiveRangeLocked(size_t first, size_t count) {
  while (count != 0) {
    const auto aligned = static_cast<uint32_t>(first == 0 ? kMaxOrder : std::countr_zero(first));
    const auto fitting = static_cast<uint32_t>(std::bit_width(count) - 1);
    const uint32_t order = std::min({aligned, fitting, kMaxOrder});
    GiveBlockLocked(pages_[first], order);
    first += size_t{1} << order;
    count -= size_t{1} << order;
  }
}

Page* PhysicalAllocator::AllocateRun(PageKind kind, size_t count, uint32_t alignment_shift) {
  KASSERT(count != 0 && alignment_shift >= kPageShift);
  if (fail_injector.ShouldFail()) return nullptr;
  const auto order = static_cast<uint32_t>(
      std::max<size_t>(std::bit_width(count - 1), alignment_shift - kPageShift));
  if (order > kMaxOrder) return nullptr;
  Page* first = nullptr;
  {
    Guard guard(lock_);
    first = TakeBlockLocked(order);
    if (first == nullptr && EmptyQuarantineLocked()) first = TakeBlockLocked(order);
    if (first == nullptr) return nullptr;
    GiveRangeLocked(static_cast<size_t>(first - pages_) + count, (size_t{1} << order) - count);
  }
  for (size_t i = 0; i < count; ++i) first[i].kind = kind;
  first->count = static_cast<uint32_t>(count);
  MarkUsed(BytesOf(*first), count << kPageShift);
  Note(ThisCache(), kind, static_cast<int64_t>(count));
  return first;
}

void PhysicalAllocator::FreeRun(Page& first, size_t count) {
  KASSERT(first.kind != PageKind::kFree);
  Note(ThisCache(), first.kind, -static_cast<int64_t>(count));
  for (size_t i = 0; i < count; ++i) (&first)[i].kind = PageKind::kFree;
  MarkFree(BytesOf(first), count << kPageShift);
  Guard guard(lock_);
  GiveRangeLocked(static_cast<size_t>(&first - pages_), count);
}

// --- Books. ---

PhysicalAllocator::Counts PhysicalAllocator::counts() const {
  Counts counts;
  counts.total = total_;
  uint64_t taken = wired_;
  for (size_t kind = 0; kind < kKinds; ++kind) {
    int64_t used = used_without_hart_[kind].load(std::memory_order_relaxed);
    for (const Cache& cache : caches_) used += cache.used[kind].load(std::memory_order_relaxed);
    counts.pages[kind] = static_cast<uint64_t>(used);
    taken += static_cast<uint64_t>(used);
  }
  counts.pages[static_cast<size_t>(PageKind::kWired)] += wired_;
  counts.pages[static_cast<size_t>(PageKind::kFree)] = total_ - taken;
  return counts;
}

void PhysicalAllocator::Flush() {
  if (Cache* cache = ThisCache()) {
    DrainPlain(*cache, 0);
    Guard guard(lock_);
    while (Page* page = cache->zeroed) {
      cache->zeroed = page->chain;
      GiveBlockLocked(*page, 0);
    }
    cache->zeroed_count = 0;
  }
  Guard guard(lock_);
  EmptyQuarantineLocked();
  while (Page* page = TakeZeroedLocked()) GiveBlockLocked(*page, 0);
}

std::array<size_t, PhysicalAllocator::kMaxOrder + 1> PhysicalAllocator::FreeBlocks() {
  std::array<size_t, kMaxOrder + 1> blocks{};
  Guard guard(lock_);
  for (uint32_t order = 0; order <= kMaxOrder; ++order) {
    for (Page* page = free_[order]; page != nullptr; page = page->words.link.next) ++blocks[order];
  }
  return blocks;
}

}  // namespace sirocco::mm
