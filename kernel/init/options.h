// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sirocco::init {

/// Words of a command line: `name=value`, or a bare `name`, whose value is empty. Of several with
/// one name the last counts. docs/boot.md lists the names that mean something.
class Options {
 public:
  explicit constexpr Options(std::string_view line) : line_(line) {}

  /// The value of `name`; nothing if the word is absent.
  std::optional<std::string_view> Get(std::string_view name) const;

  /// The value as a decimal number; `otherwise` if it is absent or no number of 32 bits.
  uint32_t Number(std::string_view name, uint32_t otherwise) const;

 private:
  std::string_view line_;
};

/// Those the machine was booted with.
Options BootOptions();

}  // namespace sirocco::init
