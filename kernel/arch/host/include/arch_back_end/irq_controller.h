// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstdint>

namespace sirocco::arch {

/// Level-triggered lines that a test raises and lowers.
class IrqController {
 public:
  static constexpr uint32_t vector_count() { return 64; }
  static zx_status_t Register(uint32_t vector, IrqHandler handler, void* context);
  static void Unregister(uint32_t vector);
  static void Mask(uint32_t vector);
  static void Unmask(uint32_t vector);

  /// What a device does. A line that is high and unmasked interrupts hart 0 again and again.
  static void SetLine(uint32_t vector, bool is_high);

  /// For TakeInterrupts: serves what is pending; whether something was.
  static bool Serve();
  static bool is_pending();
};

}  // namespace sirocco::arch
