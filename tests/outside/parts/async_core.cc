// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Coroutines, select and deadlines over an executor of thirty lines, with time that jumps.
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>

#include "kernel/async/completion.h"
#include "kernel/async/deadline.h"
#include "kernel/async/executor.h"
#include "kernel/async/select.h"
#include "kernel/async/task.h"
#include "kernel/async/timer.h"
#include "kernel/base/kassert.h"
#include "kernel/base/units.h"

namespace sirocco {

// What a part asks of the program that uses it.
void PanicAt(const char* text, const char* file, int line) {
  std::fprintf(stderr, "%s (%s:%d)\n", text, file, line);
  std::abort();
}

}  // namespace sirocco

namespace {

using namespace sirocco;

class Frames final : public async::FrameAllocator {
 public:
  void* Allocate(size_t size) noexcept override { return std::malloc(size); }
  void Free(void* frame, size_t) noexcept override { std::free(frame); }
};

class Timers final : public async::TimerQueue {
 public:
  Instant Now() const override { return now_; }
  void Arm(async::TimerNode& node, Instant deadline, Nanoseconds) override {
    node.queue = this;
    armed_.emplace(deadline, &node);
  }
  bool Cancel(async::TimerNode& node) override {
    return std::erase_if(armed_, [&node](auto& entry) { return entry.second == &node; }) != 0;
  }
  bool FireNext() {
    if (armed_.empty()) return false;
    const auto [deadline, node] = *armed_.begin();
    armed_.erase(armed_.begin());
    now_ = deadline;
    node->Fire();
    return true;
  }

 private:
  Instant now_;
  std::multimap<Instant, async::TimerNode*> armed_;
};

class Loop final : public async::Executor {
 public:
  Loop(Timers& timers, Frames& frames) : Executor(timers, frames) {}
  void Post(async::Runnable& runnable) override { queue_.push_back(&runnable); }
  bool RunNext() {
    if (queue_.empty()) return false;
    async::Runnable* next = queue_.front();
    queue_.pop_front();
    next->Run();
    return true;
  }

 private:
  std::deque<async::Runnable*> queue_;
};

Instant In(int64_t milliseconds) {
  return async::CurrentExecutor().timers().Now() + Nanoseconds(milliseconds * 1'000'000);
}

Task<int> Race() {
  async::SleepOp hare(In(5));
  async::SleepOp tortoise(In(8));
  async::Select race(hare, tortoise);
  auto result = co_await race;
  co_return static_cast<int>(result.winner);
}

Task<zx_status_t> TooSlow() {
  async::SleepOp sleep(In(1'000));
  auto in_time = async::WithDeadline(sleep, In(10));
  auto status = co_await in_time;
  co_return status;
}

Task<int> Main() {
  auto winner = co_await Race();
  std::printf("winner %d at %lld ms\n", winner,
              static_cast<long long>(async::CurrentExecutor().timers().Now().ns() / 1'000'000));
  auto status = co_await TooSlow();
  std::printf("deadline: status %d at %lld ms\n", status,
              static_cast<long long>(async::CurrentExecutor().timers().Now().ns() / 1'000'000));
  co_return 7;
}

}  // namespace

int main() {
  Timers timers;
  Frames frames;
  Loop loop(timers, frames);
  async::SetCurrentExecutor(&loop);
  struct Ending : async::TaskStart {
    Ending() : TaskStart([](TaskStart& start) { static_cast<Ending&>(start).has_come = true; }) {}
    bool has_come = false;
  } ending;
  Task<int> task = Main();
  if (!task.Start(ending)) {
    while (!ending.has_come && (loop.RunNext() || timers.FireNext())) {
    }
  }
  const int result = task.TakeResult();
  std::printf("main: %d\n", result);
  async::SetCurrentExecutor(nullptr);
}
