// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/sched/timers.h"

#include <algorithm>
#include <bit>

#include "kernel/arch/clock.h"
#include "kernel/arch/timer.h"

namespace sirocco::sched {

namespace {

// The moment in [deadline, deadline + slack] with the most trailing zeros: timers whose windows
// overlap tend to share it, and then the interrupt.
Instant Coalesced(Instant deadline, Nanoseconds slack) {
  const uint64_t first = static_cast<uint64_t>(deadline.ns());
  const uint64_t last = static_cast<uint64_t>((deadline + slack).ns());
  if (slack.count() <= 0 || deadline.ns() <= 0 || first == last) return deadline;
  const int differing = 63 - std::countl_zero(first ^ last);
  const uint64_t rounded = last & (~uint64_t{0} << differing);
  return Instant(static_cast<int64_t>(std::max(first, rounded)));
}

}  // namespace

Instant HartTimers::Now() const { return arch::Clock::Now(); }

void HartTimers::Arm(async::TimerNode& node, Instant deadline, Nanoseconds slack) {
  const Instant when = Coalesced(deadline, slack);
  node.queue = this;
  node.deadline = when;
  node.slack = slack;
  {
    Guard guard(lock_);
    wheel_.Insert(node);  // May be fired and gone as soon as the lock is free.
  }
  if (when < programmed_) {
    programmed_ = when;
    arch::Timer::Arm(when);
  }
}

bool HartTimers::Cancel(async::TimerNode& node) {
  Guard guard(lock_);
  return wheel_.Remove(node);
}

void HartTimers::Expire(Instant now) {
  if (now >= programmed_) {  // It fired, and disarmed itself.
    programmed_ = Instant::Infinite();
    has_expired_ = true;
  }
  uint32_t steps = kStepsPerTurn;
  for (;;) {
    async::TimerNode* node = nullptr;
    {
      Guard guard(lock_);
      node = wheel_.PopExpired(now.ns(), steps);
      if (node == nullptr) return;  // Program arms the timer for what is left.
    }
    node->Fire();  // Unlocked: it takes the lock of its object, which ranks lower.
  }
}

void HartTimers::ProgramExactly(Instant slice_end) {
  int64_t next = 0;
  {
    Guard guard(lock_);
    next = wheel_.NextEvent();
  }
  const Instant when = std::min(Instant(next), slice_end);
  has_expired_ = false;
  if (when == programmed_) return;
  programmed_ = when;
  arch::Timer::Arm(when);
}

}  // namespace sirocco::sched
