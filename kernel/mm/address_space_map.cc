// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Places, sub-regions and new mappings.

#include <zircon/errors.h>

#include <algorithm>
#include <new>
#include <utility>

#include "kernel/async/completion.h"
#include "kernel/mm/address_space.h"
#include "kernel/sync/random.h"

namespace sirocco::mm {

// --- Places. ---

// With a page of nothing on either side, as neighbours that are not related have it.
bool AddressSpace::TryRandomPlaceLocked(Region& region, VirtAddr low, VirtAddr high,
                                        const Place& place, VirtAddr* found) {
  const uint64_t alignment = uint64_t{1} << place.alignment_shift;
  VirtAddr first = 0;
  if (RoundUpOverflow<uint64_t>(low, alignment, &first)) return false;
  if (first >= high || high - first < place.size) return false;
  const uint64_t choices = (high - first - place.size) / alignment + 1;
  for (uint32_t i = 0; i < kRandomTries; ++i) {
    const VirtAddr base = first + RandomWord() % choices * alignment;
    if (region.children_.Overlaps(base - kPageSize, base + place.size + kPageSize)) continue;
    *found = base;
    return true;
  }
  return false;
}

Result<VirtAddr> AddressSpace::FindPlaceLocked(Region& region, const Place& place) {
  if (region.is_destroyed_) return Error{ZX_ERR_BAD_STATE};
  KASSERT(place.size != 0 && IsPageAligned(place.size | place.offset));
  const bool is_fixed = place.mode == Place::Mode::kAt || place.mode == Place::Mode::kOver;
  if (is_fixed) {
    if (!RangeFits(place.offset, place.size, region.size())) return Error{ZX_ERR_INVALID_ARGS};
    const VirtAddr base = region.base() + place.offset;
    if (!IsAligned(base, uint64_t{1} << place.alignment_shift)) return Error{ZX_ERR_INVALID_ARGS};
    const bool is_free = !region.children_.Overlaps(base, base + place.size);
    if (!is_free && place.mode == Place::Mode::kAt) return Error{ZX_ERR_ALREADY_EXISTS};
    return base;
  }
  const uint64_t limit = place.mode == Place::Mode::kBelow ? place.offset : region.size();
  if (limit > region.size() || place.size > limit) return Error{ZX_ERR_INVALID_ARGS};
  const VirtAddr low = region.base();
  const VirtAddr high = low + limit;
  VirtAddr found = 0;
  if (TryRandomPlaceLocked(region, low, high, place, &found)) return found;
  // The region is crowded: any gap will do, and a random place in it.
  const uint64_t alignment = uint64_t{1} << place.alignment_shift;
  uint64_t room = 0;
  if (!region.children_.FindGap(low, high, place.size, alignment, &found, &room)) {
    return Error{ZX_ERR_NO_RESOURCES};
  }
  return found + RandomWord() % ((room - place.size) / alignment + 1) * alignment;
}

void AddressSpace::LinkLocked(Region& parent, RegionNode& node) {
  node.parent_ = &parent;
  parent.children_.Insert(node, static_cast<uint32_t>(HiddenRandomWord()));
  if (node.is_region()) ++parent.region_count_;
}

void AddressSpace::UnlinkLocked(RegionNode& node) {
  Region& parent = *std::exchange(node.parent_, nullptr);
  parent.children_.Remove(node);
  if (node.is_region()) --parent.region_count_;
}

uint32_t AddressSpace::DepthOf(const Region& region) {
  uint32_t depth = 0;
  for (const Region* at = region.parent_; at != nullptr; at = at->parent_) ++depth;
  return depth;
}

Result<RefPtr<Region>> AddressSpace::Allocate(Region& parent, const Place& place, uint32_t can_map,
                                              bool can_place) {
  RefPtr<Region> region = MakeRef<Region>(VirtAddr{0}, place.size, can_map, can_place);
  if (!region) return Error{ZX_ERR_NO_MEMORY};
  Guard guard(lock_);
  // Faults and the end of a region walk down its levels.
  if (DepthOf(parent) >= kMaxDepth) return Error{ZX_ERR_NO_RESOURCES};
  TRY(region->base_, FindPlaceLocked(parent, place));
  LinkLocked(parent, *region);
  region->AddRef();  // The parent's.
  return region;
}

// --- Mappings. ---

// The vDSO's code is mapped once in a space, whole, by who asks for READ|EXECUTE, and becomes
// execute-only. Its other pages are ordinary, and never executable.
zx_status_t AddressSpace::CheckVdsoLocked(const MapRequest& request) const {
  const VmoStorage& vmo = *request.vmo;
  if (!vmo.is_vdso() || (request.permissions & arch::kPageExecute) == 0) return ZX_OK;
  const bool is_whole =
      request.vmo_offset == vmo.vdso_code_offset() && request.place.size == vmo.vdso_code_size();
  const bool is_writable = (request.permissions & arch::kPageWrite) != 0;
  return is_whole && !is_writable && vdso_code_ == nullptr ? ZX_OK : ZX_ERR_ACCESS_DENIED;
}

void AddressSpace::InsertLocked(Region& region, Mapping& mapping, VirtAddr address,
                                const MapRequest& request) {
  mapping.base_ = address;
  if (request.vmo->is_vdso() && (request.permissions & arch::kPageExecute) != 0) {
    mapping.permissions_ = arch::kPageExecute;
    mapping.is_vdso_code_ = true;
    vdso_code_ = &mapping;
    vdso_base_.store(address - request.vmo_offset, std::memory_order_release);
    vdso_text_.store(address, std::memory_order_release);
  }
  LinkLocked(region, mapping);
  mapped_bytes_ += mapping.size();
  mapping.vmo_->AddMapping(mapping);
}

namespace {

Mapping* NewMapping(AddressSpace& space, const MapRequest& request) {
  const uint32_t cap = request.vmo->is_vdso() ? ~arch::kPageExecute : ~uint32_t{0};
  return new (std::nothrow) Mapping(space, 0, request.place.size, request.vmo, request.vmo_offset,
                                    request.permissions, request.allowed & cap);
}

}  // namespace

Result<VirtAddr> AddressSpace::Map(Region& region, const MapRequest& request) {
  KASSERT(request.place.mode != Place::Mode::kOver);
  Mapping* mapping = NewMapping(*this, request);
  if (mapping == nullptr) return Error{ZX_ERR_NO_MEMORY};
  Result<VirtAddr> place = Error{ZX_ERR_ACCESS_DENIED};
  {
    Guard guard(lock_);
    const zx_status_t status = CheckVdsoLocked(request);
    if (status == ZX_OK) place = FindPlaceLocked(region, request.place);
    if (place.ok()) InsertLocked(region, *mapping, place.value(), request);
  }
  if (!place.ok()) delete mapping;
  return place;
}

// Either takes some more of what is in the way out, or puts `fresh` in and is done.
void AddressSpace::MapOverStep(Region& region, const MapRequest& request, Mapping& fresh,
                               void** spare, VirtAddr* address, Progress* progress) {
  Guard guard(lock_);
  progress->status = CheckVdsoLocked(request);
  if (progress->status != ZX_OK) return;
  const Result<VirtAddr> place = FindPlaceLocked(region, request.place);
  progress->status = place.status();
  if (!place.ok()) return;
  const VirtAddr begin = place.value();
  const VirtAddr end = begin + request.place.size;
  RegionNode* node = region.children_.FirstEndingAbove(begin);
  if (node == nullptr || node->base() >= end) {
    InsertLocked(region, fresh, begin, request);
    *address = begin;
    progress->is_done = true;
    return;
  }
  progress->status = CheckUnmapLocked(region, begin, end, Reach::kMappings);
  if (progress->status != ZX_OK) return;
  BeginStep(progress);
  UnmapPartLocked(static_cast<Mapping&>(*node), std::max(begin, node->base()),
                  std::min(end, node->end()), spare, progress);
  EndStep(progress);
}

Task<Result<VirtAddr>> AddressSpace::MapOver(RefPtr<Region> region, MapRequest request) {
  Mapping* fresh = NewMapping(*this, request);
  void* spare = nullptr;
  Progress progress;
  if (fresh == nullptr) progress.status = ZX_ERR_NO_MEMORY;
  VirtAddr address = 0;
  while (progress.status == ZX_OK && !progress.is_done) {
    MapOverStep(*region, request, *fresh, &spare, &address, &progress);
    if (progress.status != ZX_OK || progress.is_done) break;
    if (progress.needs_spare) {
      if (!GetSpare(&spare, &progress)) break;
      continue;
    }
    async::YieldOp yield;
    co_await yield;
  }
  mm::Free(spare);
  if (!progress.is_done) delete fresh;
  if (progress.needs_quiet) {
    sched::QuietPointOp quiet;
    co_await quiet;
  }
  if (progress.status != ZX_OK) co_return Error{progress.status};
  co_return address;
}

Task<zx_status_t> AddressSpace::MapPresentPages(RefPtr<Region> region, VirtAddr address,
                                                uint64_t size) {
  const VirtAddr end = address + size;
  for (VirtAddr at = address; at < end;) {
    at = MapSomePresent(*region, at, end);
    if (at >= end) break;
    async::YieldOp yield;
    co_await yield;
  }
  co_return ZX_OK;
}

// A page that cannot be entered is left to its fault.
VirtAddr AddressSpace::MapSomePresent(Region& region, VirtAddr at, VirtAddr end) {
  Guard guard(lock_);
  for (uint32_t i = 0; i < kPagesAtOnce && at < end; ++i, at += kPageSize) {
    Mapping* mapping = FindMappingLocked(region, at);
    if (mapping == nullptr || mapping->permissions_ == 0) return end;
    PageTable::Slot* slot = table_.LeafSlot(at);
    const bool is_there =
        slot != nullptr &&
        mapping->vmo_->MapPageIfThere(mapping->OffsetOf(at), table_, *slot, mapping->permissions_);
    if (is_there) continue;
    PruneLocked(at);
    if (slot == nullptr) return end;
  }
  return at;
}

}  // namespace sirocco::mm
