// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernel/base/units.h"

namespace sirocco::mm {

/// The sizes of small heap objects, ascending, multiples of 16; how many of each fit a page.
inline constexpr std::array<uint16_t, 21> kClassSizes = {16,  32,  48,  64,  80,   96,   112,
                                                         128, 160, 192, 224, 256,  320,  384,
                                                         448, 512, 640, 768, 1024, 1360, 2048};
inline constexpr size_t kClassCount = kClassSizes.size();
inline constexpr size_t kSizeGranule = 16;
inline constexpr size_t kLargestSmall = 2048;

constexpr std::array<uint8_t, kLargestSmall / kSizeGranule + 1> MakeClassTable() {
  std::array<uint8_t, kLargestSmall / kSizeGranule + 1> table{};
  size_t size_class = 0;
  for (size_t granules = 0; granules < table.size(); ++granules) {
    while (kClassSizes[size_class] < granules * kSizeGranule) ++size_class;
    table[granules] = static_cast<uint8_t>(size_class);
  }
  return table;
}
inline constexpr auto kClassTable = MakeClassTable();

/// The class of an object of `size_bytes`, at most kLargestSmall.
constexpr size_t SizeClassFor(size_t size_bytes) {
  return kClassTable[(size_bytes + kSizeGranule - 1) / kSizeGranule];
}
constexpr uint32_t ObjectsPerSlab(size_t size_class) { return kPageSize / kClassSizes[size_class]; }

}  // namespace sirocco::mm
