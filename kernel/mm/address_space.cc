// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Harts in and out of a space, faults, and its end. address_space_map.cc and _unmap.cc have the
// tree.

#include "kernel/mm/address_space.h"

#include <zircon/errors.h>

#include <algorithm>
#include <new>
#include <utility>

#include "kernel/async/completion.h"

namespace sirocco::mm {

Result<RefPtr<AddressSpace>> AddressSpace::Create() {
  auto* space = new (std::nothrow) AddressSpace();
  if (space == nullptr) return Error{ZX_ERR_NO_MEMORY};
  constexpr uint32_t kAll = arch::kPageRead | arch::kPageWrite | arch::kPageExecute;
  RefPtr<Region> root =
      MakeRef<Region>(arch::kUserBase, arch::kUserEnd - arch::kUserBase, kAll, true);
  if (!root || space->table_.Init() != ZX_OK) {
    delete space;
    return Error{ZX_ERR_NO_MEMORY};
  }
  {
    Guard guard(space->lock_);
    space->root_ = std::move(root);
  }
  return AdoptRef(space);
}

AddressSpace::~AddressSpace() { KASSERT(!is_active()); }

RefPtr<Region> AddressSpace::root() {
  Guard guard(lock_);
  return root_;
}

// --- Harts. ---

bool AddressSpace::is_active() const {
  for (uint32_t i = 0; i < arch::HartCount(); ++i) {
    if (IsOf(arch::HartAt(i))) return true;
  }
  return false;
}

void AddressSpace::EnterSlowly() {
  arch::HartBlock& hart = arch::ThisHart();
  Asid& asid = asids_[hart.index];
  const bool is_new = asid.Renew(hart, table_.root());
  if (is_new || !IsOf(hart)) arch::Mmu::Enter(asid.table());
  StoreRelease(hart.space, this);
  std::atomic_thread_fence(std::memory_order_seq_cst);  // As in TryEnter.
  if (asid.TakeMark() || is_new) {
    arch::Mmu::FenceAsid(asid.value());
    arch::Mmu::SyncInstructions();
  }
}

void AddressSpace::LeaveUser() {
  if (Here() == nullptr) return;
  arch::Mmu::EnterKernel();
  StoreRelease(arch::ThisHart().space, nullptr);
}

void AddressSpace::CatchUp() {
  if (is_dying_.load(std::memory_order_relaxed) != 0) [[unlikely]]
    return LeaveUser();
  EnterSlowly();
}

void AddressSpace::MarkStale(const arch::HartBlock* but) {
  for (uint32_t i = 0; i < arch::HartCount(); ++i) {
    if (&arch::HartAt(i) != but) asids_[i].MarkStale();
  }
}

bool AddressSpace::InterruptOthers() const {
  const uint32_t me = arch::ThisHart().index;
  bool has_others = false;
  for (uint32_t i = 0; i < arch::HartCount(); ++i) {
    if (i == me || !IsOf(arch::HartAt(i))) continue;
    has_others = true;
    arch::SendIpi(i);
  }
  return has_others;
}

bool AddressSpace::Invalidate(VirtAddr begin, VirtAddr end, Tables tables) {
  const arch::HartBlock& hart = arch::ThisHart();
  const bool is_here = IsOf(hart);
  MarkStale(is_here ? &hart : nullptr);
  if (is_here) {
    const uint32_t asid = asids_[hart.index].value();
    // A fence by address does not cover entries above the leaf. RISC-V Privileged 1.12, 4.2.1.
    if (tables == Tables::kFreed || end - begin > kMaxFences * kPageSize) {
      arch::Mmu::FenceAsid(asid);
    } else {
      for (VirtAddr at = begin; at < end; at += kPageSize) arch::Mmu::FencePage(asid, at);
    }
  }
  // Pairs with TryEnter: it sees our mark, or we see it in the space.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  return InterruptOthers();
}

bool Mapping::ForgetPage(uint64_t offset) {
  if (offset < vmo_offset_ || offset - vmo_offset_ >= size_) return false;
  const VirtAddr address = base_ + (offset - vmo_offset_);
  if (!space_.table_.Clear(address)) return false;
  return space_.Invalidate(address, address + kPageSize, AddressSpace::Tables::kKept);
}

// --- Faults. ---

Mapping* AddressSpace::FindMappingLocked(Region& region, VirtAddr address) const {
  RegionNode* node = region.children_.Find(address);
  while (node != nullptr && node->is_region()) {
    node = static_cast<Region*>(node)->children_.Find(address);
  }
  return static_cast<Mapping*>(node);
}

zx_status_t AddressSpace::TryFault(VirtAddr address, Access access) {
  Guard guard(lock_);
  Mapping* mapping = last_fault_;
  if (mapping == nullptr || address - mapping->base() >= mapping->size()) {
    mapping = root_ ? FindMappingLocked(*root_, address) : nullptr;
    if (mapping == nullptr) return ZX_ERR_NOT_FOUND;
    last_fault_ = mapping;
  }
  const uint32_t permissions = mapping->permissions_;
  if ((permissions & arch::PermissionFor(access)) == 0) return ZX_ERR_ACCESS_DENIED;
  PageTable::Slot* slot = table_.LeafSlot(address);
  zx_status_t status = ZX_ERR_NO_MEMORY;
  if (slot != nullptr) {
    // The leaf was there: this hart remembered that it was not, or it allowed less.
    const bool was_there = slot->load(std::memory_order_relaxed) != 0;
    status = mapping->vmo_->MapPage(mapping->OffsetOf(address), table_, *slot, permissions);
    if (was_there && Here() == this) [[unlikely]]
      arch::Mmu::FencePage(asids_[arch::ThisHart().index].value(), address);
  }
  if (status != ZX_OK) [[unlikely]] {
    PruneLocked(address);
  } else if ((permissions & arch::kPageExecute) != 0) {
    // Other harts fetch anew when they enter.
    arch::Mmu::SyncInstructions();
    MarkStale(&arch::ThisHart());
  }
  return status;
}

// Tables of a page that could not be entered. Harts may remember them, though nothing was there.
void AddressSpace::PruneLocked(VirtAddr address) {
  PageList freed;
  table_.Prune(address, freed);
  if (freed.is_empty()) return;
  Invalidate(address, address + kPageSize, Tables::kFreed);
  physical.Retire(std::move(freed));
}

Task<zx_status_t> AddressSpace::Fault(VirtAddr address, Access access) {
  // Every page there is today can be made at once.
  co_return TryFault(address, access);
}

// --- Books. ---

Mapping* AddressSpace::NextMapping(Region& region, VirtAddr at) {
  Region* inside = &region;
  for (;;) {
    RegionNode* node = inside->children_.FirstEndingAbove(at);
    if (node == nullptr) {
      if (inside == &region) return nullptr;
      at = inside->end();
      inside = inside->parent_;
    } else if (node->is_region()) {
      inside = static_cast<Region*>(node);
    } else {
      return static_cast<Mapping*>(node);
    }
  }
}

AddressSpace::Usage AddressSpace::usage() {
  Usage usage;
  VirtAddr at = 0;
  const auto add = [&usage](const Mapping& mapping) {
    const VmoStorage& vmo = *mapping.vmo();
    const uint64_t committed = std::min(vmo.committed_pages() << kPageShift, mapping.size());
    const uint32_t mappings = vmo.mapping_count();
    usage.mapped += mapping.size();
    (mappings == 1 ? usage.private_bytes : usage.shared_bytes) += committed;
    if (mappings > 1) usage.scaled_shared_bytes += committed / mappings;
  };
  while (VisitMappings(&at, add)) {
  }
  return usage;
}

void AddressSpace::Audit() {
  uint64_t mapped = 0;
  VirtAddr last_end = 0;
  VirtAddr at = 0;
  const auto check = [&](const Mapping& mapping) {
    PANIC_UNLESS(mapping.base() >= last_end && IsPageAligned(mapping.base() | mapping.size()));
    // Nothing is in the table between mappings, and nothing allows more than its mapping does.
    uint32_t budget = ~uint32_t{0};
    table_.ForEachLeaf(last_end, mapping.base(), &budget,
                       [](VirtAddr, PageTable::Slot&) { PANIC("a leaf without a mapping"); });
    table_.ForEachLeaf(mapping.base(), mapping.end(), &budget,
                       [&](VirtAddr, PageTable::Slot& slot) {
                         const uint32_t has = PageTable::Entry::Permissions(slot.load());
                         PANIC_UNLESS((has & ~mapping.permissions()) == 0);
                       });
    last_end = mapping.end();
    mapped += mapping.size();
  };
  while (VisitMappings(&at, check)) {
  }
  Guard guard(lock_);
  PANIC_UNLESS(mapped == mapped_bytes_);
}

// --- The end. ---

// Takes some of what is left of the tree out; true when that was all.
bool AddressSpace::EmptySome() {
  Progress progress;
  Guard guard(lock_);
  BeginStep(&progress);
  for (uint32_t i = 0; root_ && i < kNodesAtOnce && progress.budget != 0; ++i) {
    DestroySomeLocked(*root_, &progress);
    if (progress.is_done) root_.reset();
  }
  EndStep(&progress);
  return !root_;
}

// True: no hart is in the space any more, and none comes.
bool AddressSpace::LeaveEverywhere() {
  if (Here() == this) LeaveUser();
  is_dying_.store(1, std::memory_order_seq_cst);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  return !InterruptOthers();  // They leave at their next quiet point.
}

bool AddressSpace::FreeSomeTables() {
  PageList freed;
  const bool has_ended = table_.FreeTables(freed);
  physical.Retire(std::move(freed));
  return has_ended;
}

AddressSpace::TearDownState AddressSpace::TearDownStep() {
  if (!EmptySome()) return TearDownState::kMore;
  if (!LeaveEverywhere()) return TearDownState::kInUse;
  if (!FreeSomeTables()) return TearDownState::kMore;
  is_torn_down_ = true;
  return TearDownState::kDone;
}

Task<zx_status_t> AddressSpace::TearDown() {
  for (;;) {
    const TearDownState state = TearDownStep();
    if (state == TearDownState::kDone) co_return ZX_OK;
    if (state == TearDownState::kInUse) {
      sched::QuietPointOp quiet;
      co_await quiet;
    } else {
      async::YieldOp yield;
      co_await yield;
    }
  }
}

void AddressSpace::OnLastReference() { sched::Retire(*this); }

void AddressSpace::OnRetired(sched::RetireNode& node) {
  auto& space = static_cast<AddressSpace&>(node);
  if (!space.is_torn_down_ && space.TearDownStep() != TearDownState::kDone) {
    sched::Retire(node);
    return sched::ReclaimTook(kTearDownSteps);
  }
  delete &space;
}

}  // namespace sirocco::mm
