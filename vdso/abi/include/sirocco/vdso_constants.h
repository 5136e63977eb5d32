// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

// What the kernel tells the vDSO about the machine: written once, before the first process starts,
// into the read-only page of the vDSO image, at VDSO_CONSTANTS_OFFSET of the generated
// vdso_image.h.

#define ZX_VDSO_CONSTANTS_VERSION ((uint32_t)1u)
#define ZX_VDSO_VERSION_STRING_SIZE (64u)

/// A clock reads (ticks << SHIFT) * ns_per_tick >> 64: one multiplication whose low half is never
/// needed. A rate of 3.91 MHz or more fits; ticks << 8 overflows after 228 years at 10 MHz.
#define ZX_VDSO_TICK_SHIFT (8u)
#define ZX_VDSO_MIN_TICKS_PER_SECOND ((int64_t)3906251)

typedef struct zx_vdso_constants {
  uint32_t version;  // ZX_VDSO_CONSTANTS_VERSION.
  uint32_t num_cpus;
  uint64_t ns_per_tick;  // In units of 2^-56 ns, rounded down.
  int64_t ticks_per_second;
  uint32_t page_size;
  uint32_t dcache_line_size;
  uint64_t physmem;
  uint32_t features_cpu;  // ZX_HAS_CPU_FEATURES.
  uint32_t hw_breakpoint_count;
  uint32_t hw_watchpoint_count;
  uint32_t features_address_tagging;
  uint32_t features_vm;  // ZX_VM_FEATURE_*.
  uint32_t reserved;
  uint64_t version_string_length;
  char version_string[ZX_VDSO_VERSION_STRING_SIZE];  // With NUL.
} zx_vdso_constants_t;

/// ns_per_tick for a rate of at least ZX_VDSO_MIN_TICKS_PER_SECOND.
static inline uint64_t zx_vdso_ns_per_tick(int64_t ticks_per_second) {
  // 10^9 * 2^56 does not fit 64 bits: long division, 28 bits at a time.
  const uint64_t rate = (uint64_t)ticks_per_second;
  uint64_t quotient = 1000000000u / rate;
  uint64_t rest = 1000000000u % rate;
  for (int i = 0; i < 2; ++i) {
    rest <<= 28;
    quotient = (quotient << 28) + rest / rate;
    rest %= rate;
  }
  return quotient;
}

/// The clock as every reader computes it, kernel included.
static inline zx_instant_mono_t zx_vdso_ticks_to_ns(uint64_t ns_per_tick, uint64_t ticks) {
  return (zx_instant_mono_t)(((unsigned __int128)(ticks << ZX_VDSO_TICK_SHIFT) * ns_per_tick) >>
                             64);
}
