// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/async/deadline.h"

namespace sirocco::async {

BoundedBase::BoundedBase(Instant end, Nanoseconds slack_allowed, CancelToken token)
    : Group(Policy::kFirst, end.is_infinite() ? kTimer : kTimer + 1),
      TimerNode(&OnTimer),
      CancelListener(&OnToken),
      source_(token.source()) {
  deadline = end;
  slack = slack_allowed;
}

Group::Started BoundedBase::StartChild(size_t index) {
  switch (index) {
    case kMain:
      Adopt(main(), kMain);
      return StartMain() ? Started::kPending : Started::kDone;
    case kToken:
      return StartToken();
    default:
      return StartTimer();
  }
}

Group::Started BoundedBase::StartToken() {
  if (source_ == nullptr) return Started::kSkipped;
  return source_->Add(*this) ? Started::kPending : Started::kDone;
}

Group::Started BoundedBase::StartTimer() {
  if (deadline.is_infinite()) return Started::kSkipped;
  TimerQueue& timers = executor().timers();
  if (deadline <= timers.Now()) return Started::kDone;
  queue = &timers;
  timers.Arm(*this, deadline, slack);
  return Started::kPending;
}

void BoundedBase::CancelChild(size_t index, zx_status_t reason) {
  switch (index) {
    case kMain:
      if (!main().is_done()) CancelMain(reason);
      break;
    case kToken:
      if (source_ != nullptr && source_->Remove(*this)) OnChildDone(kToken);
      break;
    default:
      if (queue != nullptr && queue->Cancel(*this)) OnChildDone(kTimer);
      break;
  }
}

zx_status_t BoundedBase::EndReason(uint32_t first) const {
  return first == kTimer ? ZX_ERR_TIMED_OUT : ZX_ERR_CANCELED;
}

// The operation says how it ended, whoever was first: ended by us it has our reason, and if it was
// quicker its own outcome stands.
zx_status_t BoundedBase::Outcome(uint32_t& /*first*/) { return main().status(); }

void BoundedBase::OnTimer(TimerNode& node) { static_cast<BoundedBase&>(node).OnChildDone(kTimer); }

void BoundedBase::OnToken(CancelListener& listener) {
  static_cast<BoundedBase&>(listener).OnChildDone(kToken);
}

}  // namespace sirocco::async
