// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/errors.h>
#include <zircon/types.h>

#include "kernel/async/cancel.h"
#include "kernel/async/group.h"
#include "kernel/async/timer.h"
#include "kernel/base/units.h"

namespace sirocco::async {

/// What ends an operation early; the part of Bounded that does not depend on its type.
class BoundedBase : public Group, private TimerNode, private CancelListener {
 protected:
  BoundedBase(Instant deadline, Nanoseconds slack, CancelToken token);
  ~BoundedBase() = default;

  static constexpr uint32_t kMain = 0;
  static constexpr uint32_t kToken = 1;
  static constexpr uint32_t kTimer = 2;

  Started StartChild(size_t index) override;
  void CancelChild(size_t index, zx_status_t reason) override;
  zx_status_t EndReason(uint32_t first) const override;
  zx_status_t Outcome(uint32_t& first) override;

  virtual Completion& main() = 0;
  virtual bool StartMain() = 0;
  virtual void CancelMain(zx_status_t reason) = 0;

 private:
  static void OnTimer(TimerNode& node);
  static void OnToken(CancelListener& listener);
  Started StartToken();
  Started StartTimer();

  CancelSource* const source_;
};

/// `op`, ended with ZX_ERR_TIMED_OUT at the deadline and with ZX_ERR_CANCELED by the token. Yields
/// what `op` yields: an outcome that came before it was ended is never lost.
/// A past deadline polls; an infinite one and an empty token cost nothing.
template <Operation Op>
class [[nodiscard]] Bounded : public BoundedBase {
 public:
  Bounded(Op& op, Instant deadline, Nanoseconds slack, CancelToken token)
      : BoundedBase(deadline, slack, token), op_(op) {}

  decltype(auto) await_resume() { return op_.await_resume(); }

 private:
  Completion& main() override { return op_; }
  bool StartMain() override {
    return !op_.await_ready() && op_.await_suspend(std::coroutine_handle<>());
  }
  void CancelMain(zx_status_t reason) override { op_.Cancel(reason); }

  Op& op_;
};

/// `auto in_time = WithDeadline(op, deadline); auto status = co_await in_time;`
template <Operation Op>
Bounded<Op> WithDeadline(Op& op, Instant deadline, Nanoseconds slack = Nanoseconds(0)) {
  return Bounded<Op>(op, deadline, slack, CancelToken());
}

/// The same with a token instead of a deadline.
template <Operation Op>
Bounded<Op> WithCancel(Op& op, CancelToken token) {
  return Bounded<Op>(op, Instant::Infinite(), Nanoseconds(0), token);
}

/// Both, in one operation.
template <Operation Op>
Bounded<Op> WithDeadlineAndCancel(Op& op, Instant deadline, Nanoseconds slack, CancelToken token) {
  return Bounded<Op>(op, deadline, slack, token);
}

}  // namespace sirocco::async
