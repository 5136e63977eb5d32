// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/parked_thread.h"

namespace sirocco {

void ParkedThread::Cancel() {
  // Not freed before this hart is quiet, if it is there at all.
  KernelObject* const object = object_.load(std::memory_order_acquire);
  if (object == nullptr || object->CancelParked(*this)) return;
  Guard guard(object->lock_);
  if (object_.load(std::memory_order_relaxed) != object) return;
  if (!object->RemoveObserverLocked(*this)) return;
  notify_(*this, ZX_ERR_CANCELED, object->SignalsLocked(slot().side()));
}

}  // namespace sirocco
