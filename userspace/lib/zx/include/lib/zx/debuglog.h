// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lib/zx/object.h>
#include <lib/zx/resource.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/log.h>

namespace zx {

class debuglog final : public object<debuglog> {
 public:
  using object::object;

  [[nodiscard]] static zx_status_t create(const resource& resource, uint32_t options,
                                          debuglog* result) noexcept {
    return zx_debuglog_create(resource.get(), options, result->reset_and_get_address());
  }

  zx_status_t write(uint32_t options, const void* buffer, size_t buffer_size) const noexcept {
    return zx_debuglog_write(get(), options, buffer, buffer_size);
  }

  [[nodiscard]] zx_status_t read(uint32_t options, void* buffer,
                                 size_t buffer_size) const noexcept {
    return zx_debuglog_read(get(), options, buffer, buffer_size);
  }
};

using unowned_debuglog = unowned<debuglog>;

}  // namespace zx
