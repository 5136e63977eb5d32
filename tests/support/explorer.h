// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "kernel/async/completion.h"
#include "kernel/async/task.h"
#include "tests/support/test_executor.h"

namespace sirocco::sched {

/// Runs small coroutine programs in every order their executor could choose, or in random ones.
///
/// A program is a function that makes its objects, spawns coroutines and runs: it is called anew
/// for each schedule. Choice points are: which posted Runnable is next (priorities do not count:
/// any hart might be the quicker one), and whether the earliest timer fires before that. Between
/// two suspensions a coroutine runs alone; `co_await explorer.Step()` adds a place to be overtaken.
class Explorer {
 public:
  struct Report {
    uint64_t schedules = 0;
    bool is_complete = false;  // Every schedule was run.
    std::string stopped_by;    // Else: the bound that cut it, or the failure.
    std::vector<size_t> failing_schedule;

    /// "1234 schedules, complete", "1000 schedules, cut by the bound of 1000 schedules" ...
    std::string ToString() const;
  };
  using Program = std::function<void(Explorer&)>;

  /// Depth first, by re-execution. Stops at the first failed expectation of the program.
  static Report Exhaust(const Program& program, uint64_t max_schedules = 1'000'000);

  /// `count` random schedules from `seed`; the same seed gives the same schedules. `bug_depth` 0:
  /// every choice is drawn evenly. Else PCT: each coroutine draws a priority, the highest runs, and
  /// at `bug_depth` - 1 random moments the running one becomes the lowest.
  static Report Random(const Program& program, uint64_t seed, uint64_t count, size_t bug_depth = 0);

  /// One schedule, as `failing_schedule` gave it.
  static void Replay(const Program& program, const std::vector<size_t>& schedule);

  // --- For the program. ---

  /// An object of the program. It ends after the coroutines, or is left alone if one is stuck.
  template <typename T, typename... Args>
  T& Make(Args&&... args) {
    auto object = std::make_shared<T>(std::forward<Args>(args)...);
    T& reference = *object;
    objects_.push_back(std::move(object));
    return reference;
  }
  /// Adds a coroutine; it starts when the explorer chooses it.
  void Spawn(Task<zx_status_t> task);
  /// Runs everything to its end in one order. A coroutine that cannot end is a failure.
  void Run();
  /// Reports a broken promise of the program; the exploration stops.
  void Expect(bool is_true, const char* what);

  static async::YieldOp Step() { return async::YieldOp(); }
  Instant now() const;

 private:
  class Chooser;
  class ExploringExecutor;
  struct Coroutine;

  explicit Explorer(Chooser& chooser);
  ~Explorer();

  // Runs the program once; false: it failed.
  static bool RunOnce(const Program& program, Chooser& chooser, std::string& failure);

  std::unique_ptr<ExploringExecutor> executor_;
  std::vector<std::shared_ptr<void>> objects_;
  std::vector<std::shared_ptr<Coroutine>> coroutines_;
  std::string failure_;
};

}  // namespace sirocco::sched
