// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// The state word of kernel/async/completion.cc: a wait in an object's list, met by one hart,
// cancelled by a second, resumed (and its frame freed) by a third. And the word of TaskStart.
#include "tests/models/model.h"

namespace {

enum Fault { kSound, kUnlinkedAfterwards, kStatusAfterPost, kRelaxedStart };

const int kOk = 1;
const int kCanceled = 2;

struct WaitModel : rl::test_suite<WaitModel, 4> {
  // The object.
  rl::mutex object_lock;
  rl::var<int> is_open, is_listed;
  // The operation, in the waiter's frame. `frame` is 1 while that exists: every access reads it.
  rl::var<int> frame, waiter, status;
  rl::atomic<unsigned> state;  // 0 idle, 1 armed, 2 done.
  // The executor's queue.
  rl::mutex queue_lock;
  rl::var<int> posted;
  rl::atomic<int> is_over;
  rl::var<int> outcomes;

  void before() {
    is_open($) = 0;
    is_listed($) = 0;
    frame($) = 1;
    status($) = 0;
    posted($) = 0;
    outcomes($) = 0;
    state($) = 0;
    is_over($) = 0;
  }

  void Touch() { RL_ASSERT(frame($) == 1); }

  void Post() {
    queue_lock.lock($);
    posted($) = posted($) + 1;
    queue_lock.unlock($);
  }

  void Complete(int reason) {
    Touch();
    const unsigned before = state.exchange(2, rl::memory_order_acq_rel);
    RL_ASSERT(before != 0);
    if (before != 1) return;
    if (model::planted == kStatusAfterPost) {
      Post();
      status($) = reason;
    } else {
      status($) = reason;
      Post();
    }
  }

  void AwaitSuspend() {
    object_lock.lock($);
    if (is_open($)) {
      status($) = kOk;
      state.store(2, rl::memory_order_release);
      outcomes($) = 1;
      frame($) = 0;
      object_lock.unlock($);
      is_over.store(1, rl::memory_order_release);
      return;
    }
    waiter($) = 1;
    state.store(1, rl::memory_order_relaxed);
    is_listed($) = 1;
    object_lock.unlock($);
  }

  void Open() {
    object_lock.lock($);
    is_open($) = 1;
    if (is_listed($)) {
      if (model::planted == kUnlinkedAfterwards) {
        Complete(kOk);
        object_lock.unlock($);
        object_lock.lock($);
        is_listed($) = 0;
      } else {
        is_listed($) = 0;
        Complete(kOk);
      }
    }
    object_lock.unlock($);
  }

  void CancelThroughTheList() {
    object_lock.lock($);
    const bool was_listed = is_listed($) != 0;
    is_listed($) = 0;
    object_lock.unlock($);
    if (was_listed) Complete(kCanceled);
  }

  void Resume() {
    Touch();
    RL_ASSERT(waiter($) == 1);
    RL_ASSERT(status($) == kOk || status($) == kCanceled);
    outcomes($) = outcomes($) + 1;
    frame($) = 0;
  }

  void RunExecutor() {
    for (int turn = 0; turn < 4; ++turn) {
      if (is_over.load(rl::memory_order_acquire) != 0) return;
      TakeTurn();
      rl::yield(1, $);
    }
  }

  void TakeTurn() {
    queue_lock.lock($);
    const int count = posted($);
    posted($) = 0;
    queue_lock.unlock($);
    RL_ASSERT(count <= 1);
    if (count == 1) Resume();
  }

  void thread(unsigned index) {
    if (index == 0) AwaitSuspend();
    if (index == 1) Open();
    if (index == 2) CancelThroughTheList();
    if (index == 3) RunExecutor();
  }

  void after() {
    TakeTurn();
    RL_ASSERT(outcomes($) == 1);  // The gate was opened: nobody waits for ever.
  }
};

/// Leave against Finish: exactly one of starter and finisher takes the result, and sees it.
struct StartModel : rl::test_suite<StartModel, 2> {
  rl::atomic<unsigned> state;  // 0 starting, 1 left, 2 finished.
  rl::atomic<unsigned> is_suspended;
  rl::var<int> result, taken;

  void before() {
    state($) = 0;
    is_suspended($) = 0;
    result($) = 0;
    taken($) = 0;
  }

  void Take() {
    RL_ASSERT(result($) == 7);
    taken($) = taken($) + 1;
  }

  void thread(unsigned index) {
    const rl::memory_order order =
        model::planted == kRelaxedStart ? rl::mo_relaxed : rl::mo_acq_rel;
    if (index == 0) {
      unsigned expected = 0;
      if (!state.compare_exchange_strong(expected, 1u, order, $)) Take();
    } else {
      result($) = 7;
      if (state.exchange(2u, order, $) == 1) Take();
    }
  }

  void after() { RL_ASSERT(taken($) == 1); }
};

}  // namespace

int main() {
  bool is_good = true;
  is_good &= model::Check<WaitModel>("wait", kSound, 40000, 2);
  is_good &=
      model::Check<WaitModel>("wait, unlinked after completing", kUnlinkedAfterwards, 40000, 0);
  is_good &= model::Check<WaitModel>("wait, status after the post", kStatusAfterPost, 40000, 0);
  is_good &= model::Check<StartModel>("task start", kSound, 20000, 2);
  is_good &= model::Check<StartModel>("task start, relaxed", kRelaxedStart, 20000, 0);
  return is_good ? 0 : 1;
}
