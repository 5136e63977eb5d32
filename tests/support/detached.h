// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coroutine>
#include <utility>

#include "kernel/async/resume.h"
#include "kernel/async/task.h"

namespace sirocco {

/// A coroutine that a test throws into the air: it starts at once, on the caller's stack up to its
/// first suspension, and frees itself when it ends. `is_started()` is false if it got no frame.
class Detached {
 public:
  class promise_type : public async::PromiseBase {
   public:
    promise_type() = default;
    Detached get_return_object() noexcept {
      const auto handle = std::coroutine_handle<promise_type>::from_promise(*this);
      if constexpr (kAssertsEnabled) CheckFrame(handle.address());
      return Detached(handle);
    }
    static Detached get_return_object_on_allocation_failure() noexcept { return Detached(nullptr); }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
  };

  Detached(Detached&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  // Started here and not at the initial suspension, whose awaiter is in a frame that may be gone
  // by then.
  ~Detached() {
    if (handle_ != nullptr) async::ResumeLoop(handle_);
  }

  bool is_started() const { return handle_ != nullptr; }

 private:
  explicit Detached(std::coroutine_handle<> handle) : handle_(handle) {}

  std::coroutine_handle<> handle_;
};

}  // namespace sirocco
