// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <zircon/rights.h>

#include "kernel/objects/event_pair.h"
#include "kernel/syscall/create.h"
#include "kernel/syscall/handlers.h"

namespace sirocco {

zx_status_t sys_eventpair_create(SyscallContext& ctx, uint32_t, UserOut<zx_handle_t> out0,
                                 UserOut<zx_handle_t> out1) {
  return CreatePair(ctx, out0, out1, ZX_DEFAULT_EVENTPAIR_RIGHTS, &EventPair::Create);
}

}  // namespace sirocco
