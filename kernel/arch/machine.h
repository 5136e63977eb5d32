// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace sirocco::arch {

/// Tells what the device tree says of this machine, a line at a time, without line ends.
void DescribeMachine(void (*print)(std::string_view line));

}  // namespace sirocco::arch
