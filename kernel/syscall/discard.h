// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstddef>

#include "kernel/objects/handle_slot.h"
#include "kernel/syscall/context.h"
#include "kernel/syscall/user_ptr.h"

namespace sirocco {

// A call that consumes handles was refused before its handler ran: the handles go all the same. The
// answer is `why`, or kStatusPageMissing with nothing done. What cannot be read is left alone, and
// so is a list longer than a message may have.

zx_status_t DiscardHandle(SyscallContext& ctx, HandleValue handle, zx_status_t why);
zx_status_t DiscardHandles(SyscallContext& ctx, UserPtr<const zx_handle_t> handles, size_t count,
                           zx_status_t why);
/// Those that were to be moved.
zx_status_t DiscardHandles(SyscallContext& ctx, UserPtr<const zx_handle_disposition_t> handles,
                           size_t count, zx_status_t why);
/// Those of the request.
zx_status_t DiscardHandles(SyscallContext& ctx, UserPtr<const zx_channel_call_args_t> args,
                           zx_status_t why);
zx_status_t DiscardHandles(SyscallContext& ctx, UserPtr<const zx_channel_call_etc_args_t> args,
                           zx_status_t why);

}  // namespace sirocco
