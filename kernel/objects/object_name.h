// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sirocco {

/// The name property: at most 31 characters and a NUL. Guarded by its object's lock.
class ObjectName {
 public:
  /// Cuts off what is too long, and everything from a NUL on.
  void Set(std::string_view name) {
    name = name.substr(0, std::min(name.find('\0'), size_t{ZX_MAX_NAME_LEN - 1}));
    std::memset(text_, 0, sizeof(text_));
    std::memcpy(text_, name.data(), name.size());
  }
  void CopyTo(char (&name)[ZX_MAX_NAME_LEN]) const { std::memcpy(name, text_, sizeof(text_)); }

 private:
  alignas(uint64_t) char text_[ZX_MAX_NAME_LEN] = {};
};

}  // namespace sirocco
