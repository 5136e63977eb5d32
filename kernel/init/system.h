// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernel/async/task.h"
#include "kernel/base/result.h"

namespace sirocco::init {

/// Starts the first process and waits until the last one has ended: the first one's return code.
/// **Errors** ZX_ERR_NO_MEMORY; ZX_ERR_NOT_FOUND: there is no boot archive.
Task<Result<int64_t>> RunSystem();

}  // namespace sirocco::init
