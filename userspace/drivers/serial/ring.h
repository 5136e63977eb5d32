// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace sirocco::serial {

/// Bytes in order, at most `kCapacity` of them. One thread.
template <size_t kCapacity>
class Ring {
 public:
  size_t size() const { return size_; }
  size_t room() const { return kCapacity - size_; }
  bool is_empty() const { return size_ == 0; }

  /// False if there is no room.
  bool Push(uint8_t byte) {
    if (room() == 0) return false;
    bytes_[(first_ + size_++) % kCapacity] = byte;
    return true;
  }

  /// The oldest byte; there must be one.
  uint8_t Pop() {
    const uint8_t byte = bytes_[first_];
    first_ = (first_ + 1) % kCapacity;
    --size_;
    return byte;
  }

  void Clear() { size_ = 0; }

 private:
  std::array<uint8_t, kCapacity> bytes_;
  size_t first_ = 0;
  size_t size_ = 0;
};

using InputRing = Ring<4096>;
using OutputRing = Ring<16384>;

}  // namespace sirocco::serial
