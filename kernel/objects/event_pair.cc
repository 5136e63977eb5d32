// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/event_pair.h"

#include <new>

namespace sirocco {

Result<RefPtr<EventPair>> EventPair::Create() {
  RefPtr<EventPair> pair = AdoptRef(new (std::nothrow) EventPair);
  if (!pair) return Error(ZX_ERR_NO_MEMORY);
  return pair;
}

CloseStep EventPair::OnZeroHandles(Side side, CloseList&) {
  UpdateSignals(Peer(side), 0, ZX_EVENTPAIR_PEER_CLOSED);
  return CloseStep::kDone;
}

}  // namespace sirocco
