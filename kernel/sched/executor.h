// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>

#include "kernel/arch/clock.h"
#include "kernel/arch/hart.h"
#include "kernel/async/executor.h"
#include "kernel/base/atomic.h"
#include "kernel/sched/quiet.h"
#include "kernel/sched/run_queue.h"
#include "kernel/sched/timers.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco::sched {

class Vcpu;

/// A vCPU's turn at a hart when others of its priority wait.
inline constexpr Nanoseconds kSlice = Milliseconds(4);

/// What one hart runs: everything. It pops the best Runnable, runs it on the hart's one stack, and
/// sleeps in `wfi` when there is none.
///
/// Locking: queue_ may be pushed to by any hart; everything else is its own hart's.
class HartExecutor final : public async::Executor {
 public:
  explicit HartExecutor(async::FrameAllocator& frames) : Executor(timers_, frames) {}

  /// The executor of the hart we run on.
  static HartExecutor& Current() { return *static_cast<HartExecutor*>(arch::ThisHart().executor); }

  /// Makes this the executor of the calling hart and lets others post to it.
  void Attach();
  /// The reverse, for a hart that ends; nothing is queued. Tests only: a machine's harts stay.
  void Detach();
  static uint32_t online_count() {
    return static_cast<uint32_t>(std::popcount(online_harts_.load(std::memory_order_acquire)));
  }
  static HartExecutor* OfHart(uint32_t index) {
    return online_[index].load(std::memory_order_acquire);
  }

  /// Queues `runnable` here, or on an idle hart. What has a higher priority than what the hart runs
  /// preempts it when it is next in user mode.
  void Post(async::Runnable& runnable) override;

  /// Queues `runnable` here, wherever the caller runs.
  void PostHere(async::Runnable& runnable);

  /// Runs for ever.
  [[noreturn]] void Run();

  /// One turn of Run: timers, interrupts, grace periods, then one Runnable or, if there is none and
  /// `may_sleep`, `wfi`. Returns whether something ran.
  bool Turn(bool may_sleep);

  // --- For the vCPU that runs here. What is `inline` is in vcpu_hand_over.h. ---

  /// Puts the running vCPU back: in front of its equals, or behind them when its slice is over.
  enum class Place { kFront, kBack };
  void Requeue(async::Runnable& runnable, Place place) EXCLUDES(lock_);

  /// The next vCPU if one heads the queue, taken off it: a switch that needs no turn.
  inline Vcpu* TakeVcpu() EXCLUDES(lock_);
  /// Requeue and TakeVcpu in one.
  inline Vcpu* ExchangeVcpu(Vcpu& vcpu, Place place) EXCLUDES(lock_);
  /// The same, behind its equals, if one of these heads the queue; else null, and nothing done.
  inline Vcpu* ExchangeEqual(Vcpu& vcpu) EXCLUDES(lock_);

  /// Whether somebody of at least `priority` waits for this hart.
  bool HasReady(int priority) const {
    return top_priority_.load(std::memory_order_relaxed) >= priority;
  }
  /// The same of a higher one.
  bool HasReadyAbove(int priority) const {
    return top_priority_.load(std::memory_order_relaxed) > priority;
  }

  /// A vCPU goes to user mode, at `ticks` of the clock; its slice starts and, if it shares the
  /// hart, the timer with it.
  void BeginSlice(uint8_t priority, uint64_t ticks) {
    StartSlice(priority, ticks);
    ProgramTimer();
  }
  /// All of that but the timer. False: it is to be programmed.
  bool StartSlice(uint8_t priority, uint64_t ticks) {
    set_current_priority(priority);
    StoreRelaxed(running_priority_, priority);
    slice_over_ = false;
    const bool alone = top_priority_.load(std::memory_order_relaxed) < 0 && !quiet_.has_work();
    StoreRelaxed(runs_alone_, alone ? 1 : 0);
    slice_end_ =
        alone ? Instant::Infinite() : Instant(arch::Clock::At(ticks).ns() + kSlice.count());
    return timers_.IsProgrammed(slice_end_);
  }
  /// The same of one that takes its turn from an equal, who waits now.
  bool StartTurn(uint64_t ticks) {
    slice_over_ = false;
    StoreRelaxed(runs_alone_, 0);
    slice_end_ = Instant(arch::Clock::At(ticks).ns() + kSlice.count());
    return timers_.IsProgrammed(slice_end_);
  }
  /// For the end of the slice, and the hart's timers. Whenever the executor itself runs, that is
  /// done.
  void ProgramTimer() { timers_.Program(slice_end_); }
  void ProgramTimerAside() { timers_.ProgramAside(slice_end_); }
  /// A vCPU of a higher priority goes on with the rest of the slice.
  void RaisePriority(uint8_t priority) {
    set_current_priority(priority);
    StoreRelaxed(running_priority_, priority);
  }
  /// The vCPU left user mode for good.
  void EndSlice() { StoreRelaxed(running_priority_, kNothingRuns); }

  /// Reclaims `node` after a grace period, also if the vCPU here never leaves user mode for long.
  void Retire(RetireNode& node, uint32_t steps) {
    quiet_.Retire(node);
    unseen_steps_ += steps;
    if (unseen_steps_ >= kUnseenSteps || runs_alone_.load(std::memory_order_relaxed) != 0)
        [[unlikely]] {
      SeeToReclaim();
    }
  }
  /// See sched::EndPlainCall.
  void EndPlainCall() {
    if (unseen_steps_ >= look_at_) ReclaimFew();
  }

  /// After interrupts were taken in user mode: whether the vCPU has to give way, and to which
  /// place.
  bool ShouldPreempt(Place* place) const {
    const int top = top_priority_.load(std::memory_order_relaxed);
    const int running = running_priority_.load(std::memory_order_relaxed);
    *place = slice_over_ ? Place::kBack : Place::kFront;
    return top > running || (slice_over_ && top == running);
  }

  // --- Interrupts, with no lock held. ---
  void OnTimerInterrupt();
  void OnIpi();

  HartTimers& hart_timers() { return timers_; }
  QuietState& quiet() { return quiet_; }

  // --- Grace periods, see quiet.h. ---
  static bool AllQuietSince(uint64_t epoch);
  /// Interrupts the harts that have not seen `epoch`; true if all have.
  static bool AskForQuiet(uint64_t epoch);
  /// This hart has passed a quiet point that others may sleep for.
  static void TellQuiet();

  struct Counters {
    uint64_t turns = 0;  // Heartbeat of the watchdog, too.
    uint64_t steals = 0;
    uint64_t sleeps = 0;
  };
  const Counters& counters() const { return counters_; }
  Counters& counters() { return counters_; }

 private:
  static constexpr int kNothingRuns = -1;
  // Of sched::RetireNode's steps: what one quiet point takes, and the end of one call.
  static constexpr uint32_t kReclaimSteps = 32;
  static constexpr uint32_t kFewSteps = 3;
  // Fewer than kReclaimSteps: a thread that retires all the time gives less than it takes.
  static constexpr uint32_t kUnseenSteps = 24;

  // Returns whether there is more to reclaim.
  bool PassQuietPoint();
  void ReclaimFew();
  void SeeToReclaim();
  // Those that are not idle. A hart that leaves idle fences before it looks anything up, and sees
  // what was unlinked before ours here.
  static uint32_t AwakeHarts();
  async::Runnable* Pop() EXCLUDES(lock_);
  async::Runnable* Steal();
  // The bit of an idle hart is the right to wake it: one poster gets it. Null: nobody sleeps.
  static HartExecutor* TakeIdleHart();
  void Sleep();
  void Push(async::Runnable& runnable, Place place) EXCLUDES(lock_);
  void PushLocked(async::Runnable& runnable, Place place) REQUIRES(lock_) {
    if (place == Place::kBack) {
      queue_.PushBack(runnable);
    } else {
      queue_.PushFront(runnable);
    }
    const int priority = runnable.priority();
    if (priority > top_priority_.load(std::memory_order_relaxed)) {
      StoreRelaxed(top_priority_, priority);
    }
  }
  inline Vcpu* TakeVcpuLocked() REQUIRES(lock_);
  void PublishTopLocked() REQUIRES(lock_) { StoreRelaxed(top_priority_, queue_.top_priority()); }
  bool IsToNudge(uint8_t priority) const;
  void Nudge(uint8_t priority);
  void WakeHart();
  void PostToIdleOrHere(async::Runnable& runnable);
  // From now on the vCPU here has a slice, at whose end somebody looks.
  void LimitSlice();

  // Published under lock_, read without it as a hint: the priority that heads queue_, or -1.
  std::atomic<int> top_priority_{kNothingRuns};
  // The priority of the vCPU in user mode here, or -1; written by this hart, a hint to posters.
  std::atomic<int> running_priority_{kNothingRuns};
  // Whether that vCPU has no slice timer since nobody else was there.
  std::atomic<uint32_t> runs_alone_{0};
  Counters counters_;
  SpinLock<LockRank::kRunQueue> lock_;
  RunQueue queue_ GUARDED_BY(lock_);

  // Of this hart alone, which others see through what is atomic within, or in a lock of its own.
  uint32_t index_ = 0;
  bool slice_over_ = false;
  Instant slice_end_ = Instant::Infinite();
  QuietState quiet_;
  // What was retired here since the last quiet point, or since an interrupt was asked for, which
  // from kUnseenSteps on it is.
  uint32_t unseen_steps_ = 0;
  // From so many of them on a call's end looks whether it may reclaim; 0: something was left.
  uint32_t look_at_ = kFewSteps;
  HartTimers timers_;

  static std::array<std::atomic<HartExecutor*>, arch::kMaxHarts> online_;
  // Sets of harts, bit i for hart i.
  static std::atomic<uint32_t> online_harts_;
  static std::atomic<uint32_t> idle_harts_;         // Sleep or are about to.
  static std::atomic<uint32_t> waiting_for_quiet_;  // And wait for others' quiet points.
};

}  // namespace sirocco::sched
