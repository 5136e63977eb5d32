// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/arch/page_table.h"
#include "kernel/base/units.h"
#include "kernel/syscall/context.h"
#include "kernel/syscall/user_ptr.h"

namespace sirocco {

/// Finds bytes of a program that lie whole in one page; those in the page of the last ones without
/// a walk. Good until the next suspension, as what it finds.
class PageFinder {
 public:
  explicit PageFinder(const SyscallContext& ctx) : ctx_(ctx) {}

  /// Null: they are not there, not for this access, or reach over the page's end.
  std::byte* Find(uint64_t address, size_t size_bytes, arch::Access access) {
    const uint64_t offset = address - page_;
    if (offset < found_bytes_ && offset + size_bytes <= found_bytes_ &&
        (access == access_ || access == arch::Access::kRead)) {
      return bytes_ + offset;
    }
    std::byte* const found = ctx_.FindWhole(address, size_bytes, access);
    if (found == nullptr) return nullptr;
    page_ = address & ~uint64_t{kPageSize - 1};
    bytes_ = found - (address - page_);
    found_bytes_ = kPageSize;
    access_ = access;
    return found;
  }
  template <typename T>
  std::byte* Find(UserOut<T> out) {
    return Find(out.address(), sizeof(T), arch::Access::kWrite);
  }
  template <typename T>
  const std::byte* Find(UserPtr<const T> from) {
    return Find(from.address(), sizeof(T), arch::Access::kRead);
  }

 private:
  const SyscallContext& ctx_;
  uint64_t page_ = 0;
  uint64_t found_bytes_ = 0;  // From page_ on: none before the first find, as any address may come.
  std::byte* bytes_ = nullptr;
  arch::Access access_ = arch::Access::kRead;
};

}  // namespace sirocco
