// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace sirocco::zxtest {

/// A line in the making, on the stack; what is too long is cut off.
class Text {
 public:
  Text& operator<<(std::string_view text);
  Text& operator<<(const char* text) { return *this << std::string_view(text); }
  Text& operator<<(bool value) { return *this << (value ? "true" : "false"); }
  template <typename T>
    requires std::integral<T> || std::is_enum_v<T>
  Text& operator<<(T value) {
    if constexpr (std::is_enum_v<T>) {
      return *this << static_cast<std::underlying_type_t<T>>(value);
    } else if constexpr (std::signed_integral<T>) {
      return Signed(value);
    } else {
      return Unsigned(value);
    }
  }
  Text& operator<<(const void* pointer) { return Unsigned(reinterpret_cast<uintptr_t>(pointer)); }
  Text& operator<<(std::nullptr_t) { return *this << "null"; }

  std::string_view view() const { return {text_, size_}; }

 private:
  Text& Signed(int64_t value);
  Text& Unsigned(uint64_t value);

  size_t size_ = 0;
  char text_[120];
};

}  // namespace sirocco::zxtest
