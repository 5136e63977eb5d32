// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/vmar.h"

#include <zircon/errors.h>

#include <new>
#include <utility>

namespace sirocco {

Result<RefPtr<Vmar>> Vmar::Create(RefPtr<mm::AddressSpace> space, RefPtr<mm::Region> region) {
  auto* vmar = new (std::nothrow) Vmar(std::move(space), std::move(region));
  if (vmar == nullptr) return Error{ZX_ERR_NO_MEMORY};
  return AdoptRef(vmar);
}

Result<RefPtr<Vmar>> Vmar::Allocate(Vmar& parent, const mm::Place& place, uint32_t can_map,
                                    bool can_place) {
  // The object first: the region stays even without a handle, so nothing may fail after it.
  void* memory = operator new(sizeof(Vmar), std::nothrow);
  if (memory == nullptr) return Error{ZX_ERR_NO_MEMORY};
  Result<RefPtr<mm::Region>> region =
      parent.space().Allocate(parent.region(), place, can_map, can_place);
  if (!region.ok()) {
    operator delete(memory, std::nothrow);
    return Error{region.status()};
  }
  return AdoptRef(new (memory) Vmar(parent.space_, std::move(region).value()));
}

}  // namespace sirocco
