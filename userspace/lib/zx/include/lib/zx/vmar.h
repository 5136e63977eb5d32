// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lib/zx/object.h>
#include <lib/zx/vmo.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>

#include <utility>

namespace zx {

/// A region of an address space. What it maps stays mapped when the handle is closed.
class vmar final : public object<vmar> {
 public:
  using object::object;

  [[nodiscard]] zx_status_t allocate(zx_vm_option_t options, size_t offset, size_t size,
                                     vmar* child, zx_vaddr_t* child_address) const noexcept {
    vmar region;
    const zx_status_t status = zx_vmar_allocate(get(), options, offset, size,
                                                region.reset_and_get_address(), child_address);
    if (status == ZX_OK) *child = std::move(region);
    return status;
  }

  [[nodiscard]] zx_status_t map(zx_vm_option_t options, size_t vmar_offset, const vmo& vmo,
                                uint64_t vmo_offset, size_t size,
                                zx_vaddr_t* address) const noexcept {
    return zx_vmar_map(get(), options, vmar_offset, vmo.get(), vmo_offset, size, address);
  }

  zx_status_t unmap(zx_vaddr_t address, size_t size) const noexcept {
    return zx_vmar_unmap(get(), address, size);
  }

  [[nodiscard]] zx_status_t protect(zx_vm_option_t options, zx_vaddr_t address,
                                    size_t size) const noexcept {
    return zx_vmar_protect(get(), options, address, size);
  }

  zx_status_t destroy() const noexcept { return zx_vmar_destroy(get()); }

  static unowned<vmar> root_self() noexcept { return unowned<vmar>(zx_vmar_root_self()); }
};

using unowned_vmar = unowned<vmar>;

}  // namespace zx
