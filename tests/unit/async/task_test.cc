// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/async/task.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "kernel/arch/hart.h"
#include "kernel/async/completion.h"
#include "kernel/async/executor.h"
#include "kernel/base/result.h"
#include "kernel/sync/spin_lock.h"
#include "tests/support/detached.h"
#include "tests/support/test_executor.h"
#include "tests/unit/async/gate.h"

namespace sirocco {
namespace {

using async::TaskStart;

Task<zx_status_t> Return(zx_status_t status) { co_return status; }

Task<zx_status_t> Note(std::vector<int>& log, int what) {
  log.push_back(what);
  co_return ZX_OK;
}

Task<zx_status_t> WaitFor(Gate& gate) {
  Gate::WaitOp wait = gate.Wait();
  auto status = co_await wait;
  co_return status;
}

Task<Result<std::unique_ptr<int>>> Make(int value) { co_return std::make_unique<int>(value); }

Task<Result<uint64_t>> Fail(zx_status_t status) { co_return Error{status}; }

/// Starts a Task from a plain function and keeps what its end said.
struct Starter : TaskStart {
  Starter() : TaskStart(&OnFinish) {}
  static void OnFinish(TaskStart& start) { ++static_cast<Starter&>(start).finished_count; }
  int finished_count = 0;
};

class TaskTest : public testing::Test {
 protected:
  template <typename T>
  T Run(Task<T> task) {
    Starter starter;
    if (!task.Start(starter)) {
      executor_.RunUntilStalled();
      EXPECT_EQ(starter.finished_count, 1);
    }
    return task.TakeResult();
  }
  sched::TestExecutor executor_;
};

TEST_F(TaskTest, DoesNotStartBeforeItIsAwaited) {
  std::vector<int> log;
  Task<zx_status_t> task = Note(log, 1);
  EXPECT_TRUE(log.empty());
  EXPECT_FALSE(task.is_done());
  EXPECT_EQ(Run(std::move(task)), ZX_OK);
  EXPECT_EQ(log, std::vector{1});
}

TEST_F(TaskTest, ATaskThatNeverStartsFreesItsFrame) {
  {
    std::vector<int> log;
    Task<zx_status_t> task = Note(log, 1);
    EXPECT_EQ(executor_.test_frames().live_count(), 1u);
  }
  EXPECT_EQ(executor_.test_frames().live_count(), 0u);
}

TEST_F(TaskTest, FinishesInlineWhenNothingSuspends) {
  Starter starter;
  Task<zx_status_t> task = Return(ZX_ERR_BAD_HANDLE);
  EXPECT_TRUE(task.Start(starter));
  EXPECT_EQ(task.TakeResult(), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(starter.finished_count, 0);
}

TEST_F(TaskTest, ALaterEndCallsTheStarterOnceFromTheExecutor) {
  Gate gate;
  Starter starter;
  Task<zx_status_t> task = WaitFor(gate);
  EXPECT_FALSE(task.Start(starter));
  gate.Open();
  EXPECT_EQ(starter.finished_count, 0);
  executor_.RunUntilStalled();
  EXPECT_EQ(starter.finished_count, 1);
  EXPECT_EQ(task.TakeResult(), ZX_OK);
}

TEST_F(TaskTest, TheStarterMayDestroyTheTaskWhenItHearsOfTheEnd) {
  struct Owner : TaskStart {
    Owner() : TaskStart([](TaskStart& start) { static_cast<Owner&>(start).task.reset(); }) {}
    std::optional<Task<zx_status_t>> task;
  } owner;
  Gate gate;
  owner.task.emplace(WaitFor(gate));
  EXPECT_FALSE(owner.task->Start(owner));
  gate.Open();
  executor_.RunUntilStalled();
  EXPECT_FALSE(owner.task.has_value());
  EXPECT_EQ(executor_.test_frames().live_count(), 0u);
}

Task<zx_status_t> Parent(std::vector<int>& log) {
  log.push_back(1);
  auto first = co_await Note(log, 2);
  log.push_back(3);
  auto second = co_await Note(log, 4);
  log.push_back(5);
  co_return first == ZX_OK ? second : first;
}

TEST_F(TaskTest, AwaitingRunsTheChildInPlaceAndThenGoesOn) {
  std::vector<int> log;
  EXPECT_EQ(Run(Parent(log)), ZX_OK);
  EXPECT_EQ(log, (std::vector{1, 2, 3, 4, 5}));
}

Task<zx_status_t> AddUp(uint64_t& sum) {
  CO_TRY(std::unique_ptr<int> first, co_await Make(40));
  CO_TRY(auto second, co_await Make(2));
  sum = static_cast<uint64_t>(*first + *second);
  CO_TRY_STATUS(co_await Return(ZX_OK));
  co_return ZX_OK;
}

TEST_F(TaskTest, CoTryUnwrapsMoveOnlyResults) {
  uint64_t sum = 0;
  EXPECT_EQ(Run(AddUp(sum)), ZX_OK);
  EXPECT_EQ(sum, 42u);
}

Task<Result<std::unique_ptr<int>>> TryFirst(int& progress) {
  progress = 1;
  CO_TRY(uint64_t number, co_await Fail(ZX_ERR_PEER_CLOSED));
  progress = 2;
  co_return std::make_unique<int>(static_cast<int>(number));
}

TEST_F(TaskTest, CoTryEndsTheCoroutineWithTheError) {
  int progress = 0;
  auto result = Run(TryFirst(progress));
  EXPECT_EQ(result.status(), ZX_ERR_PEER_CLOSED);
  EXPECT_EQ(progress, 1);
}

Task<zx_status_t> TryStatus(int& progress) {
  CO_TRY_STATUS(co_await Return(ZX_ERR_BAD_STATE));
  progress = 1;
  co_return ZX_OK;
}

TEST_F(TaskTest, CoTryStatusEndsTheCoroutineWithTheStatus) {
  int progress = 0;
  EXPECT_EQ(Run(TryStatus(progress)), ZX_ERR_BAD_STATE);
  EXPECT_EQ(progress, 0);
}

struct Counted {
  explicit Counted(int& count) : count(count) { ++count; }
  Counted(const Counted& other) : count(other.count) { ++count; }
  ~Counted() { --count; }
  int& count;
};

Task<zx_status_t> Hold(Counted parameter, Gate& gate) {
  Counted local(parameter.count);
  auto status = co_await WaitFor(gate);
  co_return status;
}

TEST_F(TaskTest, ParametersAndLocalsDieOnceWithTheFrame) {
  int count = 0;
  Gate gate;
  {
    Starter starter;
    Task<zx_status_t> task = Hold(Counted(count), gate);
    EXPECT_EQ(count, 1);
    EXPECT_FALSE(task.Start(starter));
    EXPECT_EQ(count, 2);
    gate.Open();
    executor_.RunUntilStalled();
    EXPECT_EQ(count, 1);  // The parameter lives as long as the frame.
  }
  EXPECT_EQ(count, 0);
}

Task<zx_status_t> HoldAwaited(int& count, Gate& gate) {
  auto status = co_await Hold(Counted(count), gate);
  EXPECT_EQ(count, 0);
  co_return status;
}

TEST_F(TaskTest, AnAwaitedTemporaryIsDestroyedAtTheEndOfItsStatement) {
  int count = 0;
  Gate gate;
  gate.Open();
  EXPECT_EQ(Run(HoldAwaited(count, gate)), ZX_OK);
}

TEST_F(TaskTest, MovingATaskMovesTheFrame) {
  Gate gate;
  Starter starter;
  Task<zx_status_t> first = WaitFor(gate);
  Task<zx_status_t> second = std::move(first);
  EXPECT_FALSE(second.Start(starter));
  EXPECT_TRUE(first.is_done());  // NOLINT: moved from, it is a Task without a frame.
  gate.Open();
  executor_.RunUntilStalled();
  EXPECT_EQ(second.TakeResult(), ZX_OK);
}

TEST_F(TaskTest, AFrameThatCannotBeAllocatedGivesNoMemoryBeforeAnyEffect) {
  std::vector<int> log;
  executor_.test_frames().FailNth(1);
  Task<zx_status_t> task = Note(log, 1);
  EXPECT_TRUE(task.is_done());
  EXPECT_EQ(Run(std::move(task)), ZX_ERR_NO_MEMORY);
  EXPECT_TRUE(log.empty());
}

TEST_F(TaskTest, AResultTaskWithoutAFrameYieldsNoMemory) {
  executor_.test_frames().FailNth(1);
  EXPECT_EQ(Run(Make(1)).status(), ZX_ERR_NO_MEMORY);
}

TEST_F(TaskTest, EveryFailingAllocationOfAChainEndsItWithNoMemoryAndNoLeak) {
  for (size_t nth = 1;; ++nth) {
    uint64_t sum = 0;
    executor_.test_frames().FailNth(nth);
    const zx_status_t status = Run(AddUp(sum));
    EXPECT_EQ(executor_.test_frames().live_count(), 0u);
    if (!executor_.test_frames().has_failed()) {
      EXPECT_EQ(status, ZX_OK);
      EXPECT_EQ(nth, 5u);  // AddUp and its three children.
      break;
    }
    EXPECT_EQ(status, ZX_ERR_NO_MEMORY);
  }
  executor_.test_frames().FailNth(0);
}

struct Context {
  async::FrameAllocator& frame_allocator() { return frames; }
  Task<zx_status_t> Member(Gate& gate);
  sched::TestFrames frames;
};

Task<zx_status_t> InContext(Context&, Gate& gate) {
  auto status = co_await WaitFor(gate);
  co_return status;
}

Task<zx_status_t> Context::Member(Gate& gate) {
  auto status = co_await WaitFor(gate);
  co_return status;
}

TEST_F(TaskTest, TheFirstParametersAllocatorGivesTheFrame) {
  Context context;
  Gate gate;
  gate.Open();
  Task<zx_status_t> task = InContext(context, gate);
  EXPECT_EQ(context.frames.live_count(), 1u);
  EXPECT_EQ(executor_.test_frames().live_count(), 0u);
  EXPECT_EQ(Run(std::move(task)), ZX_OK);
  EXPECT_EQ(context.frames.live_count(), 0u);
  EXPECT_EQ(executor_.test_frames().total_count(), 1u);
}

TEST_F(TaskTest, TheObjectOfAMemberCoroutineIsItsFirstParameter) {
  Context context;
  Gate gate;
  gate.Open();
  Task<zx_status_t> task = context.Member(gate);
  EXPECT_EQ(context.frames.live_count(), 1u);
  EXPECT_EQ(Run(std::move(task)), ZX_OK);
}

TEST_F(TaskTest, TheContextsAllocatorMayFailToo) {
  Context context;
  Gate gate;
  context.frames.FailNth(1);
  EXPECT_EQ(Run(InContext(context, gate)), ZX_ERR_NO_MEMORY);
}

Task<zx_status_t> AwaitUnderALock(SpinLock<LockRank::kObject>& lock) NO_THREAD_SAFETY_ANALYSIS {
  lock.Lock();
  auto status = co_await Return(ZX_OK);
  lock.Unlock();
  co_return status;
}

TEST_F(TaskTest, SuspendingUnderALockPanics) {
  SpinLock<LockRank::kObject> lock;
  EXPECT_DEATH(Run(AwaitUnderALock(lock)), "HoldsAnyLock");
}

TEST_F(TaskTest, DroppingATaskThatMayStillBeResumedPanics) {
  EXPECT_DEATH(
      {
        Gate gate;
        Starter starter;
        Task<zx_status_t> task = WaitFor(gate);
        if (task.Start(starter)) return;
        task = Task<zx_status_t>();
      },
      "is_started");
}

TEST_F(TaskTest, StartingTwicePanics) {
  Gate gate;
  EXPECT_DEATH(
      {
        Starter starter;
        Task<zx_status_t> task = WaitFor(gate);
        if (task.Start(starter)) return;
        if (task.Start(starter)) return;
      },
      "is_started");
}

Task<zx_status_t> Middle(Gate& gate) {
  auto status = co_await WaitFor(gate);
  co_return status;
}

Task<zx_status_t> Outer(Gate& gate) {
  auto status = co_await Middle(gate);
  co_return status;
}

TEST_F(TaskTest, TheAwaitChainCanBeWalkedFromTheInnermostCoroutine) {
  struct Probe {
    bool await_ready() const { return false; }
    bool await_suspend(std::coroutine_handle<>) {
      count = async::WalkAwaitChain(arch::ThisHart().resuming, links, 8);
      return false;
    }
    void await_resume() const {}
    async::ChainLink links[8] = {};
    size_t count = 0;
  };
  struct Local {
    static Task<zx_status_t> Leaf(Probe& probe) {
      co_await probe;
      co_return ZX_OK;
    }
    static Task<zx_status_t> Middle(Probe& probe) {
      auto status = co_await Leaf(probe);
      co_return status;
    }
    static Task<zx_status_t> Top(Probe& probe) {
      auto status = co_await Middle(probe);
      co_return status;
    }
  };
  Probe probe;
  EXPECT_EQ(Run(Local::Top(probe)), ZX_OK);
  ASSERT_EQ(probe.count, 3u);
  EXPECT_NE(probe.links[0].frame, probe.links[1].frame);
  EXPECT_NE(probe.links[0].resume_function, probe.links[2].resume_function);
  EXPECT_EQ(async::WalkAwaitChain(probe.links[1].frame, probe.links, 0), 0u);
}

TEST_F(TaskTest, NothingIsBeingResumedOnceTheLoopReturns) {
  Gate gate;
  Starter starter;
  Task<zx_status_t> task = Outer(gate);
  EXPECT_FALSE(task.Start(starter));
  EXPECT_EQ(arch::ThisHart().resuming, nullptr);
  EXPECT_EQ(arch::ThisHart().resume_next, nullptr);
  gate.Open();
  executor_.RunUntilStalled();
  EXPECT_EQ(arch::ThisHart().resuming, nullptr);
}

Task<zx_status_t> StartAnother(Gate& gate, Starter& starter, Task<zx_status_t>& other) {
  other = WaitFor(gate);
  const bool is_finished = other.Start(starter);
  EXPECT_FALSE(is_finished);
  auto status = co_await Return(ZX_OK);
  co_return status;
}

TEST_F(TaskTest, ACoroutineMayStartATaskAsAPlainFunctionDoes) {
  Gate gate;
  Starter starter;
  Task<zx_status_t> other;
  EXPECT_EQ(Run(StartAnother(gate, starter, other)), ZX_OK);
  gate.Open();
  executor_.RunUntilStalled();
  EXPECT_EQ(starter.finished_count, 1);
  EXPECT_EQ(other.TakeResult(), ZX_OK);
}

Detached WaitInto(Gate& gate, std::vector<zx_status_t>& outcomes) {
  Gate::WaitOp wait = gate.Wait();
  auto status = co_await wait;
  outcomes.push_back(status);
}

TEST_F(TaskTest, DetachedStartsAtOnceAndFreesItself) {
  Gate gate;
  std::vector<zx_status_t> outcomes;
  WaitInto(gate, outcomes);
  EXPECT_EQ(gate.waiting_count(), 1u);
  gate.Open();
  EXPECT_TRUE(outcomes.empty());
  executor_.RunUntilStalled();
  EXPECT_EQ(outcomes, std::vector{ZX_OK});
  EXPECT_EQ(executor_.test_frames().live_count(), 0u);
}

}  // namespace
}  // namespace sirocco
