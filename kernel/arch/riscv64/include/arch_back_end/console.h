// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace sirocco::arch {

/// A polled 16550. Silent until boot has found and mapped it.
class Console {
 public:
  static void Write(std::string_view text);
};

}  // namespace sirocco::arch
