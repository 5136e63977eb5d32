// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/processargs.h>
#include <zircon/types.h>

#include <string_view>

namespace sirocco::bench {

/// The server's end of the channel, in a process of its own.
inline constexpr uint32_t kServerChannel = PA_HND(PA_USER0, 0);

/// Answers on `channel`, as `role` says, until the peer is closed: "regs", "c", "buffers" (what
/// does not fit the registers comes back, handles included), "echo" (read and write), "port" (the
/// same with waits through a port).
void Serve(std::string_view role, zx_handle_t channel);

/// Fills this process's handle table up to 100 entries.
void FillHandleTable();

}  // namespace sirocco::bench
