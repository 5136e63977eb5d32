// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

// Coroutines of one thread: the shell never blocks for one command while another could go on.
//
// A coroutine that waits has a Wakeup in its frame, linked into the list of what it waits for, or
// into the list of those that are ready. Only RunReady() resumes, and never from within a
// coroutine, so stacks do not nest. Destroying a frame unlinks its Wakeup: that is all there is to
// cancelling, and any coroutine may do it to any other, but not to one that owns it.

namespace sirocco::shell {

/// A place in one of the lists below, or in none.
class Link {
 public:
  Link() = default;
  Link(const Link&) = delete;
  ~Link() { Unlink(); }

  void Unlink() {
    previous_->next_ = next_;
    next_->previous_ = previous_;
    previous_ = next_ = this;
  }

 protected:
  void InsertBefore(Link& other) {
    Unlink();
    previous_ = other.previous_;
    next_ = &other;
    previous_->next_ = other.previous_ = this;
  }
  Link& next() { return *next_; }
  bool is_alone() const { return next_ == this; }

 private:
  Link* previous_ = this;
  Link* next_ = this;
};

/// A coroutine that waits, or nobody yet. Base of everything that is awaited.
class Wakeup : public Link {
 public:
  void Arm(std::coroutine_handle<> coroutine) { coroutine_ = coroutine; }
  bool is_armed() const { return coroutine_ != nullptr; }

  /// Has the coroutine resumed by RunReady().
  void Wake();

 private:
  friend class WakeList;
  friend void RunReady();

  std::coroutine_handle<> coroutine_;
};

/// Those who wait for one thing.
class WakeList : private Link {
 public:
  WakeList() = default;
  ~WakeList();

  void WakeAll();

  class [[nodiscard]] Wait : public Wakeup {
   public:
    explicit Wait(WakeList& list) : list_(list) {}
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> waiter) {
      Arm(waiter);
      list_.Add(*this);
    }
    void await_resume() const {}

   private:
    WakeList& list_;
  };

  void Add(Wakeup& wakeup) { wakeup.InsertBefore(*this); }
  bool is_empty() const { return is_alone(); }

 private:
  friend void RunReady();
  Wakeup& First() { return static_cast<Wakeup&>(next()); }
};

/// Resumes those who are ready until nobody is.
void RunReady();

/// A coroutine, which it owns. It runs from Start(), or from when it is first awaited.
template <typename T>
class [[nodiscard]] Task {
 public:
  struct Promise;
  using promise_type = Promise;

  Task() = default;
  Task(Task&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    Task old(std::exchange(coroutine_, std::exchange(other.coroutine_, nullptr)));
    return *this;
  }
  ~Task() {
    if (coroutine_) coroutine_.destroy();
  }

  void Start() {
    Promise& promise = coroutine_.promise();
    if (!std::exchange(promise.is_started, true)) promise.self.Wake();
  }
  bool is_done() const { return coroutine_.done(); }

  // Awaited by its owner alone.
  bool await_ready() const { return is_done(); }
  void await_suspend(std::coroutine_handle<> owner) {
    coroutine_.promise().owner.Arm(owner);
    Start();
  }
  T await_resume() { return *std::move(coroutine_.promise().result); }

 private:
  struct End {
    bool await_ready() noexcept { return false; }
    void await_suspend(std::coroutine_handle<Promise> self) noexcept {
      if (self.promise().owner.is_armed()) self.promise().owner.Wake();
    }
    void await_resume() noexcept {}
  };

  explicit Task(std::coroutine_handle<Promise> coroutine) : coroutine_(coroutine) {}

  std::coroutine_handle<Promise> coroutine_;
};

template <typename T>
struct Task<T>::Promise {
  Promise() { self.Arm(std::coroutine_handle<Promise>::from_promise(*this)); }
  Task get_return_object() { return Task(std::coroutine_handle<Promise>::from_promise(*this)); }
  std::suspend_always initial_suspend() { return {}; }
  End final_suspend() noexcept { return {}; }
  void return_value(T value) { result = std::move(value); }
  void unhandled_exception() { std::terminate(); }

  Wakeup self;
  Wakeup owner;
  bool is_started = false;
  std::optional<T> result;
};

/// For what returns nothing: `co_return Done();`.
struct Done {};

}  // namespace sirocco::shell
