// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/syscalls/object.h>

#include <cstdint>

namespace sirocco {

/// What the machine's memory is used for, as ZX_INFO_KMEM_STATS tells it.
zx_info_kmem_stats_t KernelMemoryStats();

/// Pages that are not free: what a test compares with before.
uint64_t PagesInUse();

}  // namespace sirocco
