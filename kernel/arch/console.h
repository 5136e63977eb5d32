// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arch_back_end/console.h>

#include <concepts>
#include <string_view>

namespace sirocco::arch {

/// The machine's own console, written byte by byte without lock, memory or interrupts: for the
/// first steps of boot and for the last words of a panic. Everything else goes to the debuglog: the
/// device belongs to a driver.
template <typename T>
concept ArchConsole = requires(std::string_view text) {
  { T::Write(text) } -> std::same_as<void>;
};
static_assert(ArchConsole<Console>);

}  // namespace sirocco::arch
