// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// The word of kernel/async/group.cc: a select of two children that starts, is completed by two
// harts, is cancelled from outside by a third, and whose cancelling runs on an executor. The frame
// is freed as soon as both the waiter goes on and the outside canceller has returned; nobody may
// touch the group afterwards, and the waiter goes on once.
#include "tests/models/model.h"

namespace {

enum Fault { kSound, kCountNotKept, kCancelWhileStarting, kRelaxedWord };

const unsigned kPendingMask = 0xfff;
const unsigned kFirstShift = 12;
const unsigned kFirstMask = 0xfffu << kFirstShift;
const unsigned kStarting = 1u << 24;
const unsigned kEndedByCancel = 0xfff;

unsigned Pending(unsigned word) { return word & kPendingMask; }
unsigned First(unsigned word) { return (word & kFirstMask) >> kFirstShift; }

const int kOk = 1;
const int kCanceled = 2;

bool has_canceller = false;

struct GroupModel : rl::test_suite<GroupModel, 5> {
  rl::atomic<unsigned> word;
  rl::var<unsigned> started;
  rl::var<int> frame;  // 1 while the waiter's frame, and the group in it, exist.
  // Children: 1 while in its object's list; who takes it out completes it.
  rl::atomic<int> is_listed[2];
  rl::var<int> status[2];
  rl::atomic<int> holders;  // Of the frame: the waiter, and the outside canceller.
  rl::mutex queue_lock;
  rl::var<int> posted_cancels, posted_resumes;
  rl::var<int> resumed;

  static rl::memory_order Order() {
    return model::planted == kRelaxedWord ? rl::mo_relaxed : rl::mo_acq_rel;
  }

  void before() {
    word($) = 0;
    started($) = 0;
    frame($) = 1;
    for (int i = 0; i < 2; ++i) {
      is_listed[i]($) = 0;
      status[i]($) = 0;
    }
    holders($) = has_canceller ? 2 : 1;
    posted_cancels($) = 0;
    posted_resumes($) = 0;
    resumed($) = 0;
  }

  void Touch() { RL_ASSERT(frame($) == 1); }

  void LetGo() {
    if (holders.fetch_sub(1, rl::memory_order_acq_rel) == 1) frame($) = 0;
  }

  void Resume() {
    Touch();
    for (unsigned i = 0; i < started($); ++i) RL_ASSERT(status[i]($) != 0);
    resumed($) = resumed($) + 1;
    LetGo();
  }

  void Post(rl::var<int>& what) {
    queue_lock.lock($);
    what($) = what($) + 1;
    queue_lock.unlock($);
  }

  void OnChildDone(unsigned index) {
    Touch();
    unsigned old = word.load(rl::memory_order_relaxed);
    unsigned next = 0;
    int then = 0;
    do {
      RL_ASSERT(Pending(old) != 0);
      next = old - 1;
      then = Pending(next) == 0 ? 1 : 0;
      if (First(old) == 0) {
        next |= (index + 1) << kFirstShift;
        const bool is_starting = model::planted != kCancelWhileStarting && (old & kStarting) != 0;
        if (then == 0 && !is_starting) {
          if (model::planted != kCountNotKept) next += 1;
          then = 2;
        }
      }
    } while (!word.compare_exchange_weak(old, next, Order(), $));
    if (then == 1) Post(posted_resumes);
    if (then == 2) Post(posted_cancels);
  }

  void CancelStarted() {
    Touch();
    const unsigned first = First(word.load(rl::memory_order_acquire));
    for (unsigned i = 0; i < started($); ++i) {
      if (i + 1 != first && is_listed[i].exchange(0, rl::memory_order_acq_rel) == 1) {
        status[i]($) = kCanceled;
        OnChildDone(i);
      }
    }
  }

  bool DropCount() { return Pending(word.fetch_sub(1u, Order(), $)) == 1; }

  void AwaitSuspend() {
    word.store(kStarting | 3, rl::memory_order_relaxed);
    unsigned index = 0;
    for (; index < 2 && First(word.load(rl::memory_order_relaxed)) == 0; ++index) {
      started($) = index + 1;
      is_listed[index].store(1, rl::memory_order_release);
    }
    if (EndStarting(2 - index)) Resume();
  }

  bool EndStarting(unsigned not_started) {
    unsigned old = word.load(rl::memory_order_relaxed);
    unsigned next = 0;
    bool must_cancel = false;
    do {
      const unsigned others = Pending(old) - not_started - 1;
      must_cancel = First(old) != 0 && others != 0;
      next = (old & kFirstMask) | (must_cancel ? others + 1 : others);
    } while (!word.compare_exchange_weak(old, next, Order(), $));
    if (must_cancel) {
      CancelStarted();
      return DropCount();
    }
    return Pending(next) == 0;
  }

  void CancelFromOutside() {
    Touch();
    unsigned old = word.load(rl::memory_order_relaxed);
    unsigned next = 0;
    do {
      if (Pending(old) == 0 || First(old) != 0) return;
      next = old | (kEndedByCancel << kFirstShift);
      if ((old & kStarting) == 0) next += 1;
    } while (!word.compare_exchange_weak(old, next, Order(), $));
    if ((old & kStarting) != 0) return;
    CancelStarted();
    if (DropCount()) Post(posted_resumes);
  }

  void TakeTurn() {
    queue_lock.lock($);
    const int cancels = posted_cancels($);
    const int resumes = posted_resumes($);
    posted_cancels($) = 0;
    posted_resumes($) = 0;
    queue_lock.unlock($);
    RL_ASSERT(cancels + resumes <= 1);  // One Runnable: never posted twice.
    if (cancels == 1) {
      CancelStarted();
      if (model::planted == kCountNotKept || DropCount()) Resume();
    }
    if (resumes == 1) Resume();
  }

  void thread(unsigned index) {
    if (index == 0) AwaitSuspend();
    if (index == 1 || index == 2) {
      const unsigned child = index - 1;
      if (is_listed[child].exchange(0, rl::memory_order_acq_rel) == 1) {
        status[child]($) = kOk;
        OnChildDone(child);
      }
    }
    if (index == 3 && has_canceller) {
      CancelFromOutside();
      LetGo();
    }
    if (index == 4) {
      for (int turn = 0; turn < 3; ++turn) {
        TakeTurn();
        rl::yield(1, $);
      }
    }
  }

  void after() {
    TakeTurn();
    TakeTurn();
    // Settled: either nothing happened at all and both still wait, or the waiter went on once.
    const bool is_waiting = is_listed[0].load(rl::memory_order_relaxed) == 1 &&
                            is_listed[1].load(rl::memory_order_relaxed) == 1;
    RL_ASSERT(resumed($) == (is_waiting ? 0 : 1));
  }
};

}  // namespace

int main() {
  bool is_good = true;
  is_good &= model::Check<GroupModel>("group", kSound, 60000, 2);
  is_good &=
      model::Check<GroupModel>("group, count not kept for the cancel", kCountNotKept, 60000, 0);
  is_good &=
      model::Check<GroupModel>("group, cancelled while it starts", kCancelWhileStarting, 60000, 0);
  has_canceller = true;
  is_good &= model::Check<GroupModel>("group with a canceller", kSound, 60000, 1);
  is_good &= model::Check<GroupModel>("group, relaxed word", kRelaxedWord, 60000, 0);
  return is_good ? 0 : 1;
}
