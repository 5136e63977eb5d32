// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/mm/vmo_storage.h"

#include <zircon/errors.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <utility>

#include "kernel/mm/region.h"

namespace sirocco::mm {

namespace {

// What a page that is not there reads as.
alignas(kPageSize) constexpr std::array<std::byte, kPageSize> kZeroPage{};

}  // namespace

VmoStorage::VmoStorage(Kind kind, Sizing sizing, PhysAddr base, uint64_t size_bytes,
                       uint64_t content_size)
    : RetireNode(&FreeSome),
      kind_(kind),
      sizing_(sizing),
      base_(base),
      size_(size_bytes),
      content_size_(content_size),
      cache_policy_(kind == Kind::kPhysical ? ZX_CACHE_POLICY_UNCACHED : ZX_CACHE_POLICY_CACHED) {}

VmoStorage::~VmoStorage() = default;

Result<RefPtr<VmoStorage>> VmoStorage::Make(Kind kind, Sizing sizing, PhysAddr base,
                                            uint64_t size_bytes, uint64_t content_size) {
  auto* storage = new (std::nothrow) VmoStorage(kind, sizing, base, size_bytes, content_size);
  if (storage == nullptr) return Error{ZX_ERR_NO_MEMORY};
  return AdoptRef(storage);
}

Result<RefPtr<VmoStorage>> VmoStorage::CreatePaged(uint64_t size_bytes, Sizing sizing) {
  if (size_bytes > kMaxSize) return Error{ZX_ERR_OUT_OF_RANGE};
  const uint64_t rounded = sizing == Sizing::kUnbounded ? kMaxSize : RoundUp(size_bytes, kPageSize);
  return Make(Kind::kPaged, sizing, PhysAddr(), rounded, size_bytes);
}

Result<RefPtr<VmoStorage>> VmoStorage::CreateContiguous(uint64_t size_bytes,
                                                        uint32_t alignment_log2) {
  const uint64_t count = PagesFor(size_bytes);
  if (count == 0 || alignment_log2 >= 64) return Error{ZX_ERR_INVALID_ARGS};
  const uint32_t shift = std::max<uint32_t>(alignment_log2, kPageShift);
  Page* first = physical.AllocateRun(PageKind::kVmo, count, shift);
  if (first == nullptr) return Error{ZX_ERR_NO_MEMORY};
  std::memset(physical.BytesOf(*first), 0, count << kPageShift);
  auto made = Make(Kind::kContiguous, Sizing::kFixed, physical.AddressOf(*first),
                   count << kPageShift, size_bytes);
  if (!made.ok()) physical.FreeRun(*first, count);
  return made;
}

Result<RefPtr<VmoStorage>> VmoStorage::CreateWired(PhysAddr base, uint64_t size_bytes) {
  KASSERT(base.is_page_aligned());
  return Make(Kind::kWired, Sizing::kFixed, base, RoundUp(size_bytes, kPageSize), size_bytes);
}

Result<RefPtr<VmoStorage>> VmoStorage::CreatePhysical(PhysAddr base, uint64_t size_bytes) {
  const bool is_whole = base.is_page_aligned() && IsPageAligned(size_bytes);
  if (size_bytes == 0 || !is_whole) return Error{ZX_ERR_INVALID_ARGS};
  return Make(Kind::kPhysical, Sizing::kFixed, base, size_bytes, size_bytes);
}

// --- The end. ---

void VmoStorage::OnLastReference() {
  // A plain call may still look at a frame through a mapping that is gone.
  sched::Retire(*this);
}

void VmoStorage::FreeSome(sched::RetireNode& node) {
  auto& self = static_cast<VmoStorage&>(node);
  bool is_done = true;
  {
    PageList freed;
    {
      Guard guard(self.lock_);
      KASSERT(self.mappings_.is_empty());
      self.pages_.TakeRange(0, ~uint64_t{0}, kPagesAtOnce, [&freed](uint64_t, PhysAddr frame) {
        freed.Push(physical.PageAt(frame));
      });
      is_done = self.pages_.is_empty();
    }
    sched::ReclaimTook(static_cast<uint32_t>(freed.size()) / PhysicalAllocator::kFreedInAStep);
    physical.FreeAll(std::move(freed));
  }
  if (!is_done) {
    return sched::ReclaimOn(node);
  }
  if (self.kind_ == Kind::kContiguous) {
    physical.FreeRun(physical.PageAt(self.base_), PagesFor(self.size()));
  }
  delete &self;
}

// --- What it is. ---

uint64_t VmoStorage::committed_pages() const {
  Guard guard(lock_);
  return kind_ == Kind::kContiguous ? PagesFor(size()) : committed_;
}
uint32_t VmoStorage::mapping_count() const {
  Guard guard(lock_);
  return mapping_count_;
}
uint64_t VmoStorage::content_size() const {
  Guard guard(lock_);
  return content_size_;
}
zx_status_t VmoStorage::SetContentSize(uint64_t size_bytes) {
  if (kind_ != Kind::kPaged) return ZX_ERR_NOT_SUPPORTED;
  Guard guard(lock_);
  if (size_bytes > size()) return ZX_ERR_OUT_OF_RANGE;
  content_size_ = size_bytes;
  return ZX_OK;
}
uint32_t VmoStorage::cache_policy() const {
  Guard guard(lock_);
  return cache_policy_;
}
zx_status_t VmoStorage::SetCachePolicy(uint32_t policy) {
  if (policy > ZX_CACHE_POLICY_MASK) return ZX_ERR_INVALID_ARGS;
  Guard guard(lock_);
  const bool has_pages = kind_ == Kind::kPaged ? committed_ != 0 : kind_ != Kind::kPhysical;
  if (mapping_count_ != 0 || (has_pages && policy != ZX_CACHE_POLICY_CACHED)) {
    return ZX_ERR_BAD_STATE;
  }
  cache_policy_ = policy;
  return ZX_OK;
}

void VmoStorage::LockContents() {
  Guard guard(lock_);
  ++lock_count_;
}
zx_status_t VmoStorage::UnlockContents() {
  Guard guard(lock_);
  if (lock_count_ == 0) return ZX_ERR_BAD_STATE;
  --lock_count_;
  return ZX_OK;
}

void VmoStorage::MarkAsVdso(uint64_t code_offset, uint64_t code_size) {
  KASSERT(IsPageAligned(code_offset) && IsPageAligned(code_size));
  vdso_code_offset_ = code_offset;
  vdso_code_size_ = code_size;
}

// --- Pages. ---

PhysAddr VmoStorage::FrameLocked(uint64_t offset) const {
  return kind_ == Kind::kPaged ? pages_.Find(offset >> kPageShift)
                               : base_ + RoundDown(offset, kPageSize);
}

Result<PhysAddr> VmoStorage::CommitLocked(uint64_t offset) {
  if (offset >= size()) return Error{ZX_ERR_OUT_OF_RANGE};
  if (kind_ != Kind::kPaged) return FrameLocked(offset);
  uint64_t* word = pages_.WordFor(offset >> kPageShift);
  if (word == nullptr) return Error{ZX_ERR_NO_MEMORY};
  if (*word == 0) {
    Page* page = AllocateZeroedPage(PageKind::kVmo);
    if (page == nullptr) {
      pages_.Forget(offset >> kPageShift);
      return Error{ZX_ERR_NO_MEMORY};
    }
    *word = physical.AddressOf(*page).value();
    ++committed_;
  }
  return PhysAddr(*word);
}

zx_status_t VmoStorage::CheckAccess(uint64_t offset) const {
  if (offset >= size()) return ZX_ERR_OUT_OF_RANGE;
  if (cache_policy_ != ZX_CACHE_POLICY_CACHED) return ZX_ERR_BAD_STATE;
  return kind_ == Kind::kPhysical ? ZX_ERR_NOT_SUPPORTED : ZX_OK;
}

Result<std::span<const std::byte>> VmoStorage::ForRead(uint64_t offset) {
  const size_t within = offset & (kPageSize - 1);
  Guard guard(lock_);
  TRY_STATUS(CheckAccess(offset));
  const PhysAddr frame = FrameLocked(offset);
  const std::byte* page = frame == PhysAddr() ? kZeroPage.data() : arch::PhysToVirt(frame);
  return std::span<const std::byte>(page + within, kPageSize - within);
}

Result<std::span<std::byte>> VmoStorage::ForWrite(uint64_t offset) {
  const size_t within = offset & (kPageSize - 1);
  Guard guard(lock_);
  TRY_STATUS(CheckAccess(offset));
  TRY(const PhysAddr frame, CommitLocked(offset));
  return std::span<std::byte>(arch::PhysToVirt(frame) + within, kPageSize - within);
}

zx_status_t VmoStorage::Read(uint64_t offset, std::span<std::byte> to) {
  KASSERT(to.size() <= kCopyAtOnce);
  while (!to.empty()) {
    TRY(const auto piece, ForRead(offset));
    const size_t size = std::min(piece.size(), to.size());
    std::memcpy(to.data(), piece.data(), size);
    to = to.subspan(size);
    offset += size;
  }
  return ZX_OK;
}

zx_status_t VmoStorage::Write(uint64_t offset, std::span<const std::byte> from) {
  KASSERT(from.size() <= kCopyAtOnce);
  while (!from.empty()) {
    TRY(const auto piece, ForWrite(offset));
    const size_t size = std::min(piece.size(), from.size());
    std::memcpy(piece.data(), from.data(), size);
    from = from.subspan(size);
    offset += size;
  }
  return ZX_OK;
}

zx_status_t VmoStorage::MapPage(uint64_t offset, PageTable& table, PageTable::Slot& slot,
                                uint32_t permissions) {
  Guard guard(lock_);
  TRY(const PhysAddr frame, CommitLocked(offset));
  table.Set(slot, frame, permissions);
  return ZX_OK;
}

bool VmoStorage::MapPageIfThere(uint64_t offset, PageTable& table, PageTable::Slot& slot,
                                uint32_t permissions) {
  Guard guard(lock_);
  const PhysAddr frame = offset < size() ? FrameLocked(offset) : PhysAddr();
  if (frame == PhysAddr()) return false;
  table.Set(slot, frame, permissions);
  return true;
}

// --- Mappings. ---

void VmoStorage::AddMapping(Mapping& mapping) {
  Guard guard(lock_);
  mappings_.PushBack(mapping);
  ++mapping_count_;
}
void VmoStorage::RemoveMapping(Mapping& mapping) {
  Guard guard(lock_);
  mappings_.Remove(mapping);
  --mapping_count_;
}

uint64_t VmoStorage::DropSome(uint64_t first, uint64_t end, bool* needs_quiet) {
  PageList dropped;
  uint64_t next = first;
  {
    Guard guard(lock_);
    // As many as keep the step short, however many show them.
    const uint32_t max = std::max(kPagesAtOnce / (1 + mapping_count_), 1u);
    std::array<uint64_t, kPagesAtOnce> indices;
    next = pages_.TakeRange(first, end, max, [&](uint64_t index, PhysAddr frame) {
      indices[dropped.size()] = index;
      dropped.Push(physical.PageAt(frame));
    });
    committed_ -= dropped.size();
    for (const uint64_t index : std::span(indices).first(dropped.size())) {
      for (Mapping& mapping : mappings_) {
        if (mapping.ForgetPage(index << kPageShift)) *needs_quiet = true;
      }
    }
  }
  physical.Retire(std::move(dropped));
  return next;
}

}  // namespace sirocco::mm
