// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace sirocco::arch {

/// Tells what the device tree says of this machine, a line at a time, without line ends.
void DescribeMachine(void (*print)(std::string_view line));

/// Walks the kernel's own page table. Null if it keeps its promises: nothing in the user's half,
/// nothing a user may touch, nothing both writable and executable, only text executable, text and
/// constants writable nowhere. Else the one that is broken.
const char* AuditKernelMap();

}  // namespace sirocco::arch
