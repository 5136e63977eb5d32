// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "kernel/base/units.h"

namespace sirocco::arch {

/// One mapping of the host process plays all of RAM, from physical address kBase on.
class PhysicalMemory {
 public:
  static constexpr uint64_t kBase = 0x80000000;
  static constexpr uint64_t kSize = 64 << 20;

  static std::byte* ToVirt(PhysAddr address);
  static PhysAddr ToPhys(const void* pointer);
};

}  // namespace sirocco::arch
