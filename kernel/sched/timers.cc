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

void HartTimers::Arm(async::TimerNode& node, Instant deadline, Nanoseconds slack) {
  const Instant when = Coalesced(deadline, slack);
  node.queue = this;
  {
    Guard guard(lock_);
    wheel_.Insert(node, when);  // May be fired and gone as soon as the lock is free.
  }
  if (when < next_) NoteEarlier(this, static_cast<uint64_t>(when.ns()));
}

void HartTimers::NoteEarlier(void* timers, uint64_t when) {
  auto& self = *static_cast<HartTimers*>(timers);
  self.next_ = Instant(static_cast<int64_t>(when));
  if (self.next_ < self.programmed_) {
    self.programmed_ = self.next_;
    arch::Timer::Arm(self.next_);
  }
}

bool HartTimers::Cancel(async::TimerNode& node) {
  Guard guard(lock_);
  return wheel_.Remove(node);
}

void HartTimers::Fire(Instant now) {
  uint32_t steps = kStepsPerTurn;
  for (;;) {
    async::TimerNode* node = nullptr;
    {
      Guard guard(lock_);
      node = wheel_.PopExpired(now.ns(), steps);
      if (node == nullptr) {
        next_ = Instant(wheel_.NextEvent());  // Program sets the timer for what is left.
        return;
      }
    }
    // Unlocked: it takes the lock of its object, which ranks lower. At once: whoever does not own
    // the node any more keeps it for as long as this hart passes no quiet point.
    node->Fire();
  }
}

void HartTimers::Set(Instant when) {
  has_expired_ = false;
  if (when == programmed_) return;
  programmed_ = when;
  arch::Timer::Arm(when);
}

void HartTimers::ProgramExactly() {
  {
    Guard guard(lock_);
    next_ = Instant(wheel_.NextEvent());
  }
  Set(next_);
}

}  // namespace sirocco::sched
