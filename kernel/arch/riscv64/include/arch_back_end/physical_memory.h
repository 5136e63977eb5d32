// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/base/units.h"

namespace sirocco::arch {

class PhysicalMemory {
 public:
  static std::byte* ToVirt(PhysAddr address) {
    return reinterpret_cast<std::byte*>(address.value() + direct_offset_);
  }
  static PhysAddr ToPhys(const void* pointer) {
    const auto address = reinterpret_cast<uint64_t>(pointer);
    return PhysAddr(address - (address >= kImageWindow ? kImageOffset : direct_offset_));
  }

  /// For early boot: the direct map's random place.
  static void SetDirectOffset(uint64_t offset) { direct_offset_ = offset; }

 private:
  static constexpr uint64_t kImageWindow = 0xffffffff80000000;
  static constexpr uint64_t kImageOffset = 0xffffffff00000000;

  static inline uint64_t direct_offset_ = 0;
};

}  // namespace sirocco::arch
