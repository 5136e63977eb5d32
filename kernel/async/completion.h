// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/errors.h>
#include <zircon/types.h>

#include <atomic>
#include <concepts>
#include <coroutine>
#include <cstdint>

#include "kernel/async/executor.h"
#include "kernel/base/atomic.h"
#include "kernel/base/kassert.h"

namespace sirocco::async {

class Completion;
class Group;

/// Waits for operations without being a coroutine.
class Waiter {
 public:
  /// `operation` has its outcome. On the completer's stack, perhaps under the lock of what was
  /// waited for: posts somebody, and does no more.
  using OnDone = void (*)(Waiter& waiter, Completion& operation);

  constexpr explicit Waiter(OnDone on_done) : on_done_(on_done) {}
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

 private:
  friend class Completion;
  const OnDone on_done_;
};

/// Base of every operation one can await. It lives in the waiter's frame, so waiting allocates
/// nothing, and it is used once: constructed, started, completed, destroyed.
///
/// Started by a coroutine (`co_await op`), by a parent operation (Select, WithDeadline ...) or for
/// another Waiter (StartForWaiter), it completes exactly once, whatever the order of outcome,
/// deadline and cancel, and is destroyed only after that. Completing posts the coroutine to its
/// executor; nobody runs on the completer's stack. docs/async.md has the contract and the races.
///
/// A derived operation offers
///   bool await_ready() const;                      // True: status() is already there.
///   bool await_suspend(std::coroutine_handle<>);   // Arm(), publish, true; or CompleteInline().
///   R await_resume();
///   void Cancel(zx_status_t reason = ZX_ERR_CANCELED);  // Complete(reason) unless too late.
class Completion : public Runnable {
 public:
  Completion(const Completion&) = delete;
  Completion& operator=(const Completion&) = delete;

  /// Whether it has its outcome. Stable for the waiter once it runs again; to others a hint.
  bool is_done() const { return state_.load(std::memory_order_acquire) == kDone; }

  /// The outcome; read by the waiter after completion.
  zx_status_t status() const {
    KASSERT(is_done());
    return status_;
  }

  /// `waiter` is told of the end, not a coroutine. Before the start.
  void set_waiter(Waiter& waiter) {
    KASSERT(state_.load(std::memory_order_relaxed) != kArmed && waiter_ == 0);
    waiter_ = reinterpret_cast<uintptr_t>(&waiter) | kWaiterTag;
  }

 protected:
  Completion() : Runnable(&ResumeWaiter) {}
  ~Completion() { KASSERT(state_.load(std::memory_order_relaxed) != kArmed); }

  /// From now on Complete may come, on any hart, as soon as the operation is published. Called in
  /// await_suspend, before publishing. `waiter` is ignored when there is one already.
  void Arm(std::coroutine_handle<> waiter) {
    KASSERT(state_.load(std::memory_order_relaxed) == kIdle);
    Executor& executor = CurrentExecutor();
    executor_ = &executor;
    set_priority(executor.current_priority());
    if (waiter_ == 0) waiter_ = reinterpret_cast<uintptr_t>(waiter.address());
    KASSERT(waiter_ != 0);
    StoreRelaxed(state_, kArmed);
  }

  /// Gives the outcome and wakes the waiter; returns false, and changes nothing, if there already
  /// is one. When it returns the operation may be gone.
  /// Context: any; the operation's own lock may be held.
  bool Complete(zx_status_t status);

  /// Gives the outcome in await_suspend, before publishing: `return CompleteInline(status);` keeps
  /// the waiter running.
  bool CompleteInline(zx_status_t status) {
    KASSERT(state_.load(std::memory_order_relaxed) != kDone);
    status_ = status;
    StoreRelease(state_, kDone);
    return false;
  }

  Executor& executor() const { return *executor_; }

 private:
  friend class Group;

  // kIdle -> kArmed      Arm: the waiter, once.
  // kArmed -> kDone      Complete: one winner, by exchange.
  // kIdle|kArmed -> kDone  CompleteInline: the waiter, while nobody else knows the operation.
  static constexpr uint32_t kIdle = 0;
  static constexpr uint32_t kArmed = 1;
  static constexpr uint32_t kDone = 2;

  static constexpr uintptr_t kWaiterTag = 1;

  static void ResumeWaiter(Runnable& runnable);
  // False: there was an outcome already.
  bool SetOutcome(zx_status_t status);
  // Tells the Waiter, or posts the coroutine.
  void Wake();
  // The same from a Runnable of our own, whose stack the coroutine may use.
  void WakeHere();
  void TellWaiter();

  std::atomic<uint32_t> state_{kIdle};
  uintptr_t waiter_ = 0;  // A coroutine's frame, or a Waiter with kWaiterTag.
  Executor* executor_ = nullptr;
  zx_status_t status_ = ZX_ERR_INTERNAL;  // Written by the winner of kDone, then handed over.
};

template <typename Op>
concept Operation = std::derived_from<Op, Completion> &&
                    requires(Op& op, std::coroutine_handle<> waiter, zx_status_t reason) {
                      { op.await_ready() } -> std::same_as<bool>;
                      { op.await_suspend(waiter) } -> std::same_as<bool>;
                      op.await_resume();
                      op.Cancel(reason);
                    };

/// Starts `op` for the Waiter it has. False: it is done at once, and nobody is told.
template <Operation Op>
bool StartForWaiter(Op& op) {
  return !op.await_ready() && op.await_suspend(std::coroutine_handle<>());
}

/// Goes behind the other Runnables of its priority: `async::YieldOp yield; co_await yield;`.
class [[nodiscard]] YieldOp : public Completion {
 public:
  YieldOp() = default;
  void Cancel(zx_status_t = ZX_ERR_CANCELED) {}  // Its outcome is already on the way.

  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> waiter) {
    Arm(waiter);
    Complete(ZX_OK);
    return true;
  }
  zx_status_t await_resume() const { return status(); }
};

}  // namespace sirocco::async
