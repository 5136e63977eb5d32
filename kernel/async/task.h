// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/errors.h>
#include <zircon/types.h>

#include <atomic>
#include <concepts>
#include <coroutine>
#include <cstddef>
#include <type_traits>
#include <utility>

#include "kernel/async/executor.h"
#include "kernel/async/resume.h"
#include "kernel/base/kassert.h"
#include "kernel/base/result.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco::async {

/// What a plain function leaves behind when it starts a Task: how it hears of the end. Owned by the
/// starter, outside the frame, and used for one Task at a time.
class TaskStart {
 public:
  using OnFinish = void (*)(TaskStart&);

  constexpr explicit TaskStart(OnFinish on_finish) : on_finish_(on_finish) {}
  TaskStart(const TaskStart&) = delete;
  TaskStart& operator=(const TaskStart&) = delete;

 private:
  friend class TaskBase;
  friend void ResumeLoop(std::coroutine_handle<>);

  // kStarting -> kLeft      the starter: the Task suspended; its end will call on_finish.
  // kStarting -> kFinished  the end came first, on any hart: the starter takes the result.
  // kLeft -> kFinished      the end came later: on_finish is called.
  static constexpr uint32_t kStarting = 0;
  static constexpr uint32_t kLeft = 1;
  static constexpr uint32_t kFinished = 2;

  void Prepare() { state_.store(kStarting, std::memory_order_relaxed); }
  bool Leave();   // True: finished already.
  void Finish();  // Called by ResumeLoop, with the Task at its final suspension.

  const OnFinish on_finish_;
  std::atomic<uint32_t> state_{kFinished};
};

/// Awaits what it refers to: g++ 12 copies an awaitable that await_transform returns by reference.
template <typename Awaitable>
class AwaitByReference {
 public:
  using Target = std::remove_reference_t<Awaitable>;

  explicit AwaitByReference(Target& target) : target_(target) {}
  bool await_ready() const { return target_.await_ready(); }
  auto await_suspend(std::coroutine_handle<> waiter) const { return target_.await_suspend(waiter); }
  decltype(auto) await_resume() const { return target_.await_resume(); }

 private:
  Target& target_;
};

/// The part of every coroutine's promise that does not depend on its result. First in the frame
/// behind the compiler's two words, which the frame guard checks and WalkAwaitChain relies on.
class PromiseBase {
 public:
  std::suspend_always initial_suspend() const noexcept { return {}; }

  struct FinalAwaiter {
    FinalAwaiter() = default;
    bool await_ready() const noexcept { return false; }
    template <typename Promise>
    void await_suspend(std::coroutine_handle<Promise> self) const noexcept {
      self.promise().TransferToWaiter();
    }
    void await_resume() const noexcept {}
  };
  FinalAwaiter final_suspend() const noexcept { return FinalAwaiter(); }

  void unhandled_exception() const noexcept { PANIC("an exception in the kernel"); }

  /// Every suspension passes here: nobody suspends while this hart holds a lock.
  template <typename Awaitable>
  AwaitByReference<Awaitable> await_transform(Awaitable&& awaitable) const {
    KASSERT(!HoldsAnyLock());
    return AwaitByReference<Awaitable>(awaitable);
  }

  /// A coroutine whose first parameter (a member function's object included) has a
  /// frame_allocator() takes its frame there, any other from this hart's executor.
  template <typename First, typename... Rest>
    requires requires(First& first) {
      { first.frame_allocator() } -> std::convertible_to<FrameAllocator&>;
    }
  static void* operator new(size_t size, First& first, Rest&...) noexcept {
    return AllocateFrame(size, first.frame_allocator());
  }
  static void* operator new(size_t size) noexcept { return AllocateFrame(size); }
  static void operator delete(void* frame, size_t size) noexcept { FreeFrame(frame, size); }

 protected:
  PromiseBase() = default;

  /// g++ 12.2 puts the promise at the wrong offset of some coroutines (a co_await in a condition
  /// and no local variable). `handle` is made from this promise.
  void CheckFrame(const void* handle_address) const;

 private:
  friend class TaskBase;
  friend size_t WalkAwaitChain(const void*, ChainLink*, size_t);
  friend void ResumeLoop(std::coroutine_handle<>);

  static constexpr uintptr_t kStartTag = 1;
  static constexpr size_t kOffset = 2 * sizeof(void*);  // Of the promise in the frame.

  static void* AllocateFrame(size_t size) noexcept;
  static void* AllocateFrame(size_t size, FrameAllocator& allocator) noexcept;
  static void FreeFrame(void* frame, size_t size) noexcept;
  void TransferToWaiter() noexcept;

  // Who goes on at our end: a coroutine's frame, or a TaskStart with kStartTag. 0: not started.
  uintptr_t waiter_ = 0;
};

/// The part of Task that does not depend on its result.
class TaskBase {
 protected:
  /// Whether it finished before its first suspension, or meanwhile elsewhere.
  static bool StartInline(std::coroutine_handle<> task, PromiseBase& promise, TaskStart& start);
  static void BeginAwait(std::coroutine_handle<> task, PromiseBase& promise,
                         std::coroutine_handle<> waiter);
  static bool is_started(const PromiseBase& promise) { return promise.waiter_ != 0; }
};

template <typename T>
inline constexpr bool kIsTaskResult = false;
template <>
inline constexpr bool kIsTaskResult<zx_status_t> = true;
template <typename T>
inline constexpr bool kIsTaskResult<Result<T>> = true;

/// A coroutine that starts when awaited, or by Start, and owns its frame. Move-only.
/// T is zx_status_t or a Result, because a frame that cannot be allocated gives a Task that is
/// finished with ZX_ERR_NO_MEMORY, before any effect.
/// Destroyed before it starts or after it finished, never in between.
template <typename T>
class [[nodiscard]] Task : private TaskBase {
  static_assert(kIsTaskResult<T>, "Task<zx_status_t> or Task<Result<X>>");

 public:
  class promise_type;
  using Handle = std::coroutine_handle<promise_type>;

  /// Without a frame: finished with ZX_ERR_NO_MEMORY.
  Task() = default;
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Task() {
    if (handle_ == nullptr) return;
    KASSERT(handle_.done() || !is_started(handle_.promise()));
    handle_.destroy();
  }

  bool is_done() const { return handle_ == nullptr || handle_.done(); }

  /// Runs the Task until its first suspension, from a plain function. True: it has finished, and
  /// TakeResult() has the outcome. False: its end will call `start`'s function, from the executor
  /// that resumes it, on an empty stack; the Task may be destroyed there.
  /// Context: no lock held; nested once in whatever this hart runs.
  [[nodiscard]] bool Start(TaskStart& start) {
    return handle_ == nullptr || StartInline(handle_, handle_.promise(), start);
  }
  /// The outcome of a finished Task, once.
  T TakeResult() {
    if (handle_ == nullptr) return T(Error{ZX_ERR_NO_MEMORY});
    KASSERT(handle_.done());
    return handle_.promise().TakeResult();
  }

  // The Task is its own awaiter.
  bool await_ready() const noexcept { return handle_ == nullptr; }
  void await_suspend(std::coroutine_handle<> waiter) noexcept {
    BeginAwait(handle_, handle_.promise(), waiter);
  }
  T await_resume() { return TakeResult(); }

 private:
  explicit Task(Handle handle) : handle_(handle) {}

  Handle handle_ = nullptr;
};

template <typename T>
class Task<T>::promise_type : public PromiseBase {
 public:
  promise_type() : result_(Error{ZX_ERR_INTERNAL}) {}

  Task get_return_object() noexcept {
    const Handle handle = Handle::from_promise(*this);
    if constexpr (kAssertsEnabled) CheckFrame(handle.address());
    return Task(handle);
  }
  static Task get_return_object_on_allocation_failure() noexcept { return Task(Handle()); }

  void return_value(T result) noexcept { result_ = std::move(result); }

 private:
  friend class Task;
  T TakeResult() { return std::move(result_); }

  T result_;
};

}  // namespace sirocco::async

namespace sirocco {
using async::Task;  // The word every folder above uses.
}  // namespace sirocco
