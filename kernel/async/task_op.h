// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/errors.h>
#include <zircon/types.h>

#include <coroutine>
#include <utility>

#include "kernel/async/cancel.h"
#include "kernel/async/completion.h"
#include "kernel/async/task.h"

namespace sirocco::async {

/// A Task as an operation, so that it can be selected, bounded or awaited with others. It runs in
/// the waiter's context until its first suspension. Cancel requests its end through `source`, which
/// the Task's own waits carry; the operation completes when the Task has ended, as it ended.
template <typename T>
class [[nodiscard]] TaskOp : public Completion, private TaskStart {
 public:
  explicit TaskOp(Task<T> task, CancelSource* source = nullptr)
      : TaskStart(&OnFinish), task_(std::move(task)), source_(source) {}

  void Cancel(zx_status_t = ZX_ERR_CANCELED) {
    if (source_ != nullptr) source_->Cancel();
  }

  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> waiter) {
    Arm(waiter);
    if (!task_.Start(*this)) return true;
    TakeResult();
    return CompleteInline(StatusOf(result_));
  }
  T await_resume() { return std::move(result_); }

 private:
  static zx_status_t StatusOf(zx_status_t status) { return status; }
  template <typename U>
  static zx_status_t StatusOf(const Result<U>& result) {
    return result.status();
  }
  static void OnFinish(TaskStart& start) {
    auto& self = static_cast<TaskOp&>(start);
    self.TakeResult();
    self.Complete(StatusOf(self.result_));
  }
  void TakeResult() { result_ = task_.TakeResult(); }

  Task<T> task_;
  CancelSource* const source_;
  T result_{Error{ZX_ERR_INTERNAL}};
};

}  // namespace sirocco::async
