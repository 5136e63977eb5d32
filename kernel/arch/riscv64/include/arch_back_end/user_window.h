// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace sirocco::arch {

class UserWindow {
 public:
  static constexpr bool kIsUsed = false;
  static constexpr std::byte* Find(uint64_t) { return nullptr; }
};

}  // namespace sirocco::arch
