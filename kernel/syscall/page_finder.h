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
    const uint64_t offset = address & (kPageSize - 1);
    if (offset + size_bytes > kPageSize) [[unlikely]]
      return nullptr;
    if (address - offset == page_ && (access == access_ || access == arch::Access::kRead)) {
      return bytes_ + offset;
    }
    std::byte* const found = ctx_.FindWhole(address, size_bytes, access);
    if (found == nullptr) [[unlikely]]
      return nullptr;
    page_ = address - offset;
    bytes_ = found - offset;
    access_ = access;
    return found;
  }
  template <typename T>
  std::byte* Find(UserOut<T> out) {
    return Find(out.address(), sizeof(T), arch::Access::kWrite);
  }
  /// False: it is not there. A null pointer is fine: `*found` is null then.
  template <typename T>
  bool FindOptional(UserOut<T> out, std::byte** found) {
    *found = nullptr;
    if (out.is_null()) return true;
    *found = Find(out);
    return *found != nullptr;
  }
  template <typename T>
  const std::byte* Find(UserPtr<const T> from) {
    return Find(from.address(), sizeof(T), arch::Access::kRead);
  }

 private:
  const SyscallContext& ctx_;
  uint64_t page_ = 1;  // The last one's address; 1 is none's.
  std::byte* bytes_ = nullptr;
  arch::Access access_ = arch::Access::kRead;
};

/// Stores what FindOptional found room for.
template <typename T>
void StoreOptional(std::byte* place, const T& value) {
  if (place != nullptr) CopyWhole<T>(place, &value);
}

}  // namespace sirocco
