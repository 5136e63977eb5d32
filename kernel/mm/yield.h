// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/errors.h>

#include <coroutine>

#include "kernel/async/completion.h"

namespace sirocco::mm {

/// Lets others run: a long walk suspends between its steps. `YieldOp yield; auto s = co_await
/// yield;`
class [[nodiscard]] YieldOp : public async::Completion {
 public:
  YieldOp() = default;
  void Cancel(zx_status_t = ZX_ERR_CANCELED) {}  // It comes at once.
  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> waiter) {
    Arm(waiter);
    Complete(ZX_OK);
    return true;
  }
  zx_status_t await_resume() const { return status(); }
};

}  // namespace sirocco::mm
