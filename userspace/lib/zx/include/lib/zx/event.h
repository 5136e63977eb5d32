// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lib/zx/object.h>
#include <zircon/syscalls.h>

namespace zx {

class event final : public object<event> {
 public:
  using object::object;

  [[nodiscard]] static zx_status_t create(uint32_t options, event* result) noexcept {
    return zx_event_create(options, result->reset_and_get_address());
  }
};

using unowned_event = unowned<event>;

}  // namespace zx
