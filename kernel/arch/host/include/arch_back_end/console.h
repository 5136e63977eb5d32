// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace sirocco::arch {

/// Standard error of the host process.
class Console {
 public:
  static void Write(std::string_view text);
};

}  // namespace sirocco::arch
