// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <coroutine>

#include "kernel/async/completion.h"
#include "kernel/base/list.h"
#include "kernel/base/units.h"

namespace sirocco::async {

class TimerQueue;

/// A point in time at which a function is called, once. Everything here is the queue's while armed.
class TimerNode : public ListNode<TimerNode> {
 public:
  using Function = void (*)(TimerNode&);

  constexpr explicit TimerNode(Function fire) : fire_(fire) {}

  /// Called by the queue with no lock held and interrupts masked; the node may be gone afterwards.
  void Fire() { fire_(*this); }

  Instant deadline;
  Nanoseconds slack;            // The owner's, if it keeps it here.
  TimerQueue* queue = nullptr;  // Where Cancel finds it; set by Arm.
  uint64_t bucket = 0;          // For the queue's own use.

 private:
  Function fire_;
};

/// Calls functions when their time has come, never early and at most `slack` late by choice.
class TimerQueue {
 public:
  virtual Instant Now() const = 0;

  /// Context: any, under locks below rank kTimerWheel. The node may fire, and be gone, before Arm
  /// returns.
  virtual void Arm(TimerNode& node, Instant deadline, Nanoseconds slack) = 0;

  /// True: removed, it will not fire. False: it fired, or is about to on another hart, before that
  /// passes a quiet point; whoever owns the node waits for the one or the other before it goes.
  virtual bool Cancel(TimerNode& node) = 0;

 protected:
  ~TimerQueue() = default;
};

/// Completes with ZX_OK at `deadline`: `async::SleepOp sleep(deadline); co_await sleep;`.
class [[nodiscard]] SleepOp : public Completion, private TimerNode {
 public:
  explicit SleepOp(Instant deadline, Nanoseconds slack = Nanoseconds(0));

  void Cancel(zx_status_t reason = ZX_ERR_CANCELED);

  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> waiter);
  zx_status_t await_resume() const { return status(); }

 private:
  static void OnFire(TimerNode& node);

  const Instant deadline_;
  const Nanoseconds slack_;
};

}  // namespace sirocco::async
