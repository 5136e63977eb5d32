// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/arch/riscv64/platform.h"

namespace sirocco::arch {

/// Maps console and finisher as soon as they are known.
void InitConsole(const Platform& platform);
void InitPower(const Platform& platform);

/// Maps the PLIC and gives every hart its context; external interrupts go to hart 0.
void InitIrqController(const Platform& platform);

}  // namespace sirocco::arch
