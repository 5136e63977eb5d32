// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstdint>
#include <cstring>

// Memory whose places a test chooses: whole in a page, over the end of one.

namespace sirocco::zxtest {

inline constexpr uint32_t kPage = 4096;
inline constexpr uint8_t kUntouched = 0xee;

/// Three pages; a place is named by its distance from the end of the second.
struct Memory {
  alignas(kPage) uint8_t bytes[3 * kPage];
  template <typename T = uint8_t>
  T* At(uint32_t before_end) {
    return reinterpret_cast<T*>(bytes + 2 * kPage - before_end);
  }
};

/// A word of 32 bits that may lie at any address.
inline uint32_t LoadCount(const void* from) {
  uint32_t count;
  std::memcpy(&count, from, sizeof(count));
  return count;
}

/// For a call: what lies there is the program's.
template <typename T>
T* Pointer(zx_vaddr_t address) {
  return reinterpret_cast<T*>(address);
}

}  // namespace sirocco::zxtest
