// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lib/zx/object.h>
#include <lib/zx/port.h>
#include <lib/zx/resource.h>
#include <zircon/syscalls.h>

namespace zx {

class interrupt final : public object<interrupt> {
 public:
  using object::object;

  [[nodiscard]] static zx_status_t create(const resource& resource, uint32_t number,
                                          uint32_t options, interrupt* result) noexcept {
    return zx_interrupt_create(resource.get(), number, options, result->reset_and_get_address());
  }

  [[nodiscard]] zx_status_t bind(const port& port, uint64_t key, uint32_t options) const noexcept {
    return zx_interrupt_bind(get(), port.get(), key, options);
  }

  [[nodiscard]] zx_status_t wait(zx::time_boot* timestamp) const noexcept {
    return zx_interrupt_wait(get(), timestamp != nullptr ? timestamp->get_address() : nullptr);
  }

  zx_status_t ack() const noexcept { return zx_interrupt_ack(get()); }

  zx_status_t trigger(uint32_t options, zx::time_boot timestamp) const noexcept {
    return zx_interrupt_trigger(get(), options, timestamp.get());
  }

  zx_status_t destroy() const noexcept { return zx_interrupt_destroy(get()); }
};

using unowned_interrupt = unowned<interrupt>;

}  // namespace zx
