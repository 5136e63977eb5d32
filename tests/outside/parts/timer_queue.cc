// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Fires 10,000 timers in the order of their time with the kernel's timer wheel.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "kernel/async/timer.h"
#include "kernel/base/kassert.h"
#include "kernel/base/units.h"
#include "kernel/sched/timer_wheel.h"

namespace sirocco {

// What a part asks of the program that uses it.
void PanicAt(const char* text, const char* file, int line) {
  std::fprintf(stderr, "%s (%s:%d)\n", text, file, line);
  std::abort();
}

}  // namespace sirocco

int main() {
  constexpr uint32_t kCount = 10'000;
  sirocco::sched::TimerWheel wheel;
  std::vector<std::unique_ptr<sirocco::async::TimerNode>> timers;
  uint32_t random = 1;
  for (uint32_t i = 0; i < kCount; ++i) {
    timers.push_back(std::make_unique<sirocco::async::TimerNode>([](auto&) {}));
    random = random * 1664525 + 1013904223;
    timers.back()->deadline = sirocco::Instant(random);
    wheel.Insert(*timers.back());
  }
  uint32_t fired = 0;
  int64_t last = 0;
  while (!wheel.is_empty()) {
    uint32_t steps = UINT32_MAX;
    sirocco::async::TimerNode* timer = wheel.PopExpired(wheel.NextEvent(), steps);
    if (timer == nullptr) continue;
    if (timer->deadline.ns() < last) return 1;
    last = timer->deadline.ns();
    ++fired;
  }
  std::printf("%u timers in order\n", fired);
}
