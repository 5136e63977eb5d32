// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace sirocco::arch {

/// Takes the interrupt that `scause` names: timer, IPI or external. Called by the trap path, at a
/// quiet point, interrupts masked.
void HandleInterrupt(uint64_t scause);

void HandleTimerInterrupt();
void HandleSoftwareInterrupt();
void HandleExternalInterrupt();

/// Lets this hart take interrupts of all three kinds, when it unmasks.
void EnableInterruptSources();

/// Writes the earlier of what Timer::Arm and the watchdog want to the hardware.
void ProgramTimer();

}  // namespace sirocco::arch
