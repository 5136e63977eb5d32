// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/vmo.h"

#include <zircon/errors.h>

#include <new>
#include <utility>

namespace sirocco {

Result<RefPtr<Vmo>> Vmo::Create(RefPtr<mm::VmoStorage> storage) {
  auto* vmo = new (std::nothrow) Vmo(std::move(storage));
  if (vmo == nullptr) return Error{ZX_ERR_NO_MEMORY};
  return AdoptRef(vmo);
}

zx_status_t Vmo::GetName(char (&name)[ZX_MAX_NAME_LEN]) const {
  Guard guard(lock_);
  name_.CopyTo(name);
  return ZX_OK;
}

zx_status_t Vmo::SetName(std::string_view name) {
  Guard guard(lock_);
  name_.Set(name);
  return ZX_OK;
}

}  // namespace sirocco
