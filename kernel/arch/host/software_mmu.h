// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/arch/page_table.h"

namespace sirocco::arch {

/// What a hart does with a user address. Its TLB is adversarial (AS1): keyed by (ASID, page), it
/// never evicts by itself and forgets only what a fence covers, so a missing fence is a wrong
/// translation and not luck.
class SoftwareMmu {
 public:
  struct Outcome {
    std::byte* byte = nullptr;  // Null: a page fault.
    bool is_stale = false;      // The tables say something else, or nothing, by now.
  };
  /// One access of the user code this hart runs.
  static Outcome Translate(VirtAddr address, Access access);

  /// Asked for each use of a stale translation: false stops the test, the frame is not the
  /// program's any more.
  using FrameCheck = bool (*)(PhysAddr frame);
  static void SetFrameCheck(FrameCheck check);

  static void SetAsidBits(uint32_t bits);

  /// Since ResetCounters, over all harts.
  struct Counters {
    uint64_t page_fences = 0;
    uint64_t asid_fences = 0;
    uint64_t full_fences = 0;
    uint64_t enters = 0;
  };
  static Counters counters();
  static void ResetCounters();
};

}  // namespace sirocco::arch
