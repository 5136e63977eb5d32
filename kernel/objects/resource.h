// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/syscalls/object.h>
#include <zircon/syscalls/resource.h>
#include <zircon/types.h>

#include <cstdint>
#include <string_view>

#include "kernel/base/list.h"
#include "kernel/base/result.h"
#include "kernel/objects/kernel_object.h"
#include "kernel/objects/object_name.h"

namespace sirocco {

/// The right to a range of a kind: physical addresses, interrupt vectors, services of the kernel.
class Resource final : public KernelObject, public ListNode<Resource> {
 public:
  static constexpr zx_obj_type_t kType = ZX_OBJ_TYPE_RESOURCE;

  /// All of a kind, made at boot. **Errors** ZX_ERR_NO_MEMORY.
  static Result<RefPtr<Resource>> CreateRoot(zx_rsrc_kind_t kind, uint64_t size,
                                             std::string_view name);
  /// A part of `parent`; `kind` and `flags` as in zx_resource_create.
  /// **Errors** ZX_ERR_INVALID_ARGS: no such kind or flag, or EXCLUSIVE under a part;
  /// ZX_ERR_ACCESS_DENIED: not within the parent; ZX_ERR_NOT_FOUND: another exclusive one overlaps;
  /// ZX_ERR_NO_MEMORY.
  static Result<RefPtr<Resource>> Create(const Resource& parent, zx_rsrc_kind_t kind,
                                         zx_rsrc_flags_t flags, uint64_t base, uint64_t size,
                                         std::string_view name);
  ~Resource() override;

  /// Whether it gives the right to [base, base + size) of `kind`.
  bool Covers(zx_rsrc_kind_t kind, uint64_t base, uint64_t size) const;
  /// Whether it gives the right to a service, ZX_RSRC_SYSTEM_*.
  bool CoversSystem(zx_rsrc_system_base_t service) const {
    return Covers(ZX_RSRC_KIND_SYSTEM, service, 1);
  }

  zx_info_resource_t GetInfo() const;

 private:
  enum class Level : uint8_t { kRoot, kPart };

  Resource(zx_rsrc_kind_t kind, zx_rsrc_flags_t flags, uint64_t base, uint64_t size, Level level,
           std::string_view name);

  bool is_exclusive() const { return (flags_ & ZX_RSRC_FLAG_EXCLUSIVE) != 0; }
  bool Overlaps(const Resource& other) const;
  // Puts an exclusive one on the list of those there are; false: one overlaps.
  bool Claim();

  const zx_rsrc_kind_t kind_;
  const zx_rsrc_flags_t flags_;
  const uint64_t base_;
  const uint64_t size_;
  const Level level_;
  ObjectName name_;  // Never changes.
};

}  // namespace sirocco
