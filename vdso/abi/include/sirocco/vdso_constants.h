// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

// What the kernel tells the vDSO about the machine: written once, before the first process starts,
// into the read-only page of the vDSO image, at VDSO_CONSTANTS_OFFSET of the generated
// vdso_image.h.

#define ZX_VDSO_CONSTANTS_VERSION ((uint32_t)1u)
#define ZX_VDSO_VERSION_STRING_SIZE (64u)

typedef struct zx_vdso_constants {
  uint32_t version;  // ZX_VDSO_CONSTANTS_VERSION.
  uint32_t num_cpus;
  uint64_t ns_per_tick;  // A clock reads ticks * ns_per_tick.
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
