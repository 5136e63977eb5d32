// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lib/zx/object.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/port.h>

namespace zx {

class port final : public object<port> {
 public:
  using object::object;

  [[nodiscard]] static zx_status_t create(uint32_t options, port* result) noexcept {
    return zx_port_create(options, result->reset_and_get_address());
  }

  [[nodiscard]] zx_status_t queue(const zx_port_packet_t* packet) const noexcept {
    return zx_port_queue(get(), packet);
  }

  [[nodiscard]] zx_status_t wait(zx::time deadline, zx_port_packet_t* packet) const noexcept {
    return zx_port_wait(get(), deadline.get(), packet);
  }

  zx_status_t cancel(const object_base& source, uint64_t key) const noexcept {
    return zx_port_cancel(get(), source.get(), key);
  }

  zx_status_t cancel_key(uint32_t options, uint64_t key) const noexcept {
    return zx_port_cancel_key(get(), options, key);
  }
};

using unowned_port = unowned<port>;

}  // namespace zx
