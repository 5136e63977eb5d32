// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lib/zx/resource.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sirocco::userboot {

/// One line for the debug log; what does not fit is cut off.
class Line {
 public:
  Line& operator<<(std::string_view text);
  Line& operator<<(int64_t number);

  std::string_view text() const { return {text_.data(), size_}; }

 private:
  std::array<char, 200> text_;
  size_t size_ = 0;
};

/// Opens the debug log; without one, lines are lost.
void OpenLog(const zx::resource& system);
void Log(const Line& line);

}  // namespace sirocco::userboot
