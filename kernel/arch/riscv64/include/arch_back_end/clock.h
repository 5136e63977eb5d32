// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernel/base/units.h"

namespace sirocco::arch {

class Clock {
 public:
  static uint64_t Ticks() {
    uint64_t ticks;
    asm volatile("rdtime %0" : "=r"(ticks));
    return ticks;
  }
  static Instant At(uint64_t ticks) {
    return Instant(static_cast<int64_t>(ticks * nanoseconds_per_tick_));
  }
  static Instant Now() { return At(Ticks()); }
  static uint32_t nanoseconds_per_tick() { return nanoseconds_per_tick_; }

  /// For early boot: `frequency` divides 1 GHz.
  static void SetFrequency(uint32_t frequency) {
    nanoseconds_per_tick_ = 1'000'000'000 / frequency;
  }

 private:
  static inline uint32_t nanoseconds_per_tick_ = 100;
};

}  // namespace sirocco::arch
