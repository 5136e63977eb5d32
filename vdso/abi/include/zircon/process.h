// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/compiler.h>
#include <zircon/types.h>

// What the start code of a program keeps for it. Defined by the C library, not by the kernel.

__BEGIN_CDECLS

/// Takes the handle that the bootstrap message brought under `info` (PA_HND), or
/// ZX_HANDLE_INVALID if there was none or it has been taken.
zx_handle_t zx_take_startup_handle(uint32_t info);

// These do not transfer ownership: never close them.
zx_handle_t _zx_thread_self(void);
zx_handle_t zx_thread_self(void);
zx_handle_t _zx_process_self(void);
zx_handle_t zx_process_self(void);
zx_handle_t _zx_vmar_root_self(void);
zx_handle_t zx_vmar_root_self(void);
zx_handle_t _zx_job_default(void);
zx_handle_t zx_job_default(void);

__END_CDECLS
