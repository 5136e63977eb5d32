// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arch_back_end/user_window.h>

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace sirocco::arch {

/// User memory that lies outside every page table: on the host the stacks and the data of the test
/// program, which its threads see at their own addresses. There is none on a machine.
template <typename T>
concept ArchUserWindow = requires(uint64_t address) {
  { T::Find(address) } -> std::same_as<std::byte*>;  // Null: not in there.
};
static_assert(ArchUserWindow<UserWindow>);

}  // namespace sirocco::arch
