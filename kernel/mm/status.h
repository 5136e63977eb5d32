// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include "kernel/arch/page_table.h"
#include "kernel/base/units.h"

namespace sirocco::mm {

/// What a plain function answers when a page has to be awaited first: nothing was done. Never
/// leaves the kernel.
inline constexpr zx_status_t kStatusPageMissing = -600;

/// Whether [address, address + size) is a user's, by subtraction (U4). Says nothing of what is
/// mapped there.
constexpr bool IsUserRange(uint64_t address, uint64_t size_bytes) {
  return address >= arch::kUserBase && RangeFits(address, size_bytes, arch::kUserEnd);
}

}  // namespace sirocco::mm
