// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// The machine of the hosted world: its clock ticks as kernel/arch/host's does.
#include <zircon/syscalls/system.h>

#include "vdso/internal.h"

#define VERSION "sirocco-host"

const zx_vdso_constants_t vdso_constants = {
    .version = ZX_VDSO_CONSTANTS_VERSION,
    .num_cpus = 1,
    .ns_per_tick = 100,
    .ticks_per_second = 10000000,
    .page_size = 4096,
    .dcache_line_size = 64,
    .physmem = 64 << 20,
    .features_cpu = ZX_HAS_CPU_FEATURES,
    .features_vm = ZX_VM_FEATURE_CAN_MAP_XOM,
    .version_string_length = sizeof(VERSION) - 1,
    .version_string = VERSION,
};
