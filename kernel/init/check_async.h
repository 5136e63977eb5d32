// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include "kernel/async/task.h"

namespace sirocco::init {

/// Boot option debug.check=async: a million awaits, a million yields and ten thousand nested tasks,
/// on a hart's own stack of 16 KiB. Prints a line and the bytes of stack that each touched; PANICs
/// when they are more.
Task<zx_status_t> CheckAsync();

}  // namespace sirocco::init
