// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <functional>

namespace sirocco::shell {

/// Calls `visit(process, koid)` for each process below `job`, until it returns false.
bool ForEachProcess(zx_handle_t job, const std::function<bool(zx_handle_t, zx_koid_t)>& visit);

}  // namespace sirocco::shell
