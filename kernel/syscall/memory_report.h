// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/syscalls/object.h>

#include <cstdint>

namespace sirocco {

/// What the machine's memory is used for, as ZX_INFO_KMEM_STATS tells it.
zx_info_kmem_stats_t KernelMemoryStats();

/// What a test compares with before. Pages that are not free and not the heap's, whose slabs keep
/// some for later; and what is in use of those.
struct MemoryInUse {
  uint64_t pages = 0;
  uint64_t heap_bytes = 0;
};
MemoryInUse CountMemoryInUse();

}  // namespace sirocco
