// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "kernel/async/task.h"

namespace sirocco::init {

/// Brings the kernel down in the way `kind` names (boot option debug.crash), so that anybody can
/// see what each report looks like: panic, await, fault, jump, stack, spin, hang. Returns ZX_OK
/// if it knows no such way.
Task<zx_status_t> Crash(std::string_view kind);

}  // namespace sirocco::init
