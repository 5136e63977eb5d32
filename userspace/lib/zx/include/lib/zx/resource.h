// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lib/zx/object.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/resource.h>

#include <utility>

namespace zx {

class resource final : public object<resource> {
 public:
  using object::object;

  [[nodiscard]] static zx_status_t create(const resource& parent, uint32_t options, uint64_t base,
                                          size_t size, const char* name, size_t name_size,
                                          resource* result) noexcept {
    resource child;  // `result` may be the parent.
    const zx_status_t status = zx_resource_create(parent.get(), options, base, size, name,
                                                  name_size, child.reset_and_get_address());
    if (status == ZX_OK) *result = std::move(child);
    return status;
  }
};

using unowned_resource = unowned<resource>;

}  // namespace zx
