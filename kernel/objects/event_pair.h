// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include "kernel/base/result.h"
#include "kernel/objects/kernel_object.h"

namespace sirocco {

/// Two ends with a signal each; each may set the other's. One object, one lock.
class EventPair final : public KernelObject {
 public:
  static constexpr zx_obj_type_t kType = ZX_OBJ_TYPE_EVENTPAIR;

  /// **Errors** ZX_ERR_NO_MEMORY.
  static Result<RefPtr<EventPair>> Create();

  /// The other end gets ZX_EVENTPAIR_PEER_CLOSED.
  CloseStep OnZeroHandles(Side side, CloseList& list) override;

 private:
  EventPair() : KernelObject(kType) {}
};

}  // namespace sirocco
