// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace sirocco::init {

/// Boot option debug.check: runs the checks of the kernel that `what` names ("arch"), prints one
/// line each to the console, and ends the machine: with 0, or with a panic at the first that fails.
/// Returns if it knows no such checks.
void Check(std::string_view what);

}  // namespace sirocco::init
