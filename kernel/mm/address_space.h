// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/arch/hart.h"
#include "kernel/async/task.h"
#include "kernel/base/atomic.h"
#include "kernel/base/ref_ptr.h"
#include "kernel/base/result.h"
#include "kernel/base/units.h"
#include "kernel/mm/asid.h"
#include "kernel/mm/heap.h"
#include "kernel/mm/page_table.h"
#include "kernel/mm/region.h"
#include "kernel/mm/status.h"
#include "kernel/sched/quiet.h"
#include "kernel/sync/annotations.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco::mm {

/// Where something goes in a region.
struct Place {
  enum class Mode : uint8_t {
    kAnywhere,  // A random place.
    kBelow,     // A random place that ends at or below `offset`.
    kAt,        // At `offset`, which is free.
    kOver,      // At `offset`, instead of the mappings there.
  };
  Mode mode = Mode::kAnywhere;
  uint64_t offset = 0;
  uint64_t size = 0;  // Whole pages.
  uint32_t alignment_shift = kPageShift;
};

/// What is mapped; permissions are arch::kPage* bits. `allowed` caps later changes.
struct MapRequest {
  MapRequest(Place place, RefPtr<VmoStorage> vmo, uint64_t vmo_offset, uint32_t permissions,
             uint32_t allowed)
      : place(place),
        vmo(std::move(vmo)),
        vmo_offset(vmo_offset),
        permissions(permissions),
        allowed(allowed) {}
  Place place;
  RefPtr<VmoStorage> vmo;
  uint64_t vmo_offset;
  uint32_t permissions;
  uint32_t allowed;
};

/// What programs may do with the memory of a process: the tree of its regions and mappings, the
/// page table that follows from it, and which harts use that.
///
/// A change of the table reaches every hart before its caller hears that it is done (AS3):
///
///   who unmaps                              hart that enters the space
///   leaf = 0                                satp
///   marks the other harts' ASIDs            hart's space = this
///   fence                                   fence
///   every hart whose space it is: IPI       marked? takes the mark, flushes the ASID
///   awaits a grace period, no lock held     at each quiet point: marked? likewise
///
/// satp comes first: a hart that leaves is off the table before the space is no longer its, and one
/// that enters and is not seen yet still looks for the mark. Modelled in tests/models.
///
/// Locking: lock_ (rank kAddressSpace) guards the tree; VMOs' locks come after it.
class AddressSpace final : public RefCounted, public HeapAllocated, private sched::RetireNode {
 public:
  /// **Errors** ZX_ERR_NO_MEMORY.
  static Result<RefPtr<AddressSpace>> Create();

  // --- Harts. Each for the hart that calls. ---

  /// User addresses are this space's from now on.
  void Enter() {
    if (!EnterQuickly()) EnterSlowly();
  }
  /// The common part of Enter. False: Enter does the rest.
  [[gnu::always_inline]] bool EnterQuickly() {
    if (Here() != this) return TryEnter();
    const arch::HartBlock& hart = arch::ThisHart();
    return asids_[hart.index].IsCurrent(hart.space_generation);
  }
  /// The common part of Enter, for a hart that is in another space. False: Enter does the rest.
  [[gnu::always_inline]] bool TryEnter() {
    arch::HartBlock& hart = arch::ThisHart();
    uintptr_t base = reinterpret_cast<uintptr_t>(this) + hart.index * sizeof(Asid);
    asm("" : "+r"(base));  // Computed once.
    const auto to_asids = reinterpret_cast<uintptr_t>(&asids_) - reinterpret_cast<uintptr_t>(this);
    const auto* const asid = reinterpret_cast<const Asid*>(base + to_asids);
    const uint64_t generation = hart.space_generation;
    if (!asid->IsCurrent(generation)) return false;
    arch::Mmu::Enter(asid->table());
    StoreRelease(hart.space, this);
    // Who unmaps from here on interrupts us; who did before left its mark.
    std::atomic_thread_fence(std::memory_order_seq_cst);
    return asid->IsCurrent(generation);
  }
  /// User addresses lead nowhere.
  static void LeaveUser();
  /// At every quiet point, before it counts as one: forgets what others unmapped.
  static void PassQuietPoint() {
    if (!IsCaughtUp()) [[unlikely]]
      Here()->CatchUp();
  }
  static bool IsCaughtUp() {
    const arch::HartBlock& hart = arch::ThisHart();
    const AddressSpace* const space = Here();
    return space == nullptr || (space->is_dying_.load(std::memory_order_relaxed) == 0 &&
                                space->asids_[hart.index].IsCurrent(hart.space_generation));
  }
  /// Whether a hart is in the space.
  bool is_active() const;

  // --- Access. ---

  /// The byte at `address` in the direct map if `access` is allowed and the page is there, else
  /// null. No lock; good until the caller's next quiet point.
  std::byte* Translate(VirtAddr address, Access access) const {
    return table_.Translate(address, access);
  }
  /// Whose answers these count: PageTable::changes.
  const PageTable& table() const { return table_; }
  /// The page of `address` is made for `access`. Plain.
  /// **Errors** ZX_ERR_NOT_FOUND: nothing is mapped; ZX_ERR_ACCESS_DENIED: not for this;
  /// ZX_ERR_OUT_OF_RANGE: beyond the VMO's end; ZX_ERR_NO_MEMORY; kStatusPageMissing: Fault has to
  /// wait for it.
  zx_status_t TryFault(VirtAddr address, Access access) EXCLUDES(lock_);
  /// The same, and waits. The caller keeps the space alive.
  Task<zx_status_t> Fault(VirtAddr address, Access access);

  // --- The tree. Regions are this space's. All take ZX_ERR_BAD_STATE: the region is destroyed. ---

  /// All of it: what a process gets as its root VMAR.
  RefPtr<Region> root() EXCLUDES(lock_);

  /// Reserves a sub-region. **Errors** ZX_ERR_INVALID_ARGS: outside the region;
  /// ZX_ERR_ALREADY_EXISTS: overlaps; ZX_ERR_NO_RESOURCES: no room, or too many levels;
  /// ZX_ERR_NO_MEMORY.
  Result<RefPtr<Region>> Allocate(Region& parent, const Place& place, uint32_t can_map,
                                  bool can_place) EXCLUDES(lock_);

  /// Maps without waiting; the mode is not kOver. **Errors** as Allocate's;
  /// ZX_ERR_ACCESS_DENIED: not the way the vDSO's code is mapped.
  Result<VirtAddr> Map(Region& region, const MapRequest& request) EXCLUDES(lock_);

  // The rest ends when no hart translates as before. The caller keeps the space alive.

  /// The same in every mode. **Errors** more: ZX_ERR_INVALID_ARGS: over a sub-region;
  /// ZX_ERR_ACCESS_DENIED: over the vDSO's code.
  Task<Result<VirtAddr>> MapOver(RefPtr<Region> region, MapRequest request);

  /// Enters those pages of [address, address + size) into the table that exist already.
  Task<zx_status_t> MapPresentPages(RefPtr<Region> region, VirtAddr address, uint64_t size);

  /// Removes mappings, parts of them, and sub-regions that lie within. **Errors**
  /// ZX_ERR_INVALID_ARGS: not a range of the region, part of a sub-region, or one without
  /// kWithRegions; ZX_ERR_ACCESS_DENIED: the vDSO's code; ZX_ERR_NO_MEMORY.
  enum class Reach : uint8_t { kMappings, kWithRegions };
  Task<zx_status_t> Unmap(RefPtr<Region> region, VirtAddr address, uint64_t size, Reach reach);

  /// **Errors** ZX_ERR_INVALID_ARGS: not a range of the region, or a sub-region without
  /// kWithRegions; ZX_ERR_NOT_FOUND: a gap; ZX_ERR_ACCESS_DENIED: more than the mapping was made
  /// with, the vDSO's code, or more than before in a sub-region; ZX_ERR_NO_MEMORY.
  Task<zx_status_t> Protect(RefPtr<Region> region, VirtAddr address, uint64_t size,
                            uint32_t permissions, Reach reach);

  /// **Errors** ZX_ERR_NOT_SUPPORTED: the root; ZX_ERR_ACCESS_DENIED: the vDSO's code is inside.
  Task<zx_status_t> DestroyRegion(RefPtr<Region> region);

  /// The process is dead: unmaps all and gives the table back. Every region is destroyed.
  Task<zx_status_t> TearDown();

  /// The same for who has a coroutine, and must not need memory for another one: called until it is
  /// kDone.
  enum class TearDownState : uint8_t {
    kMore,   // A step was done; others may run before the next one.
    kInUse,  // A hart is still in the space: await a grace period first.
    kDone,
  };
  TearDownState TearDownStep() EXCLUDES(lock_);

  // --- What there is. ---

  /// Where the vDSO is mapped, and its code; 0: not, or not yet.
  uintptr_t vdso_base() const { return vdso_base_.load(std::memory_order_acquire); }
  uintptr_t vdso_text() const { return vdso_text_.load(std::memory_order_relaxed); }

  /// Bytes mapped, and of the pages behind them: seen here only, and also elsewhere.
  struct Usage {
    uint64_t mapped = 0;
    uint64_t private_bytes = 0;
    uint64_t shared_bytes = 0;
    uint64_t scaled_shared_bytes = 0;
  };
  Usage usage() EXCLUDES(lock_);

  /// Calls `visit(const Mapping&)` for mappings from `*at` on, under the lock, some at a time;
  /// false when it was the last.
  template <typename Visit>
  bool VisitMappings(VirtAddr* at, Visit visit) EXCLUDES(lock_);

  /// What no mapping may show twice or out of place; PANICs at the first contradiction. For tests.
  void Audit() EXCLUDES(lock_);

 private:
  friend class Mapping;

  static constexpr uint32_t kWordsAtOnce = 256;    // Of tables, in one step.
  static constexpr uint32_t kMappingsAtOnce = 64;  // Visited under the lock.
  static constexpr uint32_t kNodesAtOnce = 8;      // Taken out of a dead space, in one step.
  static constexpr uint32_t kPagesAtOnce = 32;     // Entered by MapPresentPages.
  static constexpr uint32_t kMaxFences = 8;        // Beyond that the whole ASID.
  static constexpr uint32_t kTearDownSteps = 16;   // Of sched::RetireNode's, in one of ours.
  static constexpr uint32_t kRandomTries = 16;
  static constexpr uint32_t kMaxDepth = 64;  // Regions within regions.

  AddressSpace() : RetireNode(&OnRetired) {}
  ~AddressSpace() override;
  void OnLastReference() override;
  static void OnRetired(sched::RetireNode& node);

  // That of this hart, or null.
  static AddressSpace* Here() {
    const void* const space = arch::ThisHart().space.load(std::memory_order_relaxed);
    return static_cast<AddressSpace*>(const_cast<void*>(space));
  }
  bool IsOf(const arch::HartBlock& hart) const {
    return hart.space.load(std::memory_order_acquire) == this;
  }
  void EnterSlowly();
  void CatchUp();
  // The ASIDs of all harts `but` one; null: of all.
  void MarkStale(const arch::HartBlock* but);
  // Interrupts every other hart that is in the space; returns whether there is one.
  bool InterruptOthers() const;
  // Tells every hart that leaves of [begin, end) changed. Returns whether another hart may still
  // use them.
  enum class Tables : uint8_t { kKept, kFreed };
  bool Invalidate(VirtAddr begin, VirtAddr end, Tables tables);

  // --- Steps of the coroutines. ---

  // Work of several steps: what the first error was, and whether somebody has to be waited for.
  struct Progress {
    zx_status_t status = ZX_OK;
    bool is_done = false;
    bool needs_quiet = false;
    bool needs_spare = false;  // Nothing was done: memory for one more Mapping first.
    uint32_t budget = 0;       // Words of tables that the step may still look at.
    PageList freed;            // Tables that the step took out.
  };
  static void BeginStep(Progress* progress) { progress->budget = kWordsAtOnce; }
  // What the harts were told of.
  static void EndStep(Progress* progress) { physical.Retire(std::move(progress->freed)); }
  static bool GetSpare(void** spare, Progress* progress);
  void MapOverStep(Region& region, const MapRequest& request, Mapping& fresh, void** spare,
                   VirtAddr* address, Progress* progress) EXCLUDES(lock_);
  void UnmapStep(Region& region, VirtAddr begin, VirtAddr end, Reach reach, bool is_first,
                 void** spare, Progress* progress) EXCLUDES(lock_);
  VirtAddr ProtectStep(Region& region, VirtAddr at, VirtAddr end, uint32_t permissions,
                       Progress* progress) EXCLUDES(lock_);
  zx_status_t BeginProtect(Region& region, VirtAddr begin, VirtAddr end, uint32_t permissions,
                           Reach reach, std::array<void*, 2>& spares) EXCLUDES(lock_);
  zx_status_t BeginDestroy(Region& region) EXCLUDES(lock_);
  void DestroyStep(Region& region, Progress* progress) EXCLUDES(lock_);
  VirtAddr MapSomePresent(Region& region, VirtAddr at, VirtAddr end) EXCLUDES(lock_);
  bool EmptySome() EXCLUDES(lock_);
  bool LeaveEverywhere();
  bool FreeSomeTables();

  // --- Under the lock. ---

  Result<VirtAddr> FindPlaceLocked(Region& region, const Place& place) REQUIRES(lock_);
  bool TryRandomPlaceLocked(Region& region, VirtAddr low, VirtAddr high, const Place& place,
                            VirtAddr* found) REQUIRES(lock_);
  void LinkLocked(Region& parent, RegionNode& node) REQUIRES(lock_);
  void UnlinkLocked(RegionNode& node) REQUIRES(lock_);
  zx_status_t CheckVdsoLocked(const MapRequest& request) const REQUIRES(lock_);
  void InsertLocked(Region& region, Mapping& mapping, VirtAddr address, const MapRequest& request)
      REQUIRES(lock_);
  bool TouchesVdsoLocked(VirtAddr begin, VirtAddr end) const REQUIRES(lock_) {
    return vdso_code_ != nullptr && begin < vdso_code_->end() && vdso_code_->base() < end;
  }
  zx_status_t CheckUnmapLocked(Region& region, VirtAddr begin, VirtAddr end, Reach reach)
      REQUIRES(lock_);
  // Takes leaves and as much of the mapping off [begin, end) as fits a step; both ends lie in it.
  void UnmapPartLocked(Mapping& mapping, VirtAddr begin, VirtAddr end, void** spare,
                       Progress* progress) REQUIRES(lock_);
  void CutLocked(Mapping& mapping, VirtAddr begin, VirtAddr end, void** spare) REQUIRES(lock_);
  // Splits `mapping` at `address`, which lies inside; `spare` is the memory of the new one.
  Mapping& SplitLocked(Mapping& mapping, VirtAddr address, void** spare) REQUIRES(lock_);
  void DestroySomeLocked(Region& region, Progress* progress) REQUIRES(lock_);
  void PruneLocked(VirtAddr address) REQUIRES(lock_);
  Mapping* FindMappingLocked(Region& region, VirtAddr address) const REQUIRES(lock_);
  // The first mapping in `region` that ends above `at`, or null.
  static Mapping* NextMapping(Region& region, VirtAddr at);
  static uint32_t DepthOf(const Region& region);
  zx_status_t CheckProtectLocked(Region& region, VirtAddr begin, VirtAddr end, uint32_t permissions,
                                 Reach reach) REQUIRES(lock_);

  PageTable table_;  // Says itself who may do what.

  SpinLock<LockRank::kAddressSpace> lock_;
  RefPtr<Region> root_ GUARDED_BY(lock_);
  Mapping* last_fault_ GUARDED_BY(lock_) = nullptr;  // Faults come in rows.
  Mapping* vdso_code_ GUARDED_BY(lock_) = nullptr;
  uint64_t mapped_bytes_ GUARDED_BY(lock_) = 0;

  std::atomic<uintptr_t> vdso_base_{0};
  std::atomic<uintptr_t> vdso_text_{0};

  std::atomic<uint32_t> is_dying_{0};
  bool is_torn_down_ = false;  // Of who tears it down, or has the last reference.

  std::array<Asid, arch::kMaxHarts> asids_{};  // By hart.
};

template <typename Visit>
bool AddressSpace::VisitMappings(VirtAddr* at, Visit visit) {
  Guard guard(lock_);
  for (uint32_t i = 0; i < kMappingsAtOnce; ++i) {
    Mapping* mapping = root_ ? NextMapping(*root_, *at) : nullptr;
    if (mapping == nullptr) return false;
    visit(*mapping);
    *at = mapping->end();
  }
  return true;
}

}  // namespace sirocco::mm
