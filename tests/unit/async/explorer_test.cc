// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/explorer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "kernel/async/task.h"
#include "kernel/async/timer.h"
#include "kernel/base/units.h"
#include "tests/unit/async/gate.h"

namespace sirocco {
namespace {

using sched::Explorer;

Task<zx_status_t> Letter(std::string& log, char letter) {
  log.push_back(letter);
  co_return ZX_OK;
}

Task<zx_status_t> TwoLetters(std::string& log, char first, char second) {
  log.push_back(first);
  auto step = Explorer::Step();
  co_await step;
  log.push_back(second);
  co_return ZX_OK;
}

TEST(ExplorerTest, ThreeCoroutinesHaveSixOrders) {
  std::set<std::string> seen;
  const auto report = Explorer::Exhaust([&seen](Explorer& explorer) {
    std::string log;
    for (char letter : {'a', 'b', 'c'}) explorer.Spawn(Letter(log, letter));
    explorer.Run();
    seen.insert(log);
  });
  EXPECT_EQ(report.ToString(), "6 schedules, complete");
  EXPECT_EQ(seen.size(), 6u);
}

TEST(ExplorerTest, AStepIsAPlaceToBeOvertaken) {
  std::set<std::string> seen;
  const auto report = Explorer::Exhaust([&seen](Explorer& explorer) {
    std::string log;
    explorer.Spawn(TwoLetters(log, 'a', 'b'));
    explorer.Spawn(TwoLetters(log, 'x', 'y'));
    explorer.Run();
    seen.insert(log);
  });
  EXPECT_TRUE(report.is_complete);
  EXPECT_EQ(seen, (std::set<std::string>{"abxy", "axby", "axyb", "xaby", "xayb", "xyab"}));
}

TEST(ExplorerTest, ABoundCutsAndIsNamed) {
  const auto report = Explorer::Exhaust(
      [](Explorer& explorer) {
        std::string log;
        for (char letter : {'a', 'b', 'c'}) explorer.Spawn(TwoLetters(log, letter, letter));
        explorer.Run();
      },
      10);
  EXPECT_EQ(report.ToString(), "10 schedules, cut by the bound of 10 schedules");
}

/// Reads, steps, writes: two of them lose an update in some schedules.
Task<zx_status_t> Increment(int& counter) {
  const int before = counter;
  auto step = Explorer::Step();
  co_await step;
  counter = before + 1;
  co_return ZX_OK;
}

void LostUpdate(Explorer& explorer) {
  int counter = 0;
  explorer.Spawn(Increment(counter));
  explorer.Spawn(Increment(counter));
  explorer.Run();
  explorer.Expect(counter == 2, "an update was lost");
}

TEST(ExplorerTest, ALostUpdateIsFoundAndItsScheduleFailsAgain) {
  const auto report = Explorer::Exhaust(LostUpdate);
  EXPECT_FALSE(report.is_complete);
  EXPECT_EQ(report.stopped_by, "an update was lost");
  bool has_failed = false;
  Explorer::Replay(
      [&has_failed](Explorer& explorer) {
        int counter = 0;
        explorer.Spawn(Increment(counter));
        explorer.Spawn(Increment(counter));
        explorer.Run();
        has_failed = counter != 2;
      },
      report.failing_schedule);
  EXPECT_TRUE(has_failed);
}

TEST(ExplorerTest, RandomSchedulesFindTheLostUpdateToo) {
  EXPECT_EQ(Explorer::Random(LostUpdate, 1, 1000).stopped_by, "an update was lost");
  EXPECT_EQ(Explorer::Random(LostUpdate, 1, 1000, 2).stopped_by, "an update was lost");
}

Task<zx_status_t> WaitFor(Gate& gate) {
  Gate::WaitOp wait = gate.Wait();
  auto status = co_await wait;
  co_return status;
}

TEST(ExplorerTest, ACoroutineNobodyWakesIsReported) {
  const auto report = Explorer::Exhaust([](Explorer& explorer) {
    Gate& gate = explorer.Make<Gate>();
    explorer.Spawn(WaitFor(gate));
    explorer.Run();
  });
  EXPECT_EQ(report.stopped_by, "a coroutine is stuck: a wake was lost, or a deadlock");
}

Task<zx_status_t> SleepAndLog(std::string& log, Instant deadline, char letter) {
  async::SleepOp sleep(deadline);
  co_await sleep;
  log.push_back(letter);
  co_return ZX_OK;
}

TEST(ExplorerTest, ATimerMayFireBeforeOrAfterAnythingElseThatIsReady) {
  std::set<std::string> seen;
  const auto report = Explorer::Exhaust([&seen](Explorer& explorer) {
    std::string log;
    explorer.Spawn(SleepAndLog(log, 10, 't'));
    explorer.Spawn(TwoLetters(log, 'a', 'b'));
    explorer.Run();
    seen.insert(log);
  });
  EXPECT_TRUE(report.is_complete);
  EXPECT_EQ(seen, (std::set<std::string>{"abt", "atb", "tab"}));
}

std::string OrderOf(uint64_t seed, size_t bug_depth) {
  std::string all;
  Explorer::Random(
      [&all](Explorer& explorer) {
        std::string log;
        for (char letter : {'a', 'b', 'c', 'd', 'e'}) {
          explorer.Spawn(TwoLetters(log, letter, letter));
        }
        explorer.Run();
        all += log + " ";
      },
      seed, 20, bug_depth);
  return all;
}

// T3: seeds replay the same order.
TEST(ExplorerTest, ASeedReplaysTheSameOrderT3) {
  for (size_t bug_depth : {0, 3}) {
    EXPECT_EQ(OrderOf(7, bug_depth), OrderOf(7, bug_depth));
    EXPECT_NE(OrderOf(7, bug_depth), OrderOf(8, bug_depth));
  }
}

/// Fails only if `a` is overtaken by `b` between its first and second step and again after it.
void DepthThree(Explorer& explorer) {
  struct State {
    int a = 0, b = 0;
    bool is_hit = false;
  } state;
  struct Local {
    static Task<zx_status_t> A(State& state) {
      for (int i = 0; i < 4; ++i) {
        state.a = i;
        if (i == 2 && state.b == 1) state.is_hit = true;
        auto step = Explorer::Step();
        co_await step;
      }
      co_return ZX_OK;
    }
    static Task<zx_status_t> B(State& state) {
      for (int i = 0; i < 4; ++i) {
        if (state.a == 1) state.b = 1;
        auto step = Explorer::Step();
        co_await step;
        state.b = 0;
      }
      co_return ZX_OK;
    }
  };
  explorer.Spawn(Local::A(state));
  explorer.Spawn(Local::B(state));
  explorer.Run();
  explorer.Expect(!state.is_hit, "hit");
}

TEST(ExplorerTest, PctFindsABugThatNeedsTwoPreemptions) {
  EXPECT_EQ(Explorer::Random(DepthThree, 3, 2000, 3).stopped_by, "hit");
}

}  // namespace
}  // namespace sirocco
