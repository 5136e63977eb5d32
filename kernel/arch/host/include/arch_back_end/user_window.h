// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace sirocco::arch {

/// What a test's threads share with the kernel at one address: fiber stacks, which lie below 2 GiB
/// where a sanitizer has no shadow, and the data of a test that is linked at a fixed address.
class UserWindow {
 public:
  static constexpr bool kIsUsed = true;
  static std::byte* Find(uint64_t address);

  /// Adds the whole program, its constants and variables. Tests are linked with -no-pie.
  static void AddProgram();

  /// Memory for a fiber's stack, as user memory; null if there is no room left.
  static std::byte* NewStack(size_t size_bytes);
  static void FreeStack(std::byte* stack, size_t size_bytes);
};

}  // namespace sirocco::arch
