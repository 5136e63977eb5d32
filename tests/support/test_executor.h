// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <vector>

#include "kernel/async/executor.h"
#include "kernel/async/timer.h"
#include "kernel/base/units.h"

namespace sirocco::sched {

/// Coroutine frames from the host's heap, counted; can be told to fail.
class TestFrames final : public async::FrameAllocator {
 public:
  ~TestFrames() { KASSERT(live_count() == 0); }

  void* Allocate(size_t size_bytes) noexcept override;
  void Free(void* frame, size_t size_bytes) noexcept override;

  /// The `nth` allocation from now on fails (1: the next one), once; 0 turns that off.
  void FailNth(size_t nth);
  bool has_failed() const { return has_failed_; }

  /// Forgets what is live: for a test that failed and cannot clean up.
  void Abandon();

  size_t live_count() const;
  size_t total_count() const;
  size_t largest_bytes() const;

 private:
  mutable std::mutex mutex_;
  std::map<void*, size_t> live_;
  size_t total_count_ = 0;
  size_t largest_bytes_ = 0;
  size_t fail_in_ = 0;
  bool has_failed_ = false;
};

/// Timers on a simulated clock that stands until told to move. Fires in the order of deadlines.
class TestTimers final : public async::TimerQueue {
 public:
  ~TestTimers() { KASSERT(armed_count() == 0); }

  Instant Now() const override;
  void Arm(async::TimerNode& node, Instant deadline, Nanoseconds slack) override;
  bool Cancel(async::TimerNode& node) override;

  size_t armed_count() const;
  /// The earliest deadline, infinite when nothing is armed.
  Instant NextDeadline() const;
  /// Moves the clock to the earliest deadline if that is at most `limit`, and fires that timer.
  bool FireNext(Instant limit);
  void SetNow(Instant now);
  /// Disarms everything: for a test that failed and cannot clean up.
  void Abandon();

 private:
  mutable std::mutex mutex_;
  Instant now_;
  List<async::TimerNode> armed_;  // By deadline, then by age.
};

/// An executor and a clock that stand still until told: no sleeps, no flakes. It is the current
/// executor of the thread that made it for as long as it lives.
class TestExecutor : public async::Executor {
 public:
  TestExecutor();
  ~TestExecutor();

  void Post(async::Runnable& runnable) override;

  /// Runs what is posted, best priority first, else in order of posting, until nothing is left.
  /// Returns how many ran.
  size_t RunUntilStalled();
  /// Runs one; false if there is none.
  bool RunOne();
  /// RunUntilStalled, then the clock goes to `time`, firing each timer on its way at its time.
  void AdvanceTo(Instant time);
  void AdvanceBy(Nanoseconds span) { AdvanceTo(now() + span); }

  Instant now() const { return timers_.Now(); }
  size_t posted_count() const;
  TestTimers& test_timers() { return timers_; }
  TestFrames& test_frames() { return frames_; }

 protected:
  /// Takes the one that runs next out of `posted`, which is not empty; null: none, PickedNobody.
  virtual async::Runnable* Pick(std::deque<async::Runnable*>& posted);
  virtual void PickedNobody() {}
  /// Forgets all that is posted, armed and allocated: for a test that failed.
  void Abandon();

 private:
  TestFrames frames_;
  TestTimers timers_;
  mutable std::mutex mutex_;
  std::deque<async::Runnable*> posted_;
  async::Executor* const previous_;
};

}  // namespace sirocco::sched
