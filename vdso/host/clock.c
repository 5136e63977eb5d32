// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// vdso/clock.S for the hosted world.
#include "vdso/host/host_syscall.h"
#include "vdso/internal.h"

zx_instant_mono_t zx_clock_get_monotonic(void) {
  return (zx_instant_mono_t)(sirocco_host_ticks() * vdso_constants.ns_per_tick);
}
VDSO_ALIAS(clock_get_monotonic);

zx_instant_boot_t zx_clock_get_boot(void) { return zx_clock_get_monotonic(); }
VDSO_ALIAS(clock_get_boot);

zx_instant_mono_ticks_t zx_ticks_get(void) { return (zx_ticks_t)sirocco_host_ticks(); }
VDSO_ALIAS(ticks_get);

zx_instant_boot_ticks_t zx_ticks_get_boot(void) { return (zx_ticks_t)sirocco_host_ticks(); }
VDSO_ALIAS(ticks_get_boot);
