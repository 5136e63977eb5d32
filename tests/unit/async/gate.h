// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/errors.h>
#include <zircon/types.h>

#include <coroutine>
#include <cstddef>

#include "kernel/async/completion.h"
#include "kernel/base/list.h"
#include "kernel/sync/annotations.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco {

/// The smallest objects one can wait for, in the shape kernel objects have: a lock, a list of
/// waits.

/// Once open, it lets everybody through.
class Gate {
 public:
  class [[nodiscard]] WaitOp : public async::Completion, public ListNode<WaitOp> {
   public:
    explicit WaitOp(Gate& gate) : gate_(gate) {}
    void Cancel(zx_status_t reason = ZX_ERR_CANCELED) EXCLUDES(gate_.lock_) {
      {
        Guard guard(gate_.lock_);
        if (!gate_.waits_.Remove(*this)) return;
      }
      Complete(reason);
    }
    bool await_ready() const { return false; }
    bool await_suspend(std::coroutine_handle<> waiter) EXCLUDES(gate_.lock_) {
      Guard guard(gate_.lock_);
      if (gate_.is_open_) return CompleteInline(ZX_OK);
      Arm(waiter);
      gate_.waits_.PushBack(*this);
      return true;
    }
    zx_status_t await_resume() const { return status(); }

   private:
    friend class Gate;
    Gate& gate_;
  };

  WaitOp Wait() { return WaitOp(*this); }

  /// Completes under the lock, as kernel objects do.
  void Open() EXCLUDES(lock_) {
    Guard guard(lock_);
    is_open_ = true;
    while (WaitOp* wait = waits_.PopFront()) wait->Complete(ZX_OK);
  }
  size_t waiting_count() EXCLUDES(lock_) {
    Guard guard(lock_);
    size_t count = 0;
    for ([[maybe_unused]] WaitOp& wait : waits_) ++count;
    return count;
  }

 private:
  SpinLock<LockRank::kObject> lock_;
  bool is_open_ GUARDED_BY(lock_) = false;
  List<WaitOp> waits_ GUARDED_BY(lock_);
};

/// Holds items; each goes to one taker, as messages of a channel do: none may get lost.
class Box {
 public:
  class [[nodiscard]] TakeOp : public async::Completion, public ListNode<TakeOp> {
   public:
    explicit TakeOp(Box& box) : box_(box) {}
    void Cancel(zx_status_t reason = ZX_ERR_CANCELED) EXCLUDES(box_.lock_) {
      {
        Guard guard(box_.lock_);
        if (!box_.takers_.Remove(*this)) return;
      }
      Complete(reason);
    }
    bool await_ready() const { return false; }
    bool await_suspend(std::coroutine_handle<> waiter) EXCLUDES(box_.lock_) {
      Guard guard(box_.lock_);
      if (box_.count_ != 0) {
        --box_.count_;
        return CompleteInline(ZX_OK);
      }
      Arm(waiter);
      box_.takers_.PushBack(*this);
      return true;
    }
    zx_status_t await_resume() const { return status(); }
    bool has_item() const { return is_done() && status() == ZX_OK; }

   private:
    friend class Box;
    Box& box_;
  };

  TakeOp Take() { return TakeOp(*this); }

  void Put() EXCLUDES(lock_) {
    Guard guard(lock_);
    if (TakeOp* taker = takers_.PopFront()) {
      taker->Complete(ZX_OK);
    } else {
      ++count_;
    }
  }
  size_t count() EXCLUDES(lock_) {
    Guard guard(lock_);
    return count_;
  }

 private:
  SpinLock<LockRank::kObject> lock_;
  size_t count_ GUARDED_BY(lock_) = 0;
  List<TakeOp> takers_ GUARDED_BY(lock_);
};

}  // namespace sirocco
