// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstdint>

namespace sirocco::arch {

/// The PLIC. A masked vector has priority 0; enable bits are set once, for the hart that takes
/// external interrupts.
class IrqController {
 public:
  static uint32_t vector_count();
  static zx_status_t Register(uint32_t vector, IrqHandler handler, void* context);
  static void Unregister(uint32_t vector);
  static void Mask(uint32_t vector);
  static void Unmask(uint32_t vector);
};

}  // namespace sirocco::arch
