// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/compiler.h>
#include <zircon/types.h>

__BEGIN_CDECLS

/// Makes the program's zx_* functions lead to the vDSO at `vdso_base`, a new thread's second
/// argument. First of all, before relocation if need be; calls before it jump to address 0.
/// **Errors** ZX_ERR_NOT_FOUND: there is no vDSO.
zx_status_t __sirocco_bind_vdso(uintptr_t vdso_base);

__END_CDECLS
