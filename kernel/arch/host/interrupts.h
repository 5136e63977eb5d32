// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace sirocco::arch {

/// Wakes the hart if it sleeps: something may be pending for it.
void WakeHart(uint32_t index);
void WakeAllHarts();

/// Whether this hart's timer is due. Disarms it then.
bool TakeDueTimer();
bool is_timer_due();
/// How long a sleep may last for this hart's timer to be in time; long if there is none, or time is
/// simulated.
std::chrono::nanoseconds RealTimeToTimer();

/// Every hart sleeps: simulated time jumps to the first armed timer, if there is one.
void OnAllIdle();

/// Simulated time goes to the first armed timer, if there is one.
void JumpToNextTimer();

}  // namespace sirocco::arch
