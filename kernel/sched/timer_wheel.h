// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "kernel/async/timer.h"
#include "kernel/base/list.h"

namespace sirocco::sched {

/// Timers in the order of their time. A hierarchy of wheels with 64 slots: a timer stands on the
/// level of the highest digit in which its time differs from `now_`, so inserting and removing
/// touch one slot, and a timer moves down at most kLevels - 1 times. Has no lock of its own.
class TimerWheel {
 public:
  static constexpr int64_t kNever = INT64_MAX;

  /// `node` expires at node.deadline. Context: it is not in a wheel.
  void Insert(async::TimerNode& node);

  /// Whether `node` was still here.
  bool Remove(async::TimerNode& node);

  /// The next one whose time is at most `now`, in order of time, first come first served among
  /// equals; null if there is none, or if `steps` ran out first: then more_to_do().
  async::TimerNode* PopExpired(int64_t now, uint32_t& steps);
  bool more_to_do() const { return more_to_do_; }

  /// No timer expires before this; kNever without timers. Exact unless many share a far slot.
  int64_t NextEvent() const;

  uint64_t size() const { return size_; }

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
  void Place(async::TimerNode& node);
  // Moves up to `steps` nodes of `draining_` to where they now belong.
  void Drain(uint32_t& steps);

  int64_t now_ = 0;            // Everything at or before it is due.
  uint64_t draining_ = kNone;  // The bucket that is being moved down, before all others.
  bool more_to_do_ = false;
  uint64_t size_ = 0;
  uint32_t levels_ = 0;                          // Bit l: level l has a timer.
  std::array<uint64_t, kLevels> occupied_ = {};  // Bit s: slot s of that level has one.
  std::array<Slot, size_t{kLevels} * kSlots> slots_;
  Slot due_;
};

}  // namespace sirocco::sched
