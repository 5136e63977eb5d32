// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Operations of two threads of one process.
#include <zircon/process.h>
#include <zircon/syscalls.h>

#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include "tests/bench/entries.h"
#include "tests/bench/sampler.h"
#include "userspace/lib/process/owned_handle.h"

namespace sirocco::bench {
namespace {

using process::OwnedHandle;

/// From creation to the first instruction, and from the exit to the return of the creator's wait.
struct ThreadCost {
  uint64_t create;
  uint64_t exit;
};

ThreadCost CycleThread() {
  alignas(16) std::byte stack[256];  // For the first call, which is looked up in the vDSO.
  OwnedHandle thread;
  BenchThreadTimes times = {};
  const uint64_t start = Counter();
  zx_thread_create(zx_process_self(), "bench", 5, 0, thread.receive());
  zx_thread_start(thread.get(), reinterpret_cast<zx_vaddr_t>(&BenchThreadEntry),
                  reinterpret_cast<zx_vaddr_t>(stack + sizeof(stack)),
                  reinterpret_cast<uintptr_t>(&times), 0);
  const zx_status_t status =
      zx_object_wait_one(thread.get(), ZX_THREAD_TERMINATED, ZX_TIME_INFINITE, nullptr);
  const uint64_t end = Counter();
  Check(status, "waiting for a thread");
  return {times.first - start - kEmptyPair, end - times.last - 1 - kEmptyPair};
}

void MeasureYield(Report& report) {
  if (!report.Wants("thread.yield.pair")) return;
  std::atomic<bool> is_over = false;
  std::thread other([&] {
    while (!is_over.load(std::memory_order_relaxed)) zx_thread_legacy_yield(0);
  });
  report.Measure("thread.yield.pair", [] { return TimeOk(&zx_thread_legacy_yield, 0); });
  is_over = true;
  other.join();
}

void MeasureWake(Report& report) {
  if (!report.Wants("event.signal.wake")) return;
  OwnedHandle event;
  Check(zx_event_create(0, event.receive()), "creating an event");
  std::atomic<bool> is_over = false;
  std::atomic<uint64_t> rounds = 0;
  std::thread waiter([&] {
    while (!is_over.load(std::memory_order_relaxed)) {
      zx_object_wait_one(event.get(), ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr);
      zx_object_signal(event.get(), ZX_EVENT_SIGNALED, 0);
      rounds.store(rounds.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
  });
  zx_thread_legacy_yield(0);
  report.Measure("event.signal.wake", [&] {
    const uint64_t before = rounds.load(std::memory_order_relaxed);
    const uint64_t start = Counter();
    zx_object_signal(event.get(), 0, ZX_EVENT_SIGNALED);
    // Once, if the waiter is ready by now: it runs, clears and waits again within the yield.
    do {
      zx_thread_legacy_yield(0);
    } while (rounds.load(std::memory_order_relaxed) == before);
    return Counter() - start - kEmptyPair;
  });
  is_over = true;
  zx_object_signal(event.get(), 0, ZX_EVENT_SIGNALED);
  waiter.join();
}

/// Two threads that never call. Each sees in the counter when the other has run, and both write
/// down the readings around it: from one's last before to the other's first after is the switch
/// and one turn of a loop of SPINNER_PERIOD instructions, cut somewhere.
class Preemption {
 public:
  std::vector<uint64_t> Sample(size_t count) {
    count_ = count;
    std::thread other([this] { Spin(1); });
    Spin(0);
    other.join();
    std::vector<uint64_t> costs;
    AddSwitches(gaps_[0], gaps_[1], costs);
    AddSwitches(gaps_[1], gaps_[0], costs);
    return costs;
  }

 private:
  static constexpr uint64_t kSwitch = 100'000;        // Far below a slice, far above a switch.
  static constexpr uint64_t kBlindTurns = 1'960'000;  // Of the 4 million instructions of a slice.

  // The `to` that began to run when `from` was stopped; in the order of time, both.
  static void AddSwitches(const std::vector<BenchGap>& from, const std::vector<BenchGap>& to,
                          std::vector<uint64_t>& costs) {
    size_t next = 0;
    for (const BenchGap& stopped : from) {
      while (next < to.size() && to[next].after <= stopped.before) ++next;
      if (next == to.size()) return;
      const uint64_t cost = to[next].after - stopped.before;
      if (cost > SPINNER_PERIOD && cost < kSwitch) costs.push_back(cost - SPINNER_PERIOD);
    }
  }

  void Spin(size_t self) {
    std::vector<BenchGap>& gaps = gaps_[self];
    gaps.reserve(count_);
    while (gaps.size() < count_ && !is_over_.load(std::memory_order_relaxed)) {
      BenchGap gap;
      BenchSpinner(&gap, kSwitch);
      gaps.push_back(gap);
      // Reading the counter is slow for the emulator: not before the slice nears its end.
      for (uint64_t turns = kBlindTurns; turns != 0; --turns) asm volatile("" : "+r"(turns));
    }
    is_over_ = true;
  }

  size_t count_ = 0;
  std::atomic<bool> is_over_ = false;
  std::vector<BenchGap> gaps_[2];
};

void MeasurePreemption(Report& report) {
  if (!report.Wants("thread.preempt")) return;
  std::vector<uint64_t> costs = Preemption().Sample(kSamples / 2 + kWarmUps);
  if (costs.size() < kWarmUps + kSamples) Fail("preempting", ZX_ERR_BAD_STATE);
  costs.erase(costs.begin(), costs.begin() + kWarmUps);
  costs.resize(kSamples);
  report.Add("thread.preempt", "instructions", std::move(costs));
}

}  // namespace

void MeasureThreads(Report& report) {
  report.Measure("thread.create", [] { return CycleThread().create; });
  report.Measure("thread.exit", [] { return CycleThread().exit; });
  MeasureYield(report);
  MeasureWake(report);
  MeasurePreemption(report);
}

}  // namespace sirocco::bench
