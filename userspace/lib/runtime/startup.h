// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstdint>
#include <span>

// What the bootstrap message brought, kept for <zircon/process.h>. Works without a C library.

namespace sirocco::runtime {

/// Keeps the handles of a bootstrap message under their PA_HND words. PROC_SELF, THREAD_SELF,
/// VMAR_ROOT and JOB_DEFAULT become what zx_process_self() and its like return, the others wait
/// for zx_take_startup_handle(). Handles beyond ZX_CHANNEL_MAX_MSG_HANDLES do not come.
/// Context: once, before the process has a second thread.
void KeepStartupHandles(std::span<const uint32_t> infos, std::span<const zx_handle_t> handles);

/// The first kept handle whose PA_HND type is `type`, whatever its argument, without taking it.
zx_handle_t PeekStartupHandle(uint32_t type);

/// THREAD_SELF of the message: the handle of the thread that the process started with.
zx_handle_t FirstThread();

}  // namespace sirocco::runtime
