// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include "kernel/base/ref_ptr.h"
#include "kernel/base/result.h"
#include "kernel/mm/address_space.h"
#include "kernel/objects/kernel_object.h"

namespace sirocco {

/// What handles to a part of an address space lead to. The part itself stays when the last handle
/// goes, and may be destroyed before.
class Vmar final : public KernelObject {
 public:
  static constexpr zx_obj_type_t kType = ZX_OBJ_TYPE_VMAR;

  /// `region` is one of `space`. **Errors** ZX_ERR_NO_MEMORY.
  static Result<RefPtr<Vmar>> Create(RefPtr<mm::AddressSpace> space, RefPtr<mm::Region> region);

  /// A new sub-region of `parent`'s. **Errors** of mm::AddressSpace::Allocate.
  static Result<RefPtr<Vmar>> Allocate(Vmar& parent, const mm::Place& place, uint32_t can_map,
                                       bool can_place);

  /// A root handle's rights: everything may be mapped.
  static constexpr zx_rights_t kRootRights =
      ZX_DEFAULT_VMAR_RIGHTS | ZX_RIGHT_READ | ZX_RIGHT_WRITE | ZX_RIGHT_EXECUTE;

  mm::AddressSpace& space() const { return *space_; }
  const RefPtr<mm::AddressSpace>& space_ref() const { return space_; }
  mm::Region& region() const { return *region_; }
  const RefPtr<mm::Region>& region_ref() const { return region_; }

 private:
  Vmar(RefPtr<mm::AddressSpace> space, RefPtr<mm::Region> region)
      : KernelObject(kType), space_(std::move(space)), region_(std::move(region)) {}

  const RefPtr<mm::AddressSpace> space_;
  const RefPtr<mm::Region> region_;
};

}  // namespace sirocco
