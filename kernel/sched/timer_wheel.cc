// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/sched/timer_wheel.h"

#include <algorithm>
#include <bit>

#include "kernel/base/kassert.h"

namespace sirocco::sched {

using async::TimerNode;

bool TimerWheel::Remove(TimerNode& node) {
  if (!node.is_linked()) return false;
  const uint64_t bucket = node.bucket;
  Slot& slot = SlotOf(bucket);
  slot.Remove(node);
  if (bucket != kDue && slot.is_empty()) {
    const uint64_t level = bucket / kSlots;
    occupied_[level] &= ~(uint64_t{1} << bucket % kSlots);
    if (occupied_[level] == 0) levels_ &= ~(uint32_t{1} << level);
  }
  return true;
}

int TimerWheel::LowestLevel() const { return levels_ == 0 ? -1 : std::countr_zero(levels_); }

int64_t TimerWheel::StartOf(uint32_t level, uint32_t slot) const {
  const uint32_t shift = level * kDigitBits;
  const uint64_t above = shift + kDigitBits >= 64 ? 0 : ~uint64_t{0} << (shift + kDigitBits);
  return static_cast<int64_t>((static_cast<uint64_t>(now_) & above) | uint64_t{slot} << shift);
}

void TimerWheel::Drain(uint32_t& steps) {
  Slot& slot = slots_[draining_];
  for (; steps != 0 && !slot.is_empty(); --steps) {
    TimerNode& node = *slot.Front();
    Remove(node);
    Insert(node);
  }
  if (slot.is_empty()) draining_ = kNone;
}

TimerNode* TimerWheel::PopExpired(int64_t now, uint32_t& steps) {
  more_to_do_ = false;
  for (;;) {
    // What is draining comes before everything else but what it has already made due.
    if (draining_ != kNone) Drain(steps);
    if (draining_ == kNone && !due_.is_empty()) {
      if (steps == 0) break;
      --steps;
      return due_.PopFront();
    }
    if (steps == 0) break;
    const int level = LowestLevel();
    if (level < 0) return nullptr;
    const uint32_t slot = std::countr_zero(occupied_[level]);
    const int64_t start = StartOf(level, slot);
    if (start > now) return nullptr;
    now_ = start;
    draining_ = uint64_t{static_cast<uint32_t>(level)} * kSlots + slot;
  }
  more_to_do_ = true;
  return nullptr;
}

int64_t TimerWheel::NextEvent() const {
  if (draining_ != kNone || !due_.is_empty()) return now_;
  const int level = LowestLevel();
  if (level < 0) return kNever;
  const uint32_t slot = std::countr_zero(occupied_[level]);
  if (level == 0) return StartOf(0, slot);
  // A short slot is looked through, so that a lone timer costs one interrupt, not one a level.
  constexpr int kLook = 8;
  int64_t first = kNever;
  int seen = 0;
  for (const TimerNode& node : slots_[level * kSlots + slot]) {
    if (++seen > kLook) return StartOf(level, slot);
    first = std::min(first, node.deadline.ns());
  }
  return first;
}

}  // namespace sirocco::sched
