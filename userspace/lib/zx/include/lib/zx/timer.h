// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lib/zx/object.h>
#include <zircon/syscalls.h>

namespace zx {

class timer final : public object<timer> {
 public:
  using object::object;

  [[nodiscard]] static zx_status_t create(uint32_t options, zx_clock_t clock_id,
                                          timer* result) noexcept {
    return zx_timer_create(options, clock_id, result->reset_and_get_address());
  }

  [[nodiscard]] zx_status_t set(zx::time deadline, zx::duration slack) const noexcept {
    return zx_timer_set(get(), deadline.get(), slack.get());
  }

  zx_status_t cancel() const noexcept { return zx_timer_cancel(get()); }
};

using unowned_timer = unowned<timer>;

}  // namespace zx
