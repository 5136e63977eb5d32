// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "kernel/async/executor.h"
#include "kernel/sched/executor.h"
#include "tests/support/test_executor.h"

namespace sirocco::support {

/// The harts of a test: the calling thread is hart 0, which turns when the test says so; every
/// other hart is a thread that runs its executor until the test ends.
class Harts {
 public:
  explicit Harts(uint32_t count) : Harts(count, nullptr) {}
  /// Coroutine frames come from `frames`, which outlives this.
  Harts(uint32_t count, async::FrameAllocator& frames) : Harts(count, &frames) {}
  ~Harts();
  Harts(const Harts&) = delete;
  Harts& operator=(const Harts&) = delete;

  sched::HartExecutor& executor(uint32_t index) { return *executors_[index]; }

  /// Queues `runnable` on that hart and nowhere else.
  void PostTo(uint32_t index, async::Runnable& runnable);

  /// Hart 0 has nothing to run: alone, time jumps to the next timer; with others, they get a
  /// chance.
  void Idle();

  /// Turns hart 0 until it has nothing to run.
  void RunUntilIdle();

 private:
  Harts(uint32_t count, async::FrameAllocator* frames);

  // Turns this hart until no hart has anything left to run.
  void Settle(uint32_t index);

  sched::TestFrames frames_;
  std::vector<std::unique_ptr<sched::HartExecutor>> executors_;
  std::vector<std::thread> threads_;
  std::atomic<bool> is_ending_{false};

  std::mutex turn_;       // Held by the hart that turns, while the test ends.
  uint32_t settled_ = 0;  // A bit per hart; under turn_.
};

}  // namespace sirocco::support
