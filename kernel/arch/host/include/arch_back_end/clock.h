// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernel/base/units.h"

namespace sirocco::arch {

/// Simulated by default: time stands until a test moves it, or every hart is idle and a timer is
/// armed (then it jumps). Real when a test asks for it.
class Clock {
 public:
  static uint64_t Ticks();
  static Instant At(uint64_t ticks) {
    return Instant(static_cast<int64_t>(ticks * nanoseconds_per_tick()));
  }
  static Instant Now();
  static constexpr uint32_t nanoseconds_per_tick() { return 100; }

  enum class Mode : uint8_t { kSimulated, kReal };
  static void SetMode(Mode mode);
  /// Simulated only: moves forward to `instant`; timers that are due become pending interrupts.
  static void AdvanceTo(Instant instant);
};

}  // namespace sirocco::arch
