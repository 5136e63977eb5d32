// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <threads.h>
#include <zircon/compiler.h>
#include <zircon/types.h>

__BEGIN_CDECLS

/// The handle of a thread of this process that has neither ended nor been joined. Never close it.
zx_handle_t thrd_get_zx_handle(thrd_t thread);

__END_CDECLS
