// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/async/mutex.h"
#include "kernel/async/task.h"
#include "kernel/base/list.h"
#include "kernel/base/ref_ptr.h"
#include "kernel/base/result.h"
#include "kernel/base/units.h"
#include "kernel/mm/heap.h"
#include "kernel/mm/page.h"
#include "kernel/mm/page_radix.h"
#include "kernel/mm/page_table.h"
#include "kernel/sched/quiet.h"
#include "kernel/sync/annotations.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco::mm {

class Mapping;

/// The memory behind a VMO: what its handles, and all mappings of it, share.
///
///  - paged: zero pages until written or touched by a fault; frames of our own.
///  - contiguous: a run of frames, there from the start.
///  - wired: frames of the boot image (a blob, the boot archive), never given back.
///  - physical: addresses that need not be memory; mapped, never read by us.
///
/// Locking: lock_ (rank kVmoTree) comes after the address space's. A page that goes is taken out of
/// every mapping under lock_, and its frame is freed after a grace period.
class VmoStorage final : public RefCounted, public HeapAllocated, private sched::RetireNode {
 public:
  enum class Kind : uint8_t { kPaged, kContiguous, kWired, kPhysical };
  enum class Sizing : uint8_t { kFixed, kResizable, kUnbounded };

  /// The largest size: what is left of 63 bits in whole pages.
  static constexpr uint64_t kMaxSize = (uint64_t{1} << 63) - kPageSize;
  /// Bytes a caller copies before it lets others run.
  static constexpr size_t kCopyAtOnce = 8 * 1024;

  /// `size_bytes` is rounded up; it is the content size as given.
  /// **Errors** ZX_ERR_OUT_OF_RANGE; ZX_ERR_NO_MEMORY.
  static Result<RefPtr<VmoStorage>> CreatePaged(uint64_t size_bytes,
                                                Sizing sizing = Sizing::kFixed);
  /// Zeroed. **Errors** ZX_ERR_INVALID_ARGS: size 0, or no alignment; ZX_ERR_NO_MEMORY.
  static Result<RefPtr<VmoStorage>> CreateContiguous(uint64_t size_bytes,
                                                     uint32_t alignment_log2 = kPageShift);
  /// Whole pages of RAM that stay the kernel's. **Errors** ZX_ERR_NO_MEMORY.
  static Result<RefPtr<VmoStorage>> CreateWired(PhysAddr base, uint64_t size_bytes);
  /// Uncached. **Errors** ZX_ERR_INVALID_ARGS: size 0, not whole pages; ZX_ERR_NO_MEMORY.
  static Result<RefPtr<VmoStorage>> CreatePhysical(PhysAddr base, uint64_t size_bytes);

  Kind kind() const { return kind_; }
  bool is_resizable() const { return sizing_ == Sizing::kResizable; }
  uint64_t size() const { return size_.load(std::memory_order_acquire); }
  uint64_t committed_pages() const EXCLUDES(lock_);
  uint32_t mapping_count() const EXCLUDES(lock_);

  uint64_t content_size() const EXCLUDES(lock_);
  /// **Errors** ZX_ERR_OUT_OF_RANGE: above size(); ZX_ERR_NOT_SUPPORTED: not paged.
  zx_status_t SetContentSize(uint64_t size_bytes) EXCLUDES(lock_);

  uint32_t cache_policy() const EXCLUDES(lock_);
  /// **Errors** ZX_ERR_INVALID_ARGS: unknown; ZX_ERR_BAD_STATE: mapped, or has pages already.
  zx_status_t SetCachePolicy(uint32_t policy) EXCLUDES(lock_);

  // --- Discardable: what is not locked may be taken away. Nothing is, so far: memory is not
  //     reclaimed. ---

  void MakeDiscardable() { is_discardable_ = true; }
  bool is_discardable() const { return is_discardable_; }
  void LockContents() EXCLUDES(lock_);
  /// **Errors** ZX_ERR_BAD_STATE: not locked.
  zx_status_t UnlockContents() EXCLUDES(lock_);

  // --- The vDSO: an image whose code is mapped once a space, whole, and not to be read. ---

  void MarkAsVdso(uint64_t code_offset, uint64_t code_size);
  bool is_vdso() const { return vdso_code_size_ != 0; }
  uint64_t vdso_code_offset() const { return vdso_code_offset_; }
  uint64_t vdso_code_size() const { return vdso_code_size_; }

  // --- Access, a page at a time. The span ends with the page or the VMO, and is good until the
  //     caller's next quiet point. ---

  /// **Errors** ZX_ERR_OUT_OF_RANGE; ZX_ERR_BAD_STATE: not cached; ZX_ERR_NOT_SUPPORTED: physical.
  Result<std::span<const std::byte>> ForRead(uint64_t offset) EXCLUDES(lock_);
  /// The same; makes the page. ZX_ERR_NO_MEMORY.
  Result<std::span<std::byte>> ForWrite(uint64_t offset) EXCLUDES(lock_);

  /// The kernel's own copies, one step: at most kCopyAtOnce bytes. Errors as above.
  zx_status_t Read(uint64_t offset, std::span<std::byte> to) EXCLUDES(lock_);
  zx_status_t Write(uint64_t offset, std::span<const std::byte> from) EXCLUDES(lock_);

  /// For a page fault, under the space's lock: makes the page at `offset` and writes it to `slot`.
  /// **Errors** ZX_ERR_OUT_OF_RANGE: beyond the end; ZX_ERR_NO_MEMORY.
  zx_status_t MapPage(uint64_t offset, PageTable& table, PageTable::Slot& slot,
                      uint32_t permissions) EXCLUDES(lock_);
  /// The same if the page is there already; returns whether it was.
  bool MapPageIfThere(uint64_t offset, PageTable& table, PageTable::Slot& slot,
                      uint32_t permissions) EXCLUDES(lock_);

  // --- Ranges. The caller holds a reference. Each suspends every few thousand instructions, and
  //     ends when no hart translates to a page that is gone. ---

  /// **Errors** ZX_ERR_UNAVAILABLE: not resizable; ZX_ERR_OUT_OF_RANGE: too large.
  Task<zx_status_t> SetSize(uint64_t size_bytes);
  /// **Errors** ZX_ERR_OUT_OF_RANGE; ZX_ERR_NO_MEMORY: some pages may be there.
  Task<zx_status_t> Commit(uint64_t offset, uint64_t size_bytes);
  /// Whole pages become zero and cost nothing. **Errors** ZX_ERR_OUT_OF_RANGE; ZX_ERR_INVALID_ARGS:
  /// offset is not a page's; ZX_ERR_NOT_SUPPORTED: not paged.
  Task<zx_status_t> Decommit(uint64_t offset, uint64_t size_bytes);
  /// Bytes become zero. **Errors** ZX_ERR_OUT_OF_RANGE; ZX_ERR_NOT_SUPPORTED: physical.
  Task<zx_status_t> Zero(uint64_t offset, uint64_t size_bytes);

  // --- For mappings, under the space's lock. ---

  void AddMapping(Mapping& mapping) EXCLUDES(lock_);
  void RemoveMapping(Mapping& mapping) EXCLUDES(lock_);
  /// Runs `change` under lock_: where a mapping lies changes only so.
  template <typename Change>
  void WithLock(Change change) EXCLUDES(lock_) {
    Guard guard(lock_);
    change();
  }

 private:
  static constexpr uint32_t kPagesAtOnce = 64;   // Taken out or freed in a step.
  static constexpr uint32_t kCommitsAtOnce = 8;  // Zeroing is most of it.

  VmoStorage(Kind kind, Sizing sizing, PhysAddr base, uint64_t size_bytes, uint64_t content_size);
  ~VmoStorage() override;
  static Result<RefPtr<VmoStorage>> Make(Kind kind, Sizing sizing, PhysAddr base,
                                         uint64_t size_bytes, uint64_t content_size);

  void OnLastReference() override;
  static void FreeSome(sched::RetireNode& node);

  PhysAddr FrameLocked(uint64_t offset) const REQUIRES(lock_);
  Result<PhysAddr> CommitLocked(uint64_t offset) REQUIRES(lock_);
  zx_status_t CheckAccess(uint64_t offset) const REQUIRES(lock_);

  /// Takes some pages of [first, end) out of the VMO and its mappings; returns where to go on.
  uint64_t DropSome(uint64_t first, uint64_t end, bool* needs_quiet) EXCLUDES(lock_);
  Task<zx_status_t> DropPages(uint64_t first, uint64_t end);
  zx_status_t CommitSome(uint64_t* at, uint64_t end) EXCLUDES(lock_);
  zx_status_t ZeroPart(uint64_t offset, uint64_t size_bytes) EXCLUDES(lock_);

  const Kind kind_;
  const Sizing sizing_;
  const PhysAddr base_;  // Of all kinds but paged.
  // Set before anybody else knows us.
  bool is_discardable_ = false;
  uint64_t vdso_code_offset_ = 0;
  uint64_t vdso_code_size_ = 0;

  mutable SpinLock<LockRank::kVmoTree> lock_;
  std::atomic<uint64_t> size_;  // Written under lock_.
  uint64_t content_size_ GUARDED_BY(lock_);
  PageRadix pages_ GUARDED_BY(lock_);
  uint64_t committed_ GUARDED_BY(lock_) = 0;
  uint32_t cache_policy_ GUARDED_BY(lock_);
  uint32_t lock_count_ GUARDED_BY(lock_) = 0;
  uint32_t mapping_count_ GUARDED_BY(lock_) = 0;
  List<Mapping> mappings_ GUARDED_BY(lock_);

  async::Mutex resizing_;  // One change of size at a time, from its first step to its last.
};

}  // namespace sirocco::mm
