// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "kernel/arch/riscv64/backtrace.h"

namespace sirocco::arch {

/// Becomes the hart that tells how the machine ends; of several that try, one returns. The others
/// stop. A second try by the same hart, a defect of the report itself, ends the machine at once.
void ClaimReport(uint32_t exit_status);

/// Whether some hart has claimed it.
bool IsReporting();

/// Writes the report to the console and ends the machine: `title`, `detail` if there is one, the
/// stack from `place` outwards, and the coroutines that await what runs here.
[[noreturn]] void ReportAndEnd(std::string_view title, std::string_view detail,
                               const StackPlace& place, uint32_t exit_status);

}  // namespace sirocco::arch
