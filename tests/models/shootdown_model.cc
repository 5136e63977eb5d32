// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Entering an address space against a change of its table: kernel/mm/address_space.h. A hart writes
// satp, says where it is, fences and looks at the mark of its ASID; who clears a leaf marks, fences
// and interrupts the harts that are there. The hart may remember what it found in the table when it
// was there before, or from satp on, and has to forget that before it runs a program: at once, or
// when the interrupt comes, for which the other side waits before it frees the page.
#include "tests/models/model.h"

namespace {

enum Fault { kSound, kNoFenceOnEntry, kNoMark, kNoFenceAfterMark, kLeftTooEarly };

struct ShootdownModel : rl::test_suite<ShootdownModel, 2> {
  rl::atomic<int> leaf;       // 1: the page is mapped.
  rl::atomic<int> space;      // 1: the hart is there.
  rl::atomic<int> stale;      // The mark.
  rl::atomic<int> interrupt;  // Sent to the hart.
  rl::var<int> remembers;     // The hart's TLB has the page.

  void before() {
    leaf($) = 1;
    space($) = 0;
    stale($) = 0;
    interrupt($) = 0;
    remembers($) = 1;
  }

  // As the hardware may at any time.
  void Walk() {
    if (leaf.load(rl::memory_order_relaxed) == 1) remembers($) = 1;
  }

  void Enter() {
    Walk();
    space.store(1, rl::memory_order_release);
    if (model::planted != kNoFenceOnEntry) rl::atomic_thread_fence(rl::memory_order_seq_cst);
    if (stale.load(rl::memory_order_relaxed) == 1) {
      stale.exchange(0, rl::memory_order_acq_rel);
      remembers($) = 0;
    }
    Walk();
  }

  void Unmap() {
    leaf.store(0, rl::memory_order_relaxed);
    if (model::planted != kNoMark) stale.exchange(1, rl::memory_order_relaxed);
    if (model::planted != kNoFenceAfterMark) rl::atomic_thread_fence(rl::memory_order_seq_cst);
    if (space.load(rl::memory_order_relaxed) == 1) interrupt.store(1, rl::memory_order_relaxed);
  }

  void thread(unsigned index) {
    if (index == 0) {
      Enter();
    } else {
      Unmap();
    }
  }

  void after() {
    if (remembers($) == 1) RL_ASSERT(interrupt.load(rl::memory_order_relaxed) == 1);
  }
};

// A hart goes to another space; who tears the first one down frees its root once no hart is there.
struct LeaveModel : rl::test_suite<LeaveModel, 2> {
  rl::atomic<int> space;     // 1: the hart is there.
  rl::var<int> is_on_table;  // satp.

  void before() {
    space($) = 1;
    is_on_table($) = 1;
  }

  void thread(unsigned index) {
    if (index == 0) {
      if (model::planted == kLeftTooEarly) space.store(0, rl::memory_order_release);
      is_on_table($) = 0;
      if (model::planted != kLeftTooEarly) space.store(0, rl::memory_order_release);
    } else if (space.load(rl::memory_order_acquire) == 0) {
      RL_ASSERT(is_on_table($) == 0);
    }
  }
};

}  // namespace

int main() {
  bool is_good = true;
  is_good &= model::Check<ShootdownModel>("shoot-down", kSound, 100000, 3);
  is_good &=
      model::Check<ShootdownModel>("shoot-down, no fence on entry", kNoFenceOnEntry, 100000, 0);
  is_good &= model::Check<ShootdownModel>("shoot-down, no mark", kNoMark, 100000, 0);
  is_good &= model::Check<ShootdownModel>("shoot-down, no fence after the mark", kNoFenceAfterMark,
                                          100000, 0);
  is_good &= model::Check<LeaveModel>("leaving a space", kSound, 10000, 3);
  is_good &= model::Check<LeaveModel>("leaving a space, too early", kLeftTooEarly, 10000, 0);
  return is_good ? 0 : 1;
}
