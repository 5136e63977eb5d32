// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/ledger.h"

namespace sirocco {

constinit Ledger ledger;

Ledger::Snapshot Ledger::Take() const {
  Snapshot snapshot;
  for (zx_obj_type_t type = 0; type < ZX_OBJ_TYPE_UPPER_BOUND; ++type) {
    snapshot.objects[type] = objects(type);
  }
  snapshot.handles = handles();
  return snapshot;
}

}  // namespace sirocco
