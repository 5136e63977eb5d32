// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "kernel/base/kassert.h"

namespace sirocco::mm {

/// Makes the Nth allocation of pages or heap memory fail, where assertions are compiled in: the
/// tests' way to visit every NO_MEMORY.
class FailInjector {
 public:
  /// The `nth` allocation from now on fails (1: the next one), once; 0 turns that off.
  void FailNth(uint64_t nth) {
    has_failed_.store(false, std::memory_order_relaxed);
    left_.store(nth, std::memory_order_relaxed);
  }
  bool has_failed() const { return has_failed_.load(std::memory_order_relaxed); }

  /// Allocations asked for since the start.
  uint64_t count() const { return count_.load(std::memory_order_relaxed); }

  /// For the allocators: whether this one fails.
  bool ShouldFail() {
    if constexpr (!kAssertsEnabled) return false;
    count_.fetch_add(1, std::memory_order_relaxed);
    if (left_.load(std::memory_order_relaxed) == 0) [[likely]]
      return false;
    if (left_.fetch_sub(1, std::memory_order_relaxed) != 1) return false;
    has_failed_.store(true, std::memory_order_relaxed);
    return true;
  }

 private:
  std::atomic<uint64_t> left_{0};
  std::atomic<uint64_t> count_{0};
  std::atomic<bool> has_failed_{false};
};

inline constinit FailInjector fail_injector;

}  // namespace sirocco::mm
