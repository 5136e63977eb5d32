// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Sleeping and posting of kernel/sched/executor.cc: a hart that finds nothing says it is idle,
// fences and looks again before `wfi`; who posts to it pushes, fences, and interrupts an idle hart.
// The rings' doorbells and a vCPU's PARKING flag are the same two columns.
#include "tests/models/model.h"

namespace {

enum Fault { kSound, kNoSecondLook, kNoFenceBeforeLook, kNoFenceAfterPush };

struct SleepModel : rl::test_suite<SleepModel, 3> {
  rl::atomic<int> queue;       // How many are posted and not yet run.
  rl::atomic<int> idle;        // The hart's bit: it sleeps, or is about to.
  rl::atomic<int> interrupts;  // Pending for the hart: `wfi` returns at once.
  rl::var<int> run, is_asleep;

  void before() {
    queue($) = 0;
    idle($) = 0;
    interrupts($) = 0;
    run($) = 0;
    is_asleep($) = 0;
  }

  bool PopAndRun() {
    const int count = queue.load(rl::memory_order_relaxed);
    if (count == 0) return false;
    // The queue's lock stands in for the acquire.
    queue.fetch_sub(1, rl::memory_order_acq_rel);
    run($) = run($) + 1;
    return true;
  }

  void RunHart() {
    for (int turn = 0; turn < 4; ++turn) {
      if (PopAndRun()) continue;
      idle.store(1, rl::memory_order_relaxed);
      if (model::planted != kNoFenceBeforeLook) rl::atomic_thread_fence(rl::memory_order_seq_cst);
      const bool is_empty = queue.load(rl::memory_order_relaxed) == 0;
      if (model::planted == kNoSecondLook || is_empty) {
        // wfi: the model ends here unless an interrupt is pending.
        if (interrupts.exchange(0, rl::memory_order_acq_rel) == 0) {
          is_asleep($) = 1;
          return;
        }
      }
      idle.store(0, rl::memory_order_relaxed);
    }
  }

  void Post() {
    queue.fetch_add(1, rl::memory_order_release);
    if (model::planted != kNoFenceAfterPush) rl::atomic_thread_fence(rl::memory_order_seq_cst);
    if (idle.load(rl::memory_order_relaxed) == 0) return;
    interrupts.store(1, rl::memory_order_release);
  }

  void thread(unsigned index) {
    if (index == 0) {
      RunHart();
    } else {
      Post();
    }
  }

  void after() {
    // Asleep for good with work queued is a lost wake.
    if (is_asleep($) == 1 && queue.load(rl::memory_order_relaxed) != 0) {
      RL_ASSERT(interrupts.load(rl::memory_order_relaxed) == 1);
    }
  }
};

}  // namespace

int main() {
  bool is_good = true;
  is_good &= model::Check<SleepModel>("sleep and post", kSound, 100000, 3);
  is_good &= model::Check<SleepModel>("sleep, no second look", kNoSecondLook, 100000, 0);
  is_good &=
      model::Check<SleepModel>("sleep, no fence before the look", kNoFenceBeforeLook, 100000, 0);
  is_good &=
      model::Check<SleepModel>("post, no fence after the push", kNoFenceAfterPush, 100000, 0);
  return is_good ? 0 : 1;
}
