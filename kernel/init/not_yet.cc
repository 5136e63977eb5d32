// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Stands in for rooms that are not linked yet; goes with the first that is.

#include <zircon/errors.h>

#include "kernel/base/kassert.h"
#include "kernel/init/system.h"

extern "C" {
void SyscallChannelCallRegs() { PANIC("no calls yet"); }
void SyscallChannelServe() { PANIC("no calls yet"); }
}

namespace sirocco::init {
Task<Result<int64_t>> RunSystem() { co_return Error{ZX_ERR_NOT_FOUND}; }
}  // namespace sirocco::init
