// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/objects/handle_table.h"
#include "kernel/syscall/context.h"

// What the generated thunks share: the short ways, in line.

namespace sirocco::syscall {

constexpr uint64_t ToResult(zx_status_t status) { return SyscallContext::ToResult(status); }

/// SyscallContext::Current() where a thread is known to call.
inline SyscallContext& CallersContext() { return SyscallContext::Current(); }

inline HandleTable& Handles(SyscallContext& ctx) { return ctx.handles(); }

}  // namespace sirocco::syscall
