// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_executor.h"

#include <cstdlib>
#include <utility>

namespace sirocco::sched {

void* TestFrames::Allocate(size_t size_bytes) noexcept {
  std::lock_guard guard(mutex_);
  if (fail_in_ != 0 && --fail_in_ == 0) {
    has_failed_ = true;
    return nullptr;
  }
  void* frame = std::malloc(size_bytes);
  live_[frame] = size_bytes;
  ++total_count_;
  if (size_bytes > largest_bytes_) largest_bytes_ = size_bytes;
  return frame;
}

void TestFrames::Free(void* frame, size_t size_bytes) noexcept {
  std::lock_guard guard(mutex_);
  auto found = live_.find(frame);
  PANIC_UNLESS(found != live_.end() && found->second == size_bytes);
  live_.erase(found);
  std::free(frame);
}

void TestFrames::Abandon() {
  std::lock_guard guard(mutex_);
  live_.clear();
}

void TestFrames::FailNth(size_t nth) {
  std::lock_guard guard(mutex_);
  fail_in_ = nth;
  has_failed_ = false;
}

size_t TestFrames::live_count() const {
  std::lock_guard guard(mutex_);
  return live_.size();
}

size_t TestFrames::total_count() const {
  std::lock_guard guard(mutex_);
  return total_count_;
}

size_t TestFrames::largest_bytes() const {
  std::lock_guard guard(mutex_);
  return largest_bytes_;
}

Instant TestTimers::Now() const {
  std::lock_guard guard(mutex_);
  return now_;
}

void TestTimers::Arm(async::TimerNode& node, Instant deadline, Nanoseconds /*slack*/) {
  std::lock_guard guard(mutex_);
  node.deadline = deadline;
  node.queue = this;
  for (async::TimerNode& other : armed_) {
    if (deadline < other.deadline) return armed_.InsertBefore(other, node);
  }
  armed_.PushBack(node);
}

bool TestTimers::Cancel(async::TimerNode& node) {
  std::lock_guard guard(mutex_);
  return armed_.Remove(node);
}

size_t TestTimers::armed_count() const {
  std::lock_guard guard(mutex_);
  size_t count = 0;
  for ([[maybe_unused]] async::TimerNode& node : armed_) ++count;
  return count;
}

Instant TestTimers::NextDeadline() const {
  std::lock_guard guard(mutex_);
  return armed_.is_empty() ? Instant::Infinite() : armed_.Front()->deadline;
}

bool TestTimers::FireNext(Instant limit) {
  async::TimerNode* node = nullptr;
  {
    std::lock_guard guard(mutex_);
    if (armed_.is_empty() || armed_.Front()->deadline > limit) return false;
    node = armed_.PopFront();
    if (now_ < node->deadline) now_ = node->deadline;
  }
  node->Fire();  // Without the lock, as the contract says: it may lock an object.
  return true;
}

void TestTimers::SetNow(Instant now) {
  std::lock_guard guard(mutex_);
  KASSERT(now_ <= now);
  now_ = now;
}

void TestTimers::Abandon() {
  std::lock_guard guard(mutex_);
  while (armed_.PopFront() != nullptr) {
  }
}

TestExecutor::TestExecutor()
    : async::Executor(timers_, frames_), previous_(async::SetCurrentExecutor(this)) {}

TestExecutor::~TestExecutor() {
  PANIC_UNLESS(posted_.empty());
  async::SetCurrentExecutor(previous_);
}

void TestExecutor::Post(async::Runnable& runnable) {
  std::lock_guard guard(mutex_);
  posted_.push_back(&runnable);
}

async::Runnable* TestExecutor::Pick(std::deque<async::Runnable*>& posted) {
  auto best = posted.begin();
  for (auto it = posted.begin(); it != posted.end(); ++it) {
    if ((*it)->priority() > (*best)->priority()) best = it;
  }
  async::Runnable* const picked = *best;
  posted.erase(best);
  return picked;
}

bool TestExecutor::RunOne() {
  async::Runnable* runnable = nullptr;
  {
    std::lock_guard guard(mutex_);
    if (posted_.empty()) return false;
    runnable = Pick(posted_);
  }
  if (runnable == nullptr) {
    PickedNobody();
    return true;
  }
  const uint8_t outer = current_priority();
  set_current_priority(runnable->priority());
  runnable->Run();
  set_current_priority(outer);
  return true;
}

size_t TestExecutor::RunUntilStalled() {
  size_t count = 0;
  while (RunOne()) ++count;
  return count;
}

void TestExecutor::AdvanceTo(Instant time) {
  RunUntilStalled();
  while (timers_.FireNext(time)) RunUntilStalled();
  timers_.SetNow(time);
}

void TestExecutor::Abandon() {
  {
    std::lock_guard guard(mutex_);
    posted_.clear();
  }
  timers_.Abandon();
  frames_.Abandon();
}

size_t TestExecutor::posted_count() const {
  std::lock_guard guard(mutex_);
  return posted_.size();
}

}  // namespace sirocco::sched
