// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <array>
#include <atomic>
#include <cstdint>

namespace sirocco {

/// How many objects of each type live, and how many handles. Counts only; a test compares them with
/// a baseline, so an object counts until its memory goes.
/// Context: any, without a lock.
class Ledger {
 public:
  void Born(zx_obj_type_t type) { objects_[type].fetch_add(1, std::memory_order_relaxed); }
  void Died(zx_obj_type_t type) { objects_[type].fetch_sub(1, std::memory_order_relaxed); }
  void HandleOpened() { handles_.fetch_add(1, std::memory_order_relaxed); }
  void HandleClosed() { handles_.fetch_sub(1, std::memory_order_relaxed); }

  int64_t objects(zx_obj_type_t type) const {
    return objects_[type].load(std::memory_order_relaxed);
  }
  int64_t handles() const { return handles_.load(std::memory_order_relaxed); }

  struct Snapshot {
    std::array<int64_t, ZX_OBJ_TYPE_UPPER_BOUND> objects{};
    int64_t handles = 0;
    bool operator==(const Snapshot&) const = default;
  };
  Snapshot Take() const;

 private:
  std::array<std::atomic<int64_t>, ZX_OBJ_TYPE_UPPER_BOUND> objects_{};
  std::atomic<int64_t> handles_{0};
};

/// The one of this kernel.
extern Ledger ledger;

}  // namespace sirocco
