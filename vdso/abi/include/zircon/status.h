// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/compiler.h>
#include <zircon/types.h>

__BEGIN_CDECLS

/// The name of a status, "ZX_ERR_PEER_CLOSED" for instance, or "(UNKNOWN)". Never null.
const char* zx_status_get_string(zx_status_t status) __CONST;
const char* _zx_status_get_string(zx_status_t status) __CONST;

__END_CDECLS
