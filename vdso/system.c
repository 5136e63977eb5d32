// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// What programs may know of the machine, and calls that are made of others.
#include <stddef.h>
#include <zircon/errors.h>
#include <zircon/limits.h>
#include <zircon/time.h>

#include "vdso/constants_layout.h"
#include "vdso/internal.h"

_Static_assert(offsetof(zx_vdso_constants_t, ns_per_tick) == CONSTANTS_NS_PER_TICK, "");
_Static_assert(sizeof(zx_vdso_constants_t) == CONSTANTS_SIZE, "");

zx_ticks_t zx_ticks_per_second(void) { return vdso_constants.ticks_per_second; }
VDSO_ALIAS(ticks_per_second);

zx_instant_mono_t zx_deadline_after(zx_duration_mono_t nanoseconds) {
  return zx_time_add_duration(zx_clock_get_monotonic(), nanoseconds);
}
VDSO_ALIAS(deadline_after);

uint32_t zx_system_get_num_cpus(void) { return vdso_constants.num_cpus; }
VDSO_ALIAS(system_get_num_cpus);

uint32_t zx_system_get_page_size(void) { return vdso_constants.page_size; }
VDSO_ALIAS(system_get_page_size);

uint64_t zx_system_get_physmem(void) { return vdso_constants.physmem; }
VDSO_ALIAS(system_get_physmem);

uint32_t zx_system_get_dcache_line_size(void) { return vdso_constants.dcache_line_size; }
VDSO_ALIAS(system_get_dcache_line_size);

zx_string_view_t zx_system_get_version_string(void) {
  const zx_string_view_t text = {vdso_constants.version_string,
                                 vdso_constants.version_string_length};
  return text;
}
VDSO_ALIAS(system_get_version_string);

zx_status_t zx_system_get_features(uint32_t kind, uint32_t* features) {
  uint32_t value = 0;
  if (kind == ZX_FEATURE_KIND_CPU) {
    value = vdso_constants.features_cpu;
  } else if (kind == ZX_FEATURE_KIND_HW_BREAKPOINT_COUNT) {
    value = vdso_constants.hw_breakpoint_count;
  } else if (kind == ZX_FEATURE_KIND_HW_WATCHPOINT_COUNT) {
    value = vdso_constants.hw_watchpoint_count;
  } else if (kind == ZX_FEATURE_KIND_ADDRESS_TAGGING) {
    value = vdso_constants.features_address_tagging;
  } else if (kind == ZX_FEATURE_KIND_VM) {
    value = vdso_constants.features_vm;
  } else {
    return ZX_ERR_NOT_SUPPORTED;
  }
  *features = value;
  return ZX_OK;
}
VDSO_ALIAS(system_get_features);

void zx_cprng_draw(void* buffer, size_t buffer_size) {
  char* to = (char*)buffer;
  while (buffer_size != 0) {
    const size_t size = buffer_size < ZX_CPRNG_DRAW_MAX_LEN ? buffer_size : ZX_CPRNG_DRAW_MAX_LEN;
    // Who asks for random bytes must not go on without them.
    if (vdso_cprng_draw_once(to, size) != ZX_OK) __builtin_trap();
    to += size;
    buffer_size -= size;
  }
}
VDSO_ALIAS(cprng_draw);
