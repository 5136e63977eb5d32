// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <string_view>

#include "kernel/async/task.h"

namespace sirocco::init {

/// Boot option debug.check: runs the checks of the kernel that `what` names ("arch" or "async"),
/// prints one line each to the console, and ends the machine: with 0, or with a panic at the first
/// that fails. Returns ZX_OK if it knows no such checks.
Task<zx_status_t> Check(std::string_view what);

}  // namespace sirocco::init
