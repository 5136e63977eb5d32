// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sirocco/vdso_constants.h>

// The vDSO's C code is the same on the machine and, as a library, in the hosted world. Exported are
// the names of zircon/syscalls.h; all else is hidden.
#pragma GCC visibility push(default)
#include <zircon/status.h>
#include <zircon/syscalls.h>
#pragma GCC visibility pop

/// Defines `_zx_name` as another name of `zx_name`.
#define VDSO_ALIAS(name) \
  extern __typeof(zx_##name) _zx_##name __attribute__((alias("zx_" #name), visibility("default")))

/// Written by the kernel before any program runs; never changes after.
extern const zx_vdso_constants_t vdso_constants __attribute__((visibility("hidden")));

// Calls that only the vDSO makes.
zx_status_t vdso_cprng_draw_once(void* buffer, size_t buffer_size)
    __attribute__((visibility("hidden")));
