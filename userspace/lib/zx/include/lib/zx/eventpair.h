// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lib/zx/object.h>
#include <zircon/syscalls.h>

#include <utility>

namespace zx {

class eventpair final : public object<eventpair> {
 public:
  using object::object;

  [[nodiscard]] static zx_status_t create(uint32_t options, eventpair* end0,
                                          eventpair* end1) noexcept {
    eventpair first;
    eventpair second;
    const zx_status_t status =
        zx_eventpair_create(options, first.reset_and_get_address(), second.reset_and_get_address());
    if (status != ZX_OK) return status;
    *end0 = std::move(first);
    *end1 = std::move(second);
    return ZX_OK;
  }
};

using unowned_eventpair = unowned<eventpair>;

}  // namespace zx
