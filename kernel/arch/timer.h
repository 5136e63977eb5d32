// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arch_back_end/timer.h>

#include <concepts>

#include "kernel/base/units.h"

namespace sirocco::arch {

/// This hart's one timer. Once `deadline` has passed it calls sched::OnTimerInterrupt at the next
/// moment this hart takes interrupts, at once if it is past already, and is disarmed then.
/// Arm replaces what was armed. Context: interrupts masked.
template <typename T>
concept ArchTimer = requires(Instant deadline) {
  { T::Arm(deadline) } -> std::same_as<void>;
  { T::Disarm() } -> std::same_as<void>;
};
static_assert(ArchTimer<Timer>);

}  // namespace sirocco::arch
