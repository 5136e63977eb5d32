// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/syscall/memory_report.h"

#include "kernel/base/units.h"
#include "kernel/mm/heap.h"
#include "kernel/mm/page.h"
#include "kernel/mm/physical.h"

namespace sirocco {

zx_info_kmem_stats_t KernelMemoryStats() {
  using mm::PageKind;
  const mm::PhysicalAllocator::Counts pages = mm::physical.counts();
  const auto bytes = [&pages](PageKind kind) { return pages.of(kind) << kPageShift; };
  const mm::Heap::Usage heap = mm::heap.usage();
  zx_info_kmem_stats_t stats = {};
  stats.total_bytes = pages.total << kPageShift;
  stats.free_bytes = bytes(PageKind::kFree);
  stats.wired_bytes = bytes(PageKind::kWired);
  stats.total_heap_bytes = bytes(PageKind::kHeap);
  stats.free_heap_bytes = heap.total_bytes - heap.used_bytes;
  stats.vmo_bytes = bytes(PageKind::kVmo);
  stats.mmu_overhead_bytes = bytes(PageKind::kPageTable);
  stats.ipc_bytes = bytes(PageKind::kIpc);
  stats.other_bytes = bytes(PageKind::kOther);
  return stats;
}

MemoryInUse CountMemoryInUse() {
  using mm::PageKind;
  const mm::PhysicalAllocator::Counts pages = mm::physical.counts();
  return {.pages = pages.total - pages.of(PageKind::kFree) - pages.of(PageKind::kHeap),
          .heap_bytes = mm::heap.usage().used_bytes};
}

}  // namespace sirocco
