// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <new>

#include "kernel/base/ref_ptr.h"
#include "kernel/base/result.h"
#include "kernel/objects/kernel_object.h"

namespace sirocco {

/// A signal that users set and clear: all of it is KernelObject's.
class Event final : public KernelObject {
 public:
  static constexpr zx_obj_type_t kType = ZX_OBJ_TYPE_EVENT;

  /// **Errors** ZX_ERR_NO_MEMORY.
  static Result<RefPtr<Event>> Create() {
    auto* event = new (std::nothrow) Event;
    if (event == nullptr) [[unlikely]]
      return Error(ZX_ERR_NO_MEMORY);
    return AdoptRef(event);
  }

 private:
  Event() : KernelObject(kType) {}
};

}  // namespace sirocco
