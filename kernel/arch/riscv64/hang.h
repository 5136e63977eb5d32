// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernel/arch/riscv64/trap_frame.h"

namespace sirocco::arch {

/// Reports that `hart` hangs in the kernel, by its own stack if it can be made to tell.
[[noreturn]] void ReportHangOf(uint32_t hart);

/// For a trap from the kernel: if a hang report caused it, gives the report or stops this hart.
/// Otherwise returns.
void JoinHangReport(const TrapFrame& frame);

}  // namespace sirocco::arch
