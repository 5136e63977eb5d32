// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Mappings and regions that go or change, in steps: each takes the lock, does a bounded part, tells
// the harts, and lets go of the lock.

#include <zircon/errors.h>

#include <algorithm>
#include <new>
#include <utility>

#include "kernel/async/completion.h"
#include "kernel/mm/address_space.h"
#include "kernel/sync/random.h"

namespace sirocco::mm {

// What a step asked for, in place before it is tried again.
bool AddressSpace::GetSpare(void** spare, Progress* progress) {
  progress->needs_spare = false;
  *spare = mm::Allocate(sizeof(Mapping));
  if (*spare == nullptr) progress->status = ZX_ERR_NO_MEMORY;
  return *spare != nullptr;
}

// --- Parts of mappings. ---

Mapping& AddressSpace::SplitLocked(Mapping& mapping, VirtAddr address, void** spare) {
  KASSERT(address > mapping.base() && address < mapping.end() && *spare != nullptr);
  Region& parent = *mapping.parent_;
  auto* upper = new (std::exchange(*spare, nullptr))
      Mapping(*this, address, mapping.end() - address, mapping.vmo_, mapping.OffsetOf(address),
              mapping.permissions_, mapping.allowed_);
  parent.children_.Remove(mapping);
  mapping.vmo_->WithLock([&mapping, address] { mapping.size_ = address - mapping.base_; });
  parent.children_.Insert(mapping, static_cast<uint32_t>(HiddenRandomWord()));
  LinkLocked(parent, *upper);
  mapping.vmo_->AddMapping(*upper);
  return *upper;
}

// Takes [begin, end) off `mapping`; no leaf is left there.
void AddressSpace::CutLocked(Mapping& mapping, VirtAddr begin, VirtAddr end, void** spare) {
  mapped_bytes_ -= end - begin;
  if (begin > mapping.base() && end < mapping.end()) SplitLocked(mapping, end, spare);
  if (begin == mapping.base() && end == mapping.end()) {
    if (last_fault_ == &mapping) last_fault_ = nullptr;
    if (vdso_code_ == &mapping) vdso_code_ = nullptr;
    UnlinkLocked(mapping);
    mapping.vmo_->RemoveMapping(mapping);
    delete &mapping;
    return;
  }
  Region& parent = *mapping.parent_;
  parent.children_.Remove(mapping);
  mapping.vmo_->WithLock([&] {
    if (begin == mapping.base()) {
      mapping.vmo_offset_ = mapping.OffsetOf(end);
      mapping.size_ = mapping.end() - end;
      mapping.base_ = end;
    } else {
      mapping.size_ = begin - mapping.base();
    }
  });
  parent.children_.Insert(mapping, static_cast<uint32_t>(HiddenRandomWord()));
}

void AddressSpace::UnmapPartLocked(Mapping& mapping, VirtAddr begin, VirtAddr end, void** spare,
                                   Progress* progress) {
  // A hole in the middle makes two of one; so does the first step of several that take its end.
  if (begin > mapping.base() && *spare == nullptr) {
    progress->needs_spare = true;
    return;
  }
  PageList freed;
  uint64_t cleared = 0;
  const VirtAddr next = table_.UnmapRange(begin, end, &progress->budget, freed, &cleared);
  // A table may go without a leaf: its VMO took the last one.
  if (cleared != 0 || !freed.is_empty()) {
    const auto tables = freed.is_empty() ? Tables::kKept : Tables::kFreed;
    if (Invalidate(begin, next, tables)) progress->needs_quiet = true;
  }
  progress->freed.Append(std::move(freed));
  // Only now: with the mapping the last reference to its VMO may go.
  CutLocked(mapping, begin, next, spare);
}

// --- Unmap. ---

zx_status_t AddressSpace::CheckUnmapLocked(Region& region, VirtAddr begin, VirtAddr end,
                                           Reach reach) {
  if (region.is_destroyed_) return ZX_ERR_BAD_STATE;
  const bool is_inside = begin >= region.base() && begin < end && end <= region.end();
  if (!is_inside) return ZX_ERR_INVALID_ARGS;
  if (TouchesVdsoLocked(begin, end)) return ZX_ERR_ACCESS_DENIED;
  if (region.region_count_ == 0) return ZX_OK;
  for (RegionNode* node = region.children_.FirstEndingAbove(begin);
       node != nullptr && node->base() < end;
       node = region.children_.FirstEndingAbove(node->end())) {
    if (!node->is_region()) continue;
    const bool is_whole = node->base() >= begin && node->end() <= end;
    if (!is_whole || reach == Reach::kMappings) return ZX_ERR_INVALID_ARGS;
  }
  return ZX_OK;
}

void AddressSpace::UnmapStep(Region& region, VirtAddr begin, VirtAddr end, Reach reach,
                             bool is_first, void** spare, Progress* progress) {
  Guard guard(lock_);
  BeginStep(progress);
  if (is_first) {
    progress->status = CheckUnmapLocked(region, begin, end, reach);
    if (progress->status != ZX_OK) return;
  }
  RegionNode* node = region.children_.FirstEndingAbove(begin);
  if (node == nullptr || node->base() >= end) {
    progress->is_done = true;
    return;
  }
  if (node->is_region()) {
    // Checked again: it may be new.
    const bool is_whole = node->base() >= begin && node->end() <= end;
    if (!is_whole || reach == Reach::kMappings) {
      progress->status = ZX_ERR_INVALID_ARGS;
      return;
    }
    // A part of it, which is not the end of us.
    DestroySomeLocked(static_cast<Region&>(*node), progress);
  } else {
    auto& mapping = static_cast<Mapping&>(*node);
    if (mapping.is_vdso_code_) {
      progress->status = ZX_ERR_ACCESS_DENIED;
      return;
    }
    UnmapPartLocked(mapping, std::max(begin, mapping.base()), std::min(end, mapping.end()), spare,
                    progress);
  }
  EndStep(progress);
  progress->is_done = !region.children_.Overlaps(begin, end);
}

Task<zx_status_t> AddressSpace::Unmap(RefPtr<Region> region, VirtAddr address, uint64_t size,
                                      Reach reach) {
  uint64_t rounded = 0;
  VirtAddr end = 0;
  const bool is_bad = !IsPageAligned(address) || size == 0 ||
                      RoundUpOverflow<uint64_t>(size, kPageSize, &rounded) ||
                      AddOverflow<uint64_t>(address, rounded, &end);
  if (is_bad) co_return ZX_ERR_INVALID_ARGS;
  void* spare = nullptr;
  Progress progress;
  bool is_first = true;
  for (;;) {
    UnmapStep(*region, address, end, reach, is_first, &spare, &progress);
    if (progress.needs_spare) {
      if (!GetSpare(&spare, &progress)) break;
      continue;
    }
    if (progress.status != ZX_OK || progress.is_done) break;
    is_first = false;
    async::YieldOp yield;
    co_await yield;
  }
  mm::Free(spare);
  if (progress.needs_quiet) {
    sched::QuietPointOp quiet;
    co_await quiet;
  }
  co_return progress.status;
}

// --- Regions. ---

// A step towards an empty `region`: a part of its first mapping, or of its first region's; a region
// that is empty comes out. Done when `region` itself is empty and out of its parent.
void AddressSpace::DestroySomeLocked(Region& region, Progress* progress) {
  Region* inside = &region;
  inside->is_destroyed_ = true;
  RegionNode* first = inside->children_.First();
  while (first != nullptr && first->is_region()) {
    inside = static_cast<Region*>(first);
    inside->is_destroyed_ = true;
    first = inside->children_.First();
  }
  if (first != nullptr) {
    void* no_spare = nullptr;  // From the front: never two of one.
    return UnmapPartLocked(static_cast<Mapping&>(*first), first->base(), first->end(), &no_spare,
                           progress);
  }
  if (inside == &region) progress->is_done = true;
  if (inside->parent_ == nullptr) return;
  UnlinkLocked(*inside);
  inside->Release();  // The parent's reference.
}

void AddressSpace::DestroyStep(Region& region, Progress* progress) {
  Guard guard(lock_);
  BeginStep(progress);
  DestroySomeLocked(region, progress);
  EndStep(progress);
}

zx_status_t AddressSpace::BeginDestroy(Region& region) {
  Guard guard(lock_);
  if (region.is_destroyed_) return ZX_ERR_BAD_STATE;
  if (root_ == &region) return ZX_ERR_NOT_SUPPORTED;
  if (TouchesVdsoLocked(region.base(), region.end())) return ZX_ERR_ACCESS_DENIED;
  region.is_destroyed_ = true;
  return ZX_OK;
}

Task<zx_status_t> AddressSpace::DestroyRegion(RefPtr<Region> region) {
  const zx_status_t begun = BeginDestroy(*region);
  if (begun != ZX_OK) co_return begun;
  Progress progress;
  for (;;) {
    DestroyStep(*region, &progress);
    if (progress.is_done) break;
    async::YieldOp yield;
    co_await yield;
  }
  if (progress.needs_quiet) {
    sched::QuietPointOp quiet;
    co_await quiet;
  }
  co_return ZX_OK;
}

// --- Protect. ---

zx_status_t AddressSpace::CheckProtectLocked(Region& region, VirtAddr begin, VirtAddr end,
                                             uint32_t permissions, Reach reach) {
  if (region.is_destroyed_) return ZX_ERR_BAD_STATE;
  if (begin < region.base() || begin >= end || end > region.end()) return ZX_ERR_INVALID_ARGS;
  if (TouchesVdsoLocked(begin, end)) return ZX_ERR_ACCESS_DENIED;
  for (VirtAddr at = begin; at < end;) {
    const Mapping* mapping = FindMappingLocked(region, at);
    if (mapping == nullptr) return ZX_ERR_NOT_FOUND;
    uint32_t allowed = mapping->allowed_;
    if (mapping->parent_ != &region) {
      if (reach == Reach::kMappings) return ZX_ERR_INVALID_ARGS;
      allowed &= mapping->permissions_;
    }
    if ((permissions & ~allowed) != 0) return ZX_ERR_ACCESS_DENIED;
    at = mapping->end();
  }
  return ZX_OK;
}

// Checks all, then gives every mapping of the range its new permissions; leaves follow in steps.
zx_status_t AddressSpace::BeginProtect(Region& region, VirtAddr begin, VirtAddr end,
                                       uint32_t permissions, Reach reach,
                                       std::array<void*, 2>& spares) {
  Guard guard(lock_);
  TRY_STATUS(CheckProtectLocked(region, begin, end, permissions, reach));
  Mapping* first = FindMappingLocked(region, begin);
  if (first->base() < begin) SplitLocked(*first, begin, &spares[0]);
  Mapping* last = FindMappingLocked(region, end - 1);
  if (last->end() > end) SplitLocked(*last, end, &spares[1]);
  for (VirtAddr at = begin; at < end;) {
    Mapping* mapping = FindMappingLocked(region, at);
    mapping->permissions_ = permissions;
    at = mapping->end();
  }
  return ZX_OK;
}

VirtAddr AddressSpace::ProtectStep(Region& region, VirtAddr at, VirtAddr end, uint32_t permissions,
                                   Progress* progress) {
  Guard guard(lock_);
  // Somebody may have unmapped, mapped or protected since: leaves follow their mapping of today.
  const Mapping* mapping = FindMappingLocked(region, at);
  if (mapping == nullptr) {
    const Mapping* next = NextMapping(region, at);
    return next == nullptr ? end : std::min(next->base(), end);
  }
  if (mapping->permissions_ != permissions) return std::min(mapping->end(), end);
  uint32_t budget = kWordsAtOnce;
  bool has_changed = false;
  const VirtAddr stop = std::min(mapping->end(), end);
  const VirtAddr next = table_.ForEachLeaf(at, stop, &budget, [&](VirtAddr, PageTable::Slot& slot) {
    table_.ProtectSlot(slot, permissions);
    has_changed = true;
  });
  if (has_changed && Invalidate(at, next, Tables::kKept)) progress->needs_quiet = true;
  return next;
}

Task<zx_status_t> AddressSpace::Protect(RefPtr<Region> region, VirtAddr address, uint64_t size,
                                        uint32_t permissions, Reach reach) {
  uint64_t rounded = 0;
  VirtAddr end = 0;
  const bool is_bad = !IsPageAligned(address) || size == 0 ||
                      RoundUpOverflow<uint64_t>(size, kPageSize, &rounded) ||
                      AddOverflow<uint64_t>(address, rounded, &end);
  if (is_bad) co_return ZX_ERR_INVALID_ARGS;
  std::array<void*, 2> spares = {mm::Allocate(sizeof(Mapping)), mm::Allocate(sizeof(Mapping))};
  zx_status_t status = ZX_ERR_NO_MEMORY;
  if (spares[0] != nullptr && spares[1] != nullptr) {
    status = BeginProtect(*region, address, end, permissions, reach, spares);
  }
  for (void* spare : spares) mm::Free(spare);
  if (status != ZX_OK) co_return status;
  Progress progress;
  for (VirtAddr at = address;;) {
    at = ProtectStep(*region, at, end, permissions, &progress);
    if (at >= end) break;
    async::YieldOp yield;
    co_await yield;
  }
  if (progress.needs_quiet) {
    sched::QuietPointOp quiet;
    co_await quiet;
  }
  co_return ZX_OK;
}

}  // namespace sirocco::mm
