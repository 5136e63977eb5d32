// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <concepts>
#include <cstdint>

namespace sirocco::arch {

/// Runs for every interrupt of its vector, on the hart that took it, at a quiet point.
using IrqHandler = void (*)(void* context, uint32_t vector);

}  // namespace sirocco::arch

#include <arch_back_end/irq_controller.h>

namespace sirocco::arch {

/// The platform's interrupt controller. Vectors are the numbers the device tree uses, 1 and up.
///  - Register: binds a vector and leaves it masked. OUT_OF_RANGE: no such vector; ALREADY_BOUND.
///  - Unregister: masks, and unbinds; the handler may still be running on another hart.
///  - Mask, Unmask: a level-triggered line must be masked by its handler until the device is
///  served.
template <typename T>
concept ArchIrqController = requires(uint32_t vector, IrqHandler handler, void* context) {
  { T::vector_count() } -> std::same_as<uint32_t>;
  { T::Register(vector, handler, context) } -> std::same_as<zx_status_t>;
  { T::Unregister(vector) } -> std::same_as<void>;
  { T::Mask(vector) } -> std::same_as<void>;
  { T::Unmask(vector) } -> std::same_as<void>;
};
static_assert(ArchIrqController<IrqController>);

}  // namespace sirocco::arch
