// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arch_back_end/clock.h>

#include <concepts>
#include <cstdint>

#include "kernel/base/units.h"

namespace sirocco::arch {

/// The monotonic clock. A tick is a whole number of nanoseconds, so that user code reads the same
/// instant with one multiplication and no call; a machine whose timebase does not divide 1 GHz is
/// refused at boot.
template <typename T>
concept ArchClock = requires(uint64_t ticks) {
  { T::Now() } -> std::same_as<Instant>;
  { T::Ticks() } -> std::same_as<uint64_t>;
  { T::At(ticks) } -> std::same_as<Instant>;
  { T::nanoseconds_per_tick() } -> std::same_as<uint32_t>;
};
static_assert(ArchClock<Clock>);

}  // namespace sirocco::arch
