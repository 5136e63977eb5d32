// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// D24: select, race, all and timeout over any objects, to any depth, lose and leak nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "kernel/async/cancel.h"
#include "kernel/async/deadline.h"
#include "kernel/async/mutex.h"
#include "kernel/async/select.h"
#include "kernel/async/timer.h"
#include "kernel/base/units.h"
#include "tests/support/detached.h"
#include "tests/support/test_executor.h"
#include "tests/unit/async/gate.h"

namespace sirocco {
namespace {

using async::AnyOperation;
using async::SelectAny;
using async::WhenAllOf;

/// The objects a random program waits for, and what became of the items.
struct World {
  sched::TestExecutor executor;
  std::vector<Box> boxes{4};
  std::vector<Gate> gates{3};
  std::vector<async::Mutex> mutexes{2};
  std::vector<async::CancelSource> sources{2};
  async::CancelSource shutdown;
  size_t put = 0;
  size_t taken = 0;
  size_t operations = 0;
  size_t started = 0;
  size_t finished = 0;
};

/// An operation of a random tree, and what it is made of.
class Node {
 public:
  virtual ~Node() = default;
  virtual AnyOperation operation() = 0;
  /// Whether what completed below fits what completed here.
  virtual void Check() {}
};

template <typename Op>
class Leaf : public Node {
 public:
  template <typename... Args>
  explicit Leaf(Args&&... args) : op_(std::forward<Args>(args)...) {}
  AnyOperation operation() override { return op_; }

 protected:
  Op op_;
};

class BoxLeaf final : public Leaf<Box::TakeOp> {
 public:
  BoxLeaf(World& world, Box& box) : Leaf(box), world_(world) {}
  ~BoxLeaf() override { world_.taken += op_.has_item() ? 1 : 0; }

 private:
  World& world_;
};

using Nodes = std::vector<std::unique_ptr<Node>>;

std::vector<AnyOperation> OperationsOf(const Nodes& nodes) {
  std::vector<AnyOperation> operations;
  for (const auto& node : nodes) operations.push_back(node->operation());
  return operations;
}

/// Select or WhenAll over random children, with a deadline and a token.
template <typename GroupOp>
class Branch final : public Node {
 public:
  Branch(Nodes children, Instant deadline, async::CancelToken token)
      : children_(std::move(children)),
        operations_(OperationsOf(children_)),
        group_(operations_),
        bounded_(group_, deadline, Nanoseconds(0), token) {}

  AnyOperation operation() override { return bounded_; }
  async::Bounded<GroupOp>& bounded() { return bounded_; }

  void Check() override {
    if (!bounded_.is_done()) return;  // Never started.
    EXPECT_TRUE(group_.is_done());
    EXPECT_EQ(bounded_.status(), group_.status());
    CheckGroup(group_);
    for (const auto& child : children_) child->Check();
  }

 private:
  void CheckGroup(SelectAny& select) {
    const async::SelectResult result = select.await_resume();
    if (result.winner == async::SelectResult::kNobody) {
      EXPECT_NE(result.status, ZX_OK);
    } else {
      ASSERT_LT(result.winner, operations_.size());
      EXPECT_EQ(operations_[result.winner].completion().status(), result.status);
    }
  }
  void CheckGroup(WhenAllOf& all) {
    for (const AnyOperation& operation : operations_) {
      EXPECT_TRUE(operation.completion().is_done());
      EXPECT_TRUE(all.status() != ZX_OK || operation.completion().status() == ZX_OK);
    }
  }

  Nodes children_;
  std::vector<AnyOperation> operations_;
  GroupOp group_;
  async::Bounded<GroupOp> bounded_;
};

class Program {
 public:
  explicit Program(uint64_t seed) : random_(seed) {}

  /// Returns how many operations the trees had.
  size_t Run() {
    World world;
    for (int step = 0; step < 80; ++step) Step(world);
    world.shutdown.Cancel();
    world.executor.RunUntilStalled();
    size_t left = 0;
    for (Box& box : world.boxes) left += box.count();
    EXPECT_EQ(world.put, world.taken + left);
    EXPECT_EQ(world.started, world.finished);
    for (async::Mutex& mutex : world.mutexes) EXPECT_FALSE(mutex.is_locked());
    EXPECT_EQ(world.executor.test_timers().armed_count(), 0u);
    EXPECT_EQ(world.executor.test_frames().live_count(), 0u);
    return world.operations;  // Lists and operations assert that nothing is linked or armed.
  }

 private:
  size_t Draw(size_t below) { return random_() % below; }
  template <typename T>
  T& Any(std::vector<T>& objects) {
    return objects[Draw(objects.size())];
  }

  std::unique_ptr<Node> MakeLeaf(World& world) {
    ++world.operations;
    switch (Draw(8)) {
      case 0:
        return std::make_unique<Leaf<Gate::WaitOp>>(Any(world.gates));
      case 1:
        return std::make_unique<Leaf<async::Mutex::LockOp>>(Any(world.mutexes));
      case 2:
        return std::make_unique<Leaf<async::CancelledOp>>(Any(world.sources));
      case 3: {
        const Nanoseconds span(static_cast<int64_t>(Draw(100)));
        return std::make_unique<Leaf<async::SleepOp>>(world.executor.now() + span);
      }
      case 4:
        return std::make_unique<Leaf<async::YieldOp>>();
      default:
        return std::make_unique<BoxLeaf>(world, Any(world.boxes));
    }
  }

  std::unique_ptr<Node> MakeNode(World& world, size_t depth) {
    if (depth == 0 || Draw(3) == 0) return MakeLeaf(world);
    if (Draw(3) == 0) return MakeBranch<WhenAllOf>(world, depth, async::CancelToken());
    return MakeBranch<SelectAny>(world, depth, async::CancelToken());
  }

  template <typename GroupOp>
  std::unique_ptr<Branch<GroupOp>> MakeBranch(World& world, size_t depth,
                                              async::CancelToken token) {
    Nodes children;
    const size_t count = 1 + Draw(4);
    for (size_t i = 0; i < count; ++i) children.push_back(MakeNode(world, depth - 1));
    world.operations += 2;
    const bool has_deadline = Draw(2) == 0;
    const Nanoseconds span(static_cast<int64_t>(Draw(60)));
    if (token.source() == nullptr && Draw(3) == 0) token = Any(world.sources);
    return std::make_unique<Branch<GroupOp>>(
        std::move(children), has_deadline ? world.executor.now() + span : Instant::Infinite(),
        token);
  }

  static Detached Await(World& world, std::unique_ptr<Branch<SelectAny>> root) {
    ++world.started;
    auto result = co_await root->bounded();
    root->Check();
    world.finished += result.status != ZX_ERR_INTERNAL ? 1 : 0;
  }

  void Step(World& world) {
    sched::TestExecutor& executor = world.executor;
    switch (Draw(16)) {
      case 0:
      case 1:
      case 2:
        Await(world, MakeBranch<SelectAny>(world, 1 + Draw(5), world.shutdown));
        break;
      case 3:
        Any(world.gates).Open();
        break;
      case 4:
        Any(world.sources).Cancel();
        break;
      case 5:
        executor.AdvanceBy(Nanoseconds(static_cast<int64_t>(Draw(30))));
        break;
      case 6:
        executor.test_timers().FireNext(Instant::Infinite());
        break;
      case 7:
        executor.RunUntilStalled();
        break;
      case 8:
      case 9:
      case 10:
        executor.RunOne();
        break;
      default:
        Any(world.boxes).Put();
        ++world.put;
    }
  }

  std::mt19937_64 random_;
};

TEST(CompositionPropertyTest, RandomCompositionsOverRandomObjectsLoseAndLeakNothingD24) {
  size_t operations = 0;
  constexpr uint64_t kPrograms = 1500;
  for (uint64_t seed = 1; seed <= kPrograms; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    operations += Program(seed).Run();
    if (HasFailure()) break;
  }
  std::cout << kPrograms << " programs, " << operations << " operations\n";
  EXPECT_GT(operations, 100'000u);
}

}  // namespace
}  // namespace sirocco
