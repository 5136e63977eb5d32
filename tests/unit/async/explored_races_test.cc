// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Small programs around every race of kernel/async, in all orders their executor allows.
#include <gtest/gtest.h>

#include <iostream>
#include <set>
#include <string>

#include "kernel/async/cancel.h"
#include "kernel/async/deadline.h"
#include "kernel/async/mutex.h"
#include "kernel/async/scope.h"
#include "kernel/async/select.h"
#include "kernel/async/task.h"
#include "kernel/base/units.h"
#include "tests/support/explorer.h"
#include "tests/unit/async/gate.h"

namespace sirocco {
namespace {

using sched::Explorer;

constexpr Instant kDeadline(100);

void ExpectComplete(const Explorer::Report& report) {
  EXPECT_TRUE(report.is_complete) << report.ToString();
  std::cout << "explorer: " << report.ToString() << "\n";
}

Task<zx_status_t> Put(Box& box) {
  box.Put();
  co_return ZX_OK;
}

Task<zx_status_t> Cancel(async::CancelSource& source) {
  source.Cancel();
  co_return ZX_OK;
}

// --- One wait: outcome, deadline and cancel in every order. ---

struct OneWait {
  Box box;
  async::CancelSource source;
  zx_status_t status = ZX_ERR_INTERNAL;
  int outcome_count = 0;
};

Task<zx_status_t> TakeBounded(OneWait& state, Instant deadline) {
  Box::TakeOp take = state.box.Take();
  auto bounded = async::WithDeadlineAndCancel(take, deadline, Nanoseconds(0), state.source);
  auto status = co_await bounded;
  state.status = status;
  ++state.outcome_count;
  co_return status;
}

TEST(ExploredRacesTest, CancelAgainstCompleteLosesNothingInAnyOrder) {
  std::set<zx_status_t> seen;
  const auto report = Explorer::Exhaust([&seen](Explorer& explorer) {
    OneWait& state = explorer.Make<OneWait>();
    explorer.Spawn(TakeBounded(state, Instant::Infinite()));
    explorer.Spawn(Put(state.box));
    explorer.Spawn(Cancel(state.source));
    explorer.Run();
    explorer.Expect(state.outcome_count == 1, "the wait completed other than once");
    explorer.Expect((state.status == ZX_OK) == (state.box.count() == 0), "an item was lost");
    seen.insert(state.status);
  });
  ExpectComplete(report);
  EXPECT_EQ(seen, (std::set<zx_status_t>{ZX_ERR_CANCELED, ZX_OK}));
}

TEST(ExploredRacesTest, DeadlineAgainstCompleteLosesNothingInAnyOrder) {
  std::set<zx_status_t> seen;
  const auto report = Explorer::Exhaust([&seen](Explorer& explorer) {
    OneWait& state = explorer.Make<OneWait>();
    explorer.Spawn(TakeBounded(state, kDeadline));
    explorer.Spawn(Put(state.box));
    explorer.Run();
    explorer.Expect(state.outcome_count == 1, "the wait completed other than once");
    explorer.Expect((state.status == ZX_OK) == (state.box.count() == 0), "an item was lost");
    seen.insert(state.status);
  });
  ExpectComplete(report);
  EXPECT_EQ(seen, (std::set<zx_status_t>{ZX_ERR_TIMED_OUT, ZX_OK}));
}

TEST(ExploredRacesTest, OutcomeDeadlineAndCancelTogetherLoseNothingInAnyOrder) {
  std::set<zx_status_t> seen;
  const auto report = Explorer::Exhaust([&seen](Explorer& explorer) {
    OneWait& state = explorer.Make<OneWait>();
    explorer.Spawn(TakeBounded(state, kDeadline));
    explorer.Spawn(Put(state.box));
    explorer.Spawn(Cancel(state.source));
    explorer.Run();
    explorer.Expect(state.outcome_count == 1, "the wait completed other than once");
    explorer.Expect((state.status == ZX_OK) == (state.box.count() == 0), "an item was lost");
    seen.insert(state.status);
  });
  ExpectComplete(report);
  EXPECT_EQ(seen, (std::set<zx_status_t>{ZX_ERR_CANCELED, ZX_ERR_TIMED_OUT, ZX_OK}));
}

// --- Select: every item that was put is with a taker that says so, or still in its box. ---

struct TwoBoxes {
  Box a, b;
  async::CancelSource source;
  size_t put = 0;
  size_t taken = 0;
  std::set<size_t>* winners = nullptr;
};

Task<zx_status_t> SelectOnce(TwoBoxes& state, Instant deadline) {
  Box::TakeOp first = state.a.Take();
  Box::TakeOp second = state.b.Take();
  auto select = async::Select(first, second);
  auto bounded = async::WithDeadlineAndCancel(select, deadline, Nanoseconds(0), state.source);
  auto result = co_await bounded;
  if (state.winners != nullptr) state.winners->insert(result.winner);
  state.taken += (first.has_item() ? 1 : 0) + (second.has_item() ? 1 : 0);
  co_return result.status;
}

Task<zx_status_t> PutCounted(TwoBoxes& state, Box& box) {
  ++state.put;
  box.Put();
  co_return ZX_OK;
}

void ExpectConserved(Explorer& explorer, TwoBoxes& state) {
  explorer.Expect(state.put == state.taken + state.a.count() + state.b.count(),
                  "an item was lost or doubled");
}

TEST(ExploredRacesTest, TwoOutcomesOfASelectLoseNothingInAnyOrder) {
  std::set<size_t> winners;
  const auto report = Explorer::Exhaust([&winners](Explorer& explorer) {
    TwoBoxes& state = explorer.Make<TwoBoxes>();
    state.winners = &winners;
    explorer.Spawn(SelectOnce(state, Instant::Infinite()));
    explorer.Spawn(PutCounted(state, state.a));
    explorer.Spawn(PutCounted(state, state.b));
    explorer.Run();
    ExpectConserved(explorer, state);
  });
  ExpectComplete(report);
  EXPECT_EQ(winners, (std::set<size_t>{0, 1}));
}

TEST(ExploredRacesTest, ABoundedSelectUnderFireLosesNothingInAnyOrder) {
  std::set<size_t> winners;
  const auto report = Explorer::Exhaust([&winners](Explorer& explorer) {
    TwoBoxes& state = explorer.Make<TwoBoxes>();
    state.winners = &winners;
    explorer.Spawn(SelectOnce(state, kDeadline));
    explorer.Spawn(PutCounted(state, state.a));
    explorer.Spawn(PutCounted(state, state.b));
    explorer.Spawn(Cancel(state.source));
    explorer.Run();
    ExpectConserved(explorer, state);
  });
  ExpectComplete(report);
  EXPECT_EQ(winners, (std::set<size_t>{0, 1, async::SelectResult::kNobody}));
}

TEST(ExploredRacesTest, TwoSelectsOverTheSameBoxesShareTheItemsInAnyOrder) {
  const auto report = Explorer::Exhaust([](Explorer& explorer) {
    TwoBoxes& state = explorer.Make<TwoBoxes>();
    explorer.Spawn(SelectOnce(state, kDeadline));
    explorer.Spawn(SelectOnce(state, kDeadline));
    explorer.Spawn(PutCounted(state, state.a));
    explorer.Spawn(PutCounted(state, state.b));
    explorer.Run();
    ExpectConserved(explorer, state);
  });
  ExpectComplete(report);
}

// --- Mutex ---

struct Shared {
  async::Mutex mutex;
  async::CancelSource source;
  int inside = 0;
  int entered = 0;
  int cancelled = 0;
  bool was_shared = false;
};

Task<zx_status_t> EnterMutex(Shared& state) {
  async::Mutex::LockOp lock = state.mutex.Lock();
  auto bounded = async::WithCancel(lock, state.source);
  auto status = co_await bounded;
  if (status != ZX_OK) {
    ++state.cancelled;
    co_return status;
  }
  state.was_shared = state.was_shared || state.inside != 0;
  ++state.inside;
  auto step = Explorer::Step();
  co_await step;
  --state.inside;
  ++state.entered;
  co_return ZX_OK;
}

Task<zx_status_t> CancelAll(Shared& state) {
  state.source.Cancel();
  co_return ZX_OK;
}

TEST(ExploredRacesTest, AMutexIsExclusiveAndFreeInTheEndInAnyOrder) {
  const auto report = Explorer::Exhaust([](Explorer& explorer) {
    Shared& state = explorer.Make<Shared>();
    for (int i = 0; i < 3; ++i) explorer.Spawn(EnterMutex(state));
    explorer.Run();
    explorer.Expect(!state.was_shared, "two were inside");
    explorer.Expect(state.entered == 3 && !state.mutex.is_locked(), "somebody did not get in");
  });
  ExpectComplete(report);
}

TEST(ExploredRacesTest, CancelAgainstHandOverKeepsTheMutexInAnyOrder) {
  const auto report = Explorer::Exhaust([](Explorer& explorer) {
    Shared& state = explorer.Make<Shared>();
    for (int i = 0; i < 2; ++i) explorer.Spawn(EnterMutex(state));
    explorer.Spawn(CancelAll(state));
    explorer.Run();
    explorer.Expect(!state.was_shared, "two were inside");
    explorer.Expect(state.entered + state.cancelled == 2, "somebody has no outcome");
    explorer.Expect(!state.mutex.is_locked(), "the mutex was lost");
  });
  ExpectComplete(report);
}

// --- Scope ---

struct Scoped {
  async::Scope scope;
  Gate gate;
  int ended = 0;
};

Task<zx_status_t> Member(Scoped& state) {
  Gate::WaitOp wait = state.gate.Wait();
  auto bounded = async::WithCancel(wait, state.scope.token());
  auto status = co_await bounded;
  ++state.ended;
  co_return status;
}

Task<zx_status_t> SpawnAndJoin(Scoped& state, int& spawned) {
  for (int i = 0; i < 2; ++i) {
    if (state.scope.Spawn(Member(state)) == ZX_OK) ++spawned;
    auto step = Explorer::Step();
    co_await step;
  }
  async::Scope::JoinOp join = state.scope.Join();
  auto status = co_await join;
  co_return status;
}

Task<zx_status_t> CancelScope(Scoped& state) {
  state.scope.Cancel();
  co_return ZX_OK;
}

Task<zx_status_t> OpenGate(Scoped& state) {
  state.gate.Open();
  co_return ZX_OK;
}

TEST(ExploredRacesTest, JoinAwaitsEveryMemberInAnyOrderOfSpawnCancelAndEnd) {
  const auto report = Explorer::Exhaust([](Explorer& explorer) {
    Scoped& state = explorer.Make<Scoped>();
    int spawned = 0;
    explorer.Spawn(SpawnAndJoin(state, spawned));
    explorer.Spawn(CancelScope(state));
    explorer.Spawn(OpenGate(state));
    explorer.Run();
    explorer.Expect(state.ended == spawned, "a member was not awaited");
  });
  ExpectComplete(report);
}

}  // namespace
}  // namespace sirocco
