// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/arch/hart.h"
#include "kernel/base/kassert.h"

namespace sirocco::async {

class TimerQueue;

/// Zircon's 32 priorities on one scale for kernel coroutines and vCPUs; higher runs first.
inline constexpr uint8_t kPriorityCount = 32;
inline constexpr uint8_t kDefaultPriority = 16;

/// What an executor queues: something that runs once each time it is posted. Intrusive, so posting
/// allocates nothing. While posted it belongs to the executor, which touches it last before Run().
class Runnable {
 public:
  using Function = void (*)(Runnable&);

  constexpr explicit Runnable(Function function, uint8_t priority = kDefaultPriority)
      : function_(function), priority_(priority) {}
  Runnable(const Runnable&) = delete;
  Runnable& operator=(const Runnable&) = delete;

  void Run() { function_(*this); }

  /// What kind it is: an executor may treat one kind specially.
  Function function() const { return function_; }

  uint8_t priority() const { return priority_; }
  void set_priority(uint8_t priority) {
    KASSERT(priority < kPriorityCount);
    priority_ = priority;
  }

  /// The executor's link while posted.
  Runnable* next = nullptr;

 protected:
  ~Runnable() = default;
  void set_function(Function function) { function_ = function; }

 private:
  friend class Completion;
  friend class Group;

  Function function_;
  uint8_t priority_;
  uint16_t child_index_ = 0;  // A Completion's position in its parent: fits in our padding.
};

/// Where coroutine frames come from.
class FrameAllocator {
 public:
  /// Aligned to 16; null when there is no memory. Context: any, under no lock of rank kFrame.
  virtual void* Allocate(size_t size_bytes) noexcept = 0;
  /// Takes back what Allocate(size_bytes) gave, on any hart.
  virtual void Free(void* frame, size_t size_bytes) noexcept = 0;

 protected:
  ~FrameAllocator() = default;
};

/// Runs Runnables, one at a time, each on an empty stack.
class Executor {
 public:
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  /// Queues `runnable` behind those of its priority; it never runs on the caller's stack.
  /// Context: any, from any hart, interrupts included, locks up to rank kTimerWheel held. What the
  /// caller wrote before is visible to the Runnable. `runnable` may be gone when Post returns.
  virtual void Post(Runnable& runnable) = 0;

  TimerQueue& timers() const { return timers_; }
  FrameAllocator& frames() const { return frames_; }

  /// The priority of what runs now; a wait that starts inherits it.
  uint8_t current_priority() const { return current_priority_; }
  void set_current_priority(uint8_t priority) { current_priority_ = priority; }

 protected:
  Executor(TimerQueue& timers, FrameAllocator& frames) : timers_(timers), frames_(frames) {}
  ~Executor() = default;

 private:
  TimerQueue& timers_;
  FrameAllocator& frames_;
  uint8_t current_priority_ = kDefaultPriority;  // Touched by the executor's own hart only.
};

/// The executor of this hart; never kept across a suspension.
inline Executor& CurrentExecutor() {
  KASSERT(arch::ThisHart().executor != nullptr);
  return *static_cast<Executor*>(arch::ThisHart().executor);
}

/// Makes `executor` this hart's, and returns the one before (null: none).
inline Executor* SetCurrentExecutor(Executor* executor) {
  arch::HartBlock& hart = arch::ThisHart();
  auto* previous = static_cast<Executor*>(hart.executor);
  hart.executor = executor;
  return previous;
}

}  // namespace sirocco::async
