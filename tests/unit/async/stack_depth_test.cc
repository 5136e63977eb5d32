// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdint>

#include "kernel/async/completion.h"
#include "kernel/async/executor.h"
#include "kernel/async/task.h"
#include "tests/support/test_executor.h"

namespace sirocco {
namespace {

constexpr int kAwaits = 1'000'000;
constexpr intptr_t kMaxStackBytes = 16 * 1024;

/// The lowest and highest stack address seen by the code that called Mark.
class StackRange {
 public:
  [[gnu::noinline]] void Mark() {
    // The frame address, not a local's: the address sanitizer moves locals off the stack.
    const auto here = reinterpret_cast<intptr_t>(__builtin_frame_address(0));
    if (here < lowest_) lowest_ = here;
    if (here > highest_) highest_ = here;
  }
  intptr_t bytes() const { return highest_ - lowest_; }

 private:
  intptr_t lowest_ = INTPTR_MAX;
  intptr_t highest_ = INTPTR_MIN;
};

struct Starter : async::TaskStart {
  Starter() : TaskStart([](TaskStart&) {}) {}
};

Task<zx_status_t> Leaf(StackRange& stack) {
  stack.Mark();
  co_return ZX_OK;
}

Task<zx_status_t> AwaitInALoop(StackRange& stack) {
  for (int i = 0; i < kAwaits; ++i) {
    auto status = co_await Leaf(stack);
    if (status != ZX_OK) co_return status;
  }
  co_return ZX_OK;
}

Task<zx_status_t> Nest(StackRange& stack, int depth) {
  stack.Mark();
  if (depth == 0) co_return ZX_OK;
  auto status = co_await Nest(stack, depth - 1);
  stack.Mark();
  co_return status;
}

Task<zx_status_t> YieldInALoop(StackRange& stack) {
  for (int i = 0; i < kAwaits; ++i) {
    stack.Mark();
    async::YieldOp yield;
    auto status = co_await yield;
    if (status != ZX_OK) co_return status;
  }
  co_return ZX_OK;
}

zx_status_t Drive(StackRange& stack, Task<zx_status_t> task) {
  sched::TestExecutor& executor = static_cast<sched::TestExecutor&>(async::CurrentExecutor());
  Starter starter;
  stack.Mark();
  if (!task.Start(starter)) executor.RunUntilStalled();
  return task.TakeResult();
}

TEST(StackDepthTest, AMillionAwaitsTouchAtMost16KibOfStack) {
  sched::TestExecutor executor;
  StackRange stack;
  EXPECT_EQ(Drive(stack, AwaitInALoop(stack)), ZX_OK);
  EXPECT_LE(stack.bytes(), kMaxStackBytes);
}

TEST(StackDepthTest, TenThousandNestedTasksTouchAtMost16KibOfStack) {
  sched::TestExecutor executor;
  StackRange stack;
  EXPECT_EQ(Drive(stack, Nest(stack, 10'000)), ZX_OK);
  EXPECT_LE(stack.bytes(), kMaxStackBytes);
}

TEST(StackDepthTest, AMillionYieldsTouchAtMost16KibOfStack) {
  sched::TestExecutor executor;
  StackRange stack;
  EXPECT_EQ(Drive(stack, YieldInALoop(stack)), ZX_OK);
  EXPECT_LE(stack.bytes(), kMaxStackBytes);
}

}  // namespace
}  // namespace sirocco
