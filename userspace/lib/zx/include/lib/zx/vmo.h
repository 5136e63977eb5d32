// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lib/zx/object.h>
#include <lib/zx/resource.h>
#include <zircon/syscalls.h>

namespace zx {

class vmo final : public object<vmo> {
 public:
  using object::object;

  [[nodiscard]] static zx_status_t create(uint64_t size, uint32_t options, vmo* result) noexcept {
    return zx_vmo_create(size, options, result->reset_and_get_address());
  }

  [[nodiscard]] static zx_status_t create_physical(const resource& resource, zx_paddr_t address,
                                                   size_t size, vmo* result) noexcept {
    return zx_vmo_create_physical(resource.get(), address, size, result->reset_and_get_address());
  }

  [[nodiscard]] zx_status_t read(void* data, uint64_t offset, size_t size) const noexcept {
    return zx_vmo_read(get(), data, offset, size);
  }

  [[nodiscard]] zx_status_t write(const void* data, uint64_t offset, size_t size) const noexcept {
    return zx_vmo_write(get(), data, offset, size);
  }

  [[nodiscard]] zx_status_t get_size(uint64_t* size) const noexcept {
    return zx_vmo_get_size(get(), size);
  }

  [[nodiscard]] zx_status_t set_size(uint64_t size) const noexcept {
    return zx_vmo_set_size(get(), size);
  }

  [[nodiscard]] zx_status_t op_range(uint32_t op, uint64_t offset, uint64_t size, void* buffer,
                                     size_t buffer_size) const noexcept {
    return zx_vmo_op_range(get(), op, offset, size, buffer, buffer_size);
  }

  [[nodiscard]] zx_status_t set_cache_policy(uint32_t policy) const noexcept {
    return zx_vmo_set_cache_policy(get(), policy);
  }

  /// This handle is gone, whatever the status is; `result` may be this object.
  [[nodiscard]] zx_status_t replace_as_executable(const resource& vmex, vmo* result) noexcept {
    vmo executable;
    const zx_status_t status =
        zx_vmo_replace_as_executable(release(), vmex.get(), executable.reset_and_get_address());
    result->swap(executable);
    return status;
  }
};

using unowned_vmo = unowned<vmo>;

}  // namespace zx
