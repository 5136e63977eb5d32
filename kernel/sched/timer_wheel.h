// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "kernel/async/timer.h"
#include "kernel/base/kassert.h"
#include "kernel/base/list.h"
#include "kernel/base/units.h"

namespace sirocco::sched {

/// Timers in the order of their time. A hierarchy of wheels with 64 slots: a timer stands on the
/// level of the highest digit in which its time differs from `now_`, so inserting and removing
/// touch one slot, and a timer moves down at most kLevels - 1 times. Has no lock of its own.
class TimerWheel {
 public:
  static constexpr int64_t kNever = INT64_MAX;

  /// `node` expires at `deadline`, which is its own from now on. Context: it is not in a wheel.
  void Insert(async::TimerNode& node, Instant deadline) {
    if (deadline.ns() > now_) [[likely]]
      return InsertLater(node, deadline);
    node.deadline = deadline;
    node.bucket = kDue;
    due_.PushBack(node);
  }
  /// The same of one that is not due at the last time of PopExpired.
  inline void InsertLater(async::TimerNode& node, Instant deadline);
  void Insert(async::TimerNode& node) { Insert(node, node.deadline); }

  /// Whether `node` was still here.
  bool Remove(async::TimerNode& node);

  /// The next one whose time is at most `now`, in order of time, first come first served among
  /// equals; null if there is none, or if `steps` ran out first: then more_to_do().
  async::TimerNode* PopExpired(int64_t now, uint32_t& steps);
  bool more_to_do() const { return more_to_do_; }

  /// No timer expires before this; kNever without timers. Exact unless many share a far slot.
  int64_t NextEvent() const;

  bool is_empty() const { return NextEvent() == kNever; }

 private:
  static constexpr uint32_t kDigitBits = 6;
  static constexpr uint32_t kSlots = 1 << kDigitBits;
  static constexpr uint32_t kLevels = (63 + kDigitBits - 1) / kDigitBits;
  static constexpr uint64_t kDue = uint64_t{kLevels} * kSlots;  // Bucket number of `due_`.
  static constexpr uint64_t kNone = ~uint64_t{0};

  using Slot = List<async::TimerNode>;

  Slot& SlotOf(uint64_t bucket) { return bucket == kDue ? due_ : slots_[bucket]; }
  int LowestLevel() const;
  int64_t StartOf(uint32_t level, uint32_t slot) const;
  // Moves up to `steps` nodes of `draining_` to where they now belong.
  void Drain(uint32_t& steps);

  int64_t now_ = 0;            // Everything at or before it is due.
  uint64_t draining_ = kNone;  // The bucket that is being moved down, before all others.
  bool more_to_do_ = false;
  uint32_t levels_ = 0;                          // Bit l: level l has a timer.
  std::array<uint64_t, kLevels> occupied_ = {};  // Bit s: slot s of that level has one.
  std::array<Slot, size_t{kLevels} * kSlots> slots_;
  Slot due_;
};

inline void TimerWheel::InsertLater(async::TimerNode& node, Instant deadline) {
  const int64_t when = deadline.ns();
  KASSERT(when > now_);
  node.deadline = deadline;
  const uint64_t differing = static_cast<uint64_t>(when) ^ static_cast<uint64_t>(now_);
  const uint64_t level = (static_cast<uint64_t>(std::countl_zero(differing)) ^ 63) / kDigitBits;
  const uint64_t slot = (static_cast<uint64_t>(when) >> (level * kDigitBits)) % kSlots;
  node.bucket = level * kSlots + slot;
  slots_[node.bucket].PushBack(node);
  occupied_[level] |= uint64_t{1} << slot;
  levels_ |= uint32_t{1} << level;
}

}  // namespace sirocco::sched
