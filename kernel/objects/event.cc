// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/event.h"

#include <new>

namespace sirocco {

Result<RefPtr<Event>> Event::Create() {
  RefPtr<Event> event = AdoptRef(new (std::nothrow) Event);
  if (!event) return Error(ZX_ERR_NO_MEMORY);
  return event;
}

}  // namespace sirocco
