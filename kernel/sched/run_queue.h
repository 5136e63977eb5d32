// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "kernel/async/executor.h"
#include "kernel/base/kassert.h"

namespace sirocco::sched {

/// Runnables by priority, first in first out within one. Everything is O(1). Has no lock of its
/// own.
class RunQueue {
 public:
  using Runnable = async::Runnable;

  bool is_empty() const { return ready_ == 0; }
  /// The highest priority that is ready, or -1.
  int top_priority() const { return 31 - std::countl_zero(ready_); }

  void PushBack(Runnable& runnable) {
    Level& level = LevelOf(runnable);
    runnable.next = nullptr;
    (level.head == nullptr ? level.head : level.tail->next) = &runnable;
    level.tail = &runnable;
  }

  /// For one that was interrupted in its turn.
  void PushFront(Runnable& runnable) {
    Level& level = LevelOf(runnable);
    runnable.next = level.head;
    if (level.head == nullptr) level.tail = &runnable;
    level.head = &runnable;
  }

  /// The next to run, still queued, of which the caller knows that it has `priority`.
  Runnable& TopOf(int priority) const {
    KASSERT(top_priority() == priority);
    return *levels_[priority].head;
  }
  /// Takes that off; returns whether another with `priority` is next.
  bool PopOf(int priority) {
    KASSERT(top_priority() == priority);
    Level& level = levels_[priority];
    level.head = level.head->next;
    if (level.head != nullptr) return true;
    ready_ &= ~(uint32_t{1} << priority);
    return false;
  }
  /// PushBack of one, and Pop of another that heads the queue and has its priority.
  void Exchange(Runnable& runnable) {
    KASSERT(top_priority() == runnable.priority());
    Level& level = levels_[runnable.priority()];
    runnable.next = nullptr;
    level.tail->next = &runnable;
    level.tail = &runnable;
    level.head = level.head->next;
  }

  Runnable* Pop() {
    if (is_empty()) return nullptr;
    const int priority = top_priority();
    Runnable* const runnable = &TopOf(priority);
    PopOf(priority);
    return runnable;
  }

 private:
  struct Level {
    Runnable* head = nullptr;
    Runnable* tail = nullptr;  // Meaningful while head is not null.
  };

  Level& LevelOf(Runnable& runnable) {
    KASSERT(runnable.priority() < async::kPriorityCount);
    ready_ |= uint32_t{1} << runnable.priority();
    return levels_[runnable.priority()];
  }

  uint32_t ready_ = 0;  // Bit p: level p has somebody.
  std::array<Level, async::kPriorityCount> levels_;
};

}  // namespace sirocco::sched
