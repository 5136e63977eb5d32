// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "kernel/async/completion.h"
#include "kernel/base/list.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco::sched {

// Grace periods. A hart is *quiet* when it runs no plain call: in user mode, idle, between two
// runnables of its executor, or at a call's end (EndPlainCall). The kernel runs with interrupts
// masked, so an IPI that is taken is a quiet point, and readers in plain calls (handle look-up,
// page-table walk) pay nothing.
//
//   writer                              reader, in a plain call on another hart
//   unlink the object                   look the object up
//   fence; epoch = ++current            use it
//   every hart: idle, or seen >= epoch  ... the call ends ... seen = current
//   reclaim
//
// A hart that leaves `idle` fences before it looks anything up: it then sees the unlinking.

/// Something to give back after a grace period. Intrusive, so retiring never fails.
class RetireNode {
 public:
  /// One step's work, of about 300 instructions, unless it says how much more with ReclaimTook.
  using Function = void (*)(RetireNode&);

  constexpr explicit RetireNode(Function reclaim) : reclaim_(reclaim) {}
  RetireNode(const RetireNode&) = delete;
  RetireNode& operator=(const RetireNode&) = delete;

  /// Called once, at a quiet point and under no lock; the node may be gone afterwards.
  void Reclaim() { reclaim_(*this); }

  RetireNode* next = nullptr;

 private:
  Function reclaim_;
};

/// Reclaims `node` once every hart has been quiet. Nothing that a hart can still find leads to it.
/// `steps`: how long that will take, as far as is known.
/// Context: any with interrupts masked; locks of any rank may be held.
void Retire(RetireNode& node, uint32_t steps = 1);

/// The last act of a plain call that may have retired something: from here to its thread's return
/// it uses nothing that it looked up, so this hart is quiet. If only this hart is at work, reclaims
/// until that took three steps: a node that takes more is the last.
void EndPlainCall();

/// For a Reclaim of some dozen steps that has more to do: `node` is reclaimed once more, when it is
/// its turn again and with no other grace period.
void ReclaimOn(RetireNode& node);
/// For a Reclaim: it took `steps` beyond the first.
void ReclaimTook(uint32_t steps);

/// Completes with ZX_OK once every hart has been quiet since it started:
/// `sched::QuietPointOp quiet; co_await quiet;`. Takes the changes to page tables into account that
/// were made before: each hart has flushed what mm marked stale.
class [[nodiscard]] QuietPointOp : public async::Completion, private RetireNode {
 public:
  QuietPointOp() : RetireNode(&OnQuiet) {}

  void Cancel(zx_status_t = ZX_ERR_CANCELED) {}  // It comes by itself, soon.

  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> waiter);
  zx_status_t await_resume() const { return status(); }

 private:
  static void OnQuiet(RetireNode& node);
};

/// The books of one hart: what it retired, and how far it has seen.
class QuietState {
 public:
  /// Called by its own hart at each quiet point, when what others unmapped is forgotten here.
  /// Reclaims until that took `steps`; returns whether nodes remain whose grace period is over.
  bool Pass(uint32_t steps);
  /// The same while all other harts are idle, which is a grace period of its own.
  bool PassAlone(uint32_t steps) {
    if (!waiting_.is_empty()) [[unlikely]]
      ready_.Append(waiting_);
    ready_.Append(retired_);
    return ReclaimReady(steps);
  }
  /// Whether Pass would do nothing.
  bool IsUpToDate() const {
    return !has_work() &&
           seen_.load(std::memory_order_relaxed) == current_epoch_.load(std::memory_order_acquire);
  }

  void Retire(RetireNode& node) { retired_.PushBack(node); }

  /// See sirocco::sched::ReclaimOn.
  void ReclaimOn(RetireNode& node) { ready_.PushBack(node); }
  /// See sirocco::sched::ReclaimTook.
  void ReclaimTook(uint32_t steps) { took_steps_ += steps; }

  /// Whether something waits for a grace period.
  bool is_waiting() const { return !waiting_.is_empty() || !retired_.is_empty(); }
  /// Whether there is anything that Pass has to do, now or later.
  bool has_work() const { return is_waiting() || !ready_.is_empty(); }

  /// Whether only another hart's quiet point lets it go on.
  bool NeedsOthers() const;

  uint64_t seen() const { return seen_.load(std::memory_order_acquire); }

 private:
  // A chain in order of retirement.
  class Chain {
   public:
    Chain() = default;
    Chain(const Chain&) = delete;
    bool is_empty() const { return head_ == nullptr; }
    void PushBack(RetireNode& node) {
      node.next = nullptr;
      *tail_ = &node;
      tail_ = &node.next;
    }
    RetireNode& Pop() {
      RetireNode& node = *head_;
      head_ = node.next;
      if (head_ == nullptr) tail_ = &head_;
      return node;
    }
    void Append(Chain& other) {
      if (other.is_empty()) return;
      *tail_ = other.head_;
      tail_ = other.tail_;
      other.head_ = nullptr;
      other.tail_ = &other.head_;
    }

   private:
    RetireNode* head_ = nullptr;
    RetireNode** tail_ = &head_;  // Where the next one's address goes.
  };

  [[gnu::always_inline]] inline bool ReclaimReady(uint32_t steps) {
    took_steps_ = 0;
    while (!ready_.is_empty()) {
      ready_.Pop().Reclaim();
      if (++took_steps_ >= steps) break;
    }
    return !ready_.is_empty();
  }

  static constinit std::atomic<uint64_t> current_epoch_;  // Of the youngest grace period.

  // Owned by the hart, which runs masked: no lock.
  Chain retired_;  // No grace period begun.
  Chain waiting_;  // Waits for everybody to reach epoch_.
  Chain ready_;    // Grace period over.
  uint64_t epoch_ = 0;
  uint32_t took_steps_ = 0;  // By the reclaiming that goes on.

  std::atomic<uint64_t> seen_{0};  // Written by its hart, read by all.
};

}  // namespace sirocco::sched
