// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// The end of a parked wait: kernel/sched/parked_wait.h and vcpu.cc. The vCPU parks against its
// operation, its deadline and a request for attention; the first to change the state word wakes it,
// and it settles the other two before it lets go of the wait. The operation's completer and its
// Cancel hold the same lock, which a flag stands for here.
#include "tests/models/model.h"

namespace {

enum Fault {
  kSound,
  kNoLookAfterParking,
  kNoCancel,
  kNoWaitForTimer,
  kRunningWhileSettling,
};

enum State { kQueued, kRunning, kWoken, kParked };
enum Reason { kDone = 0, kDeadline = 1, kAttention = 2 };
const int kReasonShift = 8;

bool only_attention = false;

struct ParkedModel : rl::test_suite<ParkedModel, 4> {
  rl::atomic<int> state;  // Of the vCPU.
  rl::atomic<int> attention;
  rl::mutex operation_lock, timer_lock;
  rl::atomic<int> has_fired;
  rl::var<int> is_operation_linked, is_timer_linked;  // Each under its lock.
  rl::var<int> woken_by;
  rl::var<int> wait;  // The wait's memory: read by whoever uses it, written when it goes.
  rl::var<int> ends;

  void before() {
    state($) = kRunning;
    attention($) = 0;
    has_fired($) = 0;
    is_operation_linked($) = 1;
    is_timer_linked($) = 1;
    woken_by($) = kDone;
    wait($) = 1;
    ends($) = 0;
  }

  void Touch() { RL_ASSERT(wait($) == 1); }

  // Vcpu::Wake. True: the vCPU is posted, and the caller's hart may be the one that takes it.
  bool Wake(int why) {
    const int woken = kWoken | why << kReasonShift;
    int word = state.load(rl::memory_order_relaxed);
    for (;;) {
      const bool waits = word == kParked;
      if (!waits && (word != kRunning || why == kAttention)) return false;
      if (state.compare_exchange_strong(word, waits ? kQueued : woken, rl::memory_order_acq_rel,
                                        rl::memory_order_relaxed)) {
        if (waits) woken_by($) = why;
        return waits;
      }
    }
  }

  // Vcpu::Suspend. True: it waits.
  bool Suspend() {
    int word = kRunning;
    if (!state.compare_exchange_strong(word, kParked, rl::memory_order_acq_rel)) {
      woken_by($) = word >> kReasonShift;
      state.store(kQueued, rl::memory_order_relaxed);
      return false;
    }
    if (model::planted == kNoLookAfterParking) return true;
    rl::atomic_thread_fence(rl::memory_order_seq_cst);
    if (attention.load(rl::memory_order_relaxed) == 0) return true;
    word = kParked;
    if (!state.compare_exchange_strong(word, kQueued, rl::memory_order_acq_rel)) return true;
    woken_by($) = kAttention;
    return false;
  }

  // Vcpu::Prepare, on whichever hart has it.
  void Continue() {
    if (model::planted == kRunningWhileSettling) state.store(kRunning, rl::memory_order_release);
    Settle(woken_by($));
    if (model::planted != kRunningWhileSettling) state.store(kRunning, rl::memory_order_release);
    wait($) = 0;
    ends($) = ends($) + 1;
  }

  void Settle(int why) {
    timer_lock.lock($);
    const bool has_timer_gone = is_timer_linked($) == 0;
    is_timer_linked($) = 0;
    timer_lock.unlock($);
    if (has_timer_gone && model::planted != kNoWaitForTimer) {
      rl::linear_backoff backoff;
      while (has_fired.load(rl::memory_order_acquire) == 0) backoff.yield($);
    }
    if (why == kDone || model::planted == kNoCancel) return;
    operation_lock.lock($);
    is_operation_linked($) = 0;
    operation_lock.unlock($);
  }

  void CompleteOperation() {
    bool is_ours = false;
    operation_lock.lock($);
    if (is_operation_linked($) != 0) {
      is_operation_linked($) = 0;
      Touch();
      is_ours = Wake(kDone);
    }
    operation_lock.unlock($);
    if (is_ours) Continue();
  }

  void FireTimer() {
    timer_lock.lock($);
    const bool is_due = is_timer_linked($) != 0;
    is_timer_linked($) = 0;
    timer_lock.unlock($);
    if (!is_due) return;
    Touch();
    const bool is_ours = Wake(kDeadline);
    Touch();
    has_fired.store(1, rl::memory_order_release);
    if (is_ours) Continue();
  }

  // Vcpu::RequestAttention.
  void RequestAttention() {
    attention.store(1, rl::memory_order_relaxed);
    rl::atomic_thread_fence(rl::memory_order_seq_cst);
    if (state.load(rl::memory_order_acquire) != kParked) return;
    if (Wake(kAttention)) Continue();
  }

  void thread(unsigned index) {
    if (index == 0 && !Suspend()) Continue();
    if (index == 1 && !only_attention) CompleteOperation();
    if (index == 2 && !only_attention) FireTimer();
    if (index == 3) RequestAttention();
  }

  void after() {
    RL_ASSERT(ends($) == 1);
    RL_ASSERT(state.load(rl::memory_order_relaxed) == kRunning);
  }
};

}  // namespace

int main() {
  bool is_good = true;
  is_good &= model::Check<ParkedModel>("a parked wait ends once", kSound, 100000, 2);
  is_good &= model::Check<ParkedModel>("the operation is not settled", kNoCancel, 200000, 0);
  is_good &= model::Check<ParkedModel>("the timer is not settled", kNoWaitForTimer, 200000, 0);
  is_good &= model::Check<ParkedModel>("settled while running", kRunningWhileSettling, 200000, 0);
  only_attention = true;
  is_good &= model::Check<ParkedModel>("a parked wait that only attention ends", kSound, 50000, 3);
  is_good &= model::Check<ParkedModel>("no look after parking", kNoLookAfterParking, 100000, 0);
  return is_good ? 0 : 1;
}
