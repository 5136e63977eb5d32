// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/init/options.h"

#include "kernel/arch/boot_options.h"

namespace sirocco::init {

std::optional<std::string_view> Options::Get(std::string_view name) const {
  std::optional<std::string_view> value;
  for (std::string_view rest = line_; !rest.empty();) {
    const size_t length = rest.find(' ') == std::string_view::npos ? rest.size() : rest.find(' ');
    const std::string_view word = rest.substr(0, length);
    rest.remove_prefix(length < rest.size() ? length + 1 : length);
    const size_t equals = word.find('=');
    if (word.substr(0, equals) != name || word.empty()) continue;
    value = equals == std::string_view::npos ? std::string_view() : word.substr(equals + 1);
  }
  return value;
}

uint32_t Options::Number(std::string_view name, uint32_t otherwise) const {
  const auto text = Get(name);
  if (!text || text->empty()) return otherwise;
  uint64_t number = 0;
  for (char c : *text) {
    if (c < '0' || c > '9') return otherwise;
    number = number * 10 + static_cast<uint64_t>(c - '0');
    if (number > UINT32_MAX) return otherwise;
  }
  return static_cast<uint32_t>(number);
}

Options BootOptions() { return Options(arch::CommandLine()); }

}  // namespace sirocco::init
