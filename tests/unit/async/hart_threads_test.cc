// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Threads as harts: outcomes, cancels, deadlines and hand-overs that really run at the same time.
// What it shows under the thread sanitizer is the point; the ledger is checked everywhere.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "kernel/async/cancel.h"
#include "kernel/async/completion.h"
#include "kernel/async/deadline.h"
#include "kernel/async/executor.h"
#include "kernel/async/mutex.h"
#include "kernel/async/select.h"
#include "kernel/async/task.h"
#include "kernel/async/timer.h"
#include "kernel/base/units.h"
#include "kernel/sync/spin_lock.h"
#include "tests/support/test_executor.h"
#include "tests/unit/async/gate.h"

namespace sirocco {
namespace {

constexpr size_t kHarts = 4;

/// One thread that runs what is posted to it.
class ThreadExecutor final : public async::Executor {
 public:
  ThreadExecutor(async::TimerQueue& timers, async::FrameAllocator& frames)
      : Executor(timers, frames) {}

  void Post(async::Runnable& runnable) override {
    std::lock_guard guard(mutex_);
    posted_.push_back(&runnable);
    changed_.notify_one();
  }
  void Stop() {
    std::lock_guard guard(mutex_);
    is_stopping_ = true;
    changed_.notify_one();
  }
  /// Until stopped and empty.
  void Run() {
    async::SetCurrentExecutor(this);
    while (async::Runnable* runnable = Next()) runnable->Run();
    async::SetCurrentExecutor(nullptr);
  }

 private:
  async::Runnable* Next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !posted_.empty() || is_stopping_; });
    if (posted_.empty()) return nullptr;
    async::Runnable* runnable = posted_.front();
    posted_.pop_front();
    return runnable;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<async::Runnable*> posted_;
  bool is_stopping_ = false;
};

/// Something to start on a hart.
struct Launch final : async::Runnable, async::TaskStart {
  Launch(Task<zx_status_t> (*make)(void*, size_t), void* context, size_t index,
         std::atomic<size_t>& running)
      : Runnable(&Start),
        TaskStart(&OnFinish),
        make(make),
        context(context),
        index(index),
        running(running) {}
  static void Start(Runnable& runnable) {
    auto& self = static_cast<Launch&>(runnable);
    self.task = self.make(self.context, self.index);
    if (self.task.Start(self)) OnFinish(self);
  }
  static void OnFinish(TaskStart& start) {
    auto& self = static_cast<Launch&>(start);
    self.status = self.task.TakeResult();
    self.task = Task<zx_status_t>();
    std::atomic<size_t>& running = self.running;  // `self` may be gone once it counts.
    running.fetch_sub(1);
    running.notify_one();
  }
  Task<zx_status_t> (*make)(void*, size_t);
  void* context;
  size_t index;
  std::atomic<size_t>& running;
  Task<zx_status_t> task;
  zx_status_t status = ZX_ERR_INTERNAL;
};

class Machine {
 public:
  Machine() {
    for (size_t i = 0; i < kHarts; ++i) {
      harts_.push_back(std::make_unique<ThreadExecutor>(timers_, frames_));
    }
    // Now that nobody moves the harts any more.
    for (auto& hart : harts_) {
      threads_.emplace_back([&hart = *hart] { hart.Run(); });
    }
  }
  ~Machine() {
    for (auto& hart : harts_) hart->Stop();
    for (std::thread& thread : threads_) thread.join();
    EXPECT_EQ(frames_.live_count(), 0u);
  }

  /// Starts coroutine `index` on hart `index % kHarts`, for each index, and waits for all of them.
  void RunOnHarts(size_t count, Task<zx_status_t> (*make)(void*, size_t), void* context) {
    running_ = count;
    std::deque<Launch> launches;
    for (size_t i = 0; i < count; ++i) {
      launches.emplace_back(make, context, i, running_);
      harts_[i % kHarts]->Post(launches.back());
    }
    for (size_t left = count; left != 0; left = running_.load()) running_.wait(left);
    for (const Launch& launch : launches) EXPECT_EQ(launch.status, ZX_OK);
  }

  sched::TestTimers& timers() { return timers_; }

 private:
  sched::TestFrames frames_;
  sched::TestTimers timers_;
  std::atomic<size_t> running_ = 0;
  std::vector<std::unique_ptr<ThreadExecutor>> harts_;
  std::vector<std::thread> threads_;
};

// --- Items that are put, taken, timed out and cancelled at the same time. ---

struct Exchange {
  sched::TestTimers* timers = nullptr;
  std::array<Box, 2> boxes;
  std::mutex source_mutex;
  async::CancelSource* source = nullptr;  // Of the taker that published its own last.
  std::atomic<size_t> put = 0;
  std::atomic<size_t> taken = 0;
  std::atomic<size_t> outcomes = 0;
  size_t takers = 0;
  int rounds = 0;
};

Task<zx_status_t> TakeOnce(Exchange& exchange, async::CancelSource& source, int round) {
  Box::TakeOp first = exchange.boxes[0].Take();
  Box::TakeOp second = exchange.boxes[1].Take();
  auto select = async::Select(first, second);
  const Instant now = async::CurrentExecutor().timers().Now();
  auto bounded = async::WithDeadlineAndCancel(select, now + Nanoseconds(1 + round % 7),
                                              Nanoseconds(0), source);
  auto result = co_await bounded;
  exchange.taken.fetch_add((first.has_item() ? 1 : 0) + (second.has_item() ? 1 : 0));
  exchange.outcomes.fetch_add(1);
  co_return result.status;
}

void SetSource(Exchange& exchange, async::CancelSource* source) {
  std::lock_guard guard(exchange.source_mutex);
  exchange.source = source;
}

void CancelSomebody(Exchange& exchange) {
  std::lock_guard guard(exchange.source_mutex);
  if (exchange.source != nullptr) exchange.source->Cancel();
}

Task<zx_status_t> Take(Exchange& exchange) {
  for (int round = 0; round < exchange.rounds; ++round) {
    async::CancelSource source;
    SetSource(exchange, &source);
    auto status = co_await TakeOnce(exchange, source, round);
    SetSource(exchange, nullptr);
    if (status == ZX_ERR_NO_MEMORY) co_return status;
  }
  co_return ZX_OK;
}

Task<zx_status_t> PutMany(Exchange& exchange) {
  for (int round = 0; round < exchange.rounds; ++round) {
    exchange.put.fetch_add(1);
    exchange.boxes[round % 2].Put();
    if (round % 3 == 0) CancelSomebody(exchange);
    async::YieldOp yield;
    co_await yield;
  }
  co_return ZX_OK;
}

/// Lets time pass as long as anybody takes: timers fire on a hart of their own.
Task<zx_status_t> PassTime(Exchange& exchange) {
  while (exchange.outcomes.load() < exchange.takers * static_cast<size_t>(exchange.rounds)) {
    exchange.timers->FireNext(Instant::Infinite());
    async::YieldOp yield;
    co_await yield;
  }
  co_return ZX_OK;
}

TEST(HartThreadsTest, NoItemIsLostBetweenHartsThatPutTakeAndTimeOut) {
  Machine machine;
  Exchange exchange;
  exchange.timers = &machine.timers();
  exchange.rounds = 2000;
  exchange.takers = 4;
  machine.RunOnHarts(
      8,
      [](void* context, size_t index) {
        auto& exchange = *static_cast<Exchange*>(context);
        // Harts 0 and 1 take, hart 2 puts and cancels, on hart 3 time passes.
        if (index % kHarts < 2) return Take(exchange);
        return index % kHarts == 2 ? PutMany(exchange) : PassTime(exchange);
      },
      &exchange);
  EXPECT_EQ(exchange.outcomes.load(), exchange.takers * 2000);
  EXPECT_GT(exchange.taken.load(), 0u);
  EXPECT_EQ(exchange.put.load(),
            exchange.taken.load() + exchange.boxes[0].count() + exchange.boxes[1].count());
}

// --- One wait, completed by one hart and cancelled by another. ---

/// What a round needs; each has its own, so that every wait meets both opponents afresh.
struct Round {
  Gate begun;
  Gate gate;
  async::CancelSource source;
  std::array<Gate, 2> attacked;
};

struct Arena {
  std::vector<Round> rounds;
  std::array<size_t, 2> wins{};
};

Task<zx_status_t> Wait(Arena& arena) {
  for (Round& round : arena.rounds) {
    round.begun.Open();  // The opponents set off on their harts while we start to wait.
    Gate::WaitOp wait = round.gate.Wait();
    auto bounded = async::WithCancel(wait, round.source);
    auto status = co_await bounded;
    ++arena.wins[status == ZX_OK ? 0 : 1];
    Gate::WaitOp first = round.attacked[0].Wait();
    Gate::WaitOp second = round.attacked[1].Wait();
    auto both = async::WhenAll(first, second);
    co_await both;
  }
  co_return ZX_OK;
}

Task<zx_status_t> Attack(Arena& arena, size_t who) {
  for (Round& round : arena.rounds) {
    Gate::WaitOp begun = round.begun.Wait();
    co_await begun;
    if (who == 0) {
      round.gate.Open();
    } else {
      round.source.Cancel();
    }
    round.attacked[who].Open();
  }
  co_return ZX_OK;
}

TEST(HartThreadsTest, AWaitThatIsMetAndCancelledAtOnceHasOneOutcome) {
  Machine machine;
  Arena arena{.rounds = std::vector<Round>(3000)};
  machine.RunOnHarts(
      3,
      [](void* context, size_t index) {
        auto& arena = *static_cast<Arena*>(context);
        return index == 0 ? Wait(arena) : Attack(arena, index - 1);
      },
      &arena);
  EXPECT_EQ(arena.wins[0] + arena.wins[1], 3000u);
}

// --- A mutex handed between harts. ---

struct Counter {
  async::Mutex mutex;
  uint64_t value = 0;  // Guarded by mutex.
  int rounds = 0;
};

Task<zx_status_t> Count(Counter& counter) {
  for (int i = 0; i < counter.rounds; ++i) {
    async::Mutex::LockOp lock = counter.mutex.Lock();
    auto status = co_await lock;
    if (status != ZX_OK) co_return status;
    const uint64_t before = counter.value;
    async::YieldOp yield;
    co_await yield;
    counter.value = before + 1;
  }
  co_return ZX_OK;
}

TEST(HartThreadsTest, AMutexOrdersHartsAcrossSuspensions) {
  Machine machine;
  Counter counter;
  counter.rounds = 5000;
  machine.RunOnHarts(
      8, [](void* context, size_t) { return Count(*static_cast<Counter*>(context)); }, &counter);
  EXPECT_EQ(counter.value, 40'000u);
}

// --- Spin locks between harts. ---

struct Spun {
  SpinLock<LockRank::kObject> lock;
  uint64_t value GUARDED_BY(lock) = 0;
  uint64_t Value() EXCLUDES(lock) {
    Guard guard(lock);
    return value;
  }
};

Task<zx_status_t> Spin(Spun& spun) {
  for (int i = 0; i < 10'000; ++i) {
    Guard guard(spun.lock);
    ++spun.value;
  }
  co_return ZX_OK;
}

TEST(HartThreadsTest, ASpinLockLetsOneHartInAtATime) {
  Machine machine;
  Spun spun;
  machine.RunOnHarts(
      4, [](void* context, size_t) { return Spin(*static_cast<Spun*>(context)); }, &spun);
  EXPECT_EQ(spun.Value(), 40'000u);
}

// --- Tasks that end on another hart than they were started on. ---

struct Crossing {
  std::vector<Gate> gates{20'000};
};

Task<zx_status_t> Pass(Gate& gate) {
  Gate::WaitOp wait = gate.Wait();
  auto status = co_await wait;
  co_return status;
}

Task<zx_status_t> Cross(Crossing& crossing, bool opens) {
  for (Gate& gate : crossing.gates) {
    if (opens) {
      gate.Open();
      async::YieldOp yield;
      co_await yield;
      continue;
    }
    auto status = co_await Pass(gate);
    if (status != ZX_OK) co_return status;
  }
  co_return ZX_OK;
}

TEST(HartThreadsTest, SignalsAndWaitsOfFourHartsMeetWithoutALostWake) {
  Machine machine;
  Crossing crossing;
  machine.RunOnHarts(
      8,
      [](void* context, size_t index) {
        return Cross(*static_cast<Crossing*>(context), index == 7);
      },
      &crossing);
}

}  // namespace
}  // namespace sirocco
