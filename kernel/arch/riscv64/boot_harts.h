// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernel/arch/riscv64/platform.h"

namespace sirocco::arch {

/// Numbers a hart and gives it its stacks: for hart 0 before anything may fault.
void InitHartBlock(uint32_t index);

/// All harts of the platform, the boot hart as 0.
void InitHarts(const Platform& platform);

/// What every hart does for itself before it runs the kernel.
void PrepareHart();

}  // namespace sirocco::arch
