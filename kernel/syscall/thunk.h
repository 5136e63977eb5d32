// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "kernel/objects/handle_table.h"
#include "kernel/syscall/context.h"

// What the generated thunks share: the short ways, in line.

namespace sirocco::syscall {

constexpr uint64_t ToResult(zx_status_t status) { return SyscallContext::ToResult(status); }

/// SyscallContext::Current() where a thread is known to call.
inline SyscallContext& CallersContext() { return SyscallContext::Current(); }

inline HandleTable& Handles(SyscallContext& ctx) { return ctx.handles(); }

/// A call that met a missing page is dispatched again when that is there. Out of line, and a jump
/// from where the arguments still are.
template <typename... Words>
[[gnu::noinline, gnu::cold]] uint64_t Retry(SyscallContext& ctx, SyscallContext::Thunk thunk,
                                            Words... words) {
  const std::array<uint64_t, 8> a = {words...};
  return ctx.RetryAfterPage(thunk, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
}

}  // namespace sirocco::syscall
