// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/async/select.h"

namespace sirocco::async {

Group::Started SpanGroup::StartChild(size_t index) {
  Adopt(operation(index).completion(), index);
  return operation(index).Start() ? Started::kPending : Started::kDone;
}

void SpanGroup::CancelChild(size_t index, zx_status_t reason) {
  if (!operation(index).completion().is_done()) operation(index).Cancel(reason);
}

zx_status_t SelectAny::Outcome(uint32_t& first) {
  if (first != kNobody) return operation(first).completion().status();
  // Ended from outside. An operation with an outcome of its own came before that: it wins after
  // all, so that nothing it took (a message, a lock) is lost.
  for (size_t index = 0; index < started_count(); ++index) {
    const zx_status_t status = operation(index).completion().status();
    if (status == cancel_reason()) continue;
    first = static_cast<uint32_t>(index);
    return status;
  }
  return started_count() == 0 ? ZX_ERR_INVALID_ARGS : cancel_reason();  // Nothing to wait for.
}

zx_status_t WhenAllOf::Outcome(uint32_t& /*first*/) {
  for (size_t index = 0; index < started_count(); ++index) {
    const zx_status_t status = operation(index).completion().status();
    if (status != ZX_OK) return status;
  }
  return ZX_OK;
}

}  // namespace sirocco::async
