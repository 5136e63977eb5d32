// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/syscall/arena.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <vector>

#include "tests/support/test_executor.h"

namespace sirocco {
namespace {

TEST(CallArenaTest, FramesAreAlignedAndDoNotOverlap) {
  sched::TestExecutor executor;
  CallArena arena;
  void* first = arena.Allocate(100);
  void* second = arena.Allocate(24);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(first) % 16, 0u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(second) % 16, 0u);
  EXPECT_GE(static_cast<std::byte*>(second), static_cast<std::byte*>(first) + 100);
  arena.Free(second, 24);
  arena.Free(first, 100);
  EXPECT_TRUE(arena.is_empty());
}

TEST(CallArenaTest, AFrameThatDoesNotFitComesFromTheExecutor) {
  sched::TestExecutor executor;
  CallArena arena;
  void* inside = arena.Allocate(CallArena::kSize);
  void* outside = arena.Allocate(16);
  EXPECT_EQ(executor.test_frames().live_count(), 1u);
  arena.Free(outside, 16);
  EXPECT_EQ(executor.test_frames().live_count(), 0u);
  arena.Free(inside, CallArena::kSize);
}

TEST(CallArenaTest, NoMemoryIsNull) {
  sched::TestExecutor executor;
  executor.test_frames().FailNth(1);
  CallArena arena;
  EXPECT_EQ(arena.Allocate(CallArena::kSize + 1), nullptr);
}

TEST(CallArenaTest, TheLastFrameFreedAlwaysGivesTheWholeArenaBack) {
  sched::TestExecutor executor;
  std::mt19937 random(5);
  CallArena arena;
  for (int round = 0; round < 1000; ++round) {
    std::vector<std::pair<void*, size_t>> frames;
    for (int i = 0; i < 6; ++i) {
      const size_t size = 1 + random() % 200;
      void* frame = arena.Allocate(size);
      std::memset(frame, i, size);
      frames.emplace_back(frame, size);
    }
    std::shuffle(frames.begin(), frames.end(), random);
    for (auto [frame, size] : frames) arena.Free(frame, size);
    EXPECT_TRUE(arena.is_empty());
    void* all = arena.Allocate(CallArena::kSize);
    EXPECT_EQ(executor.test_frames().live_count(), 0u);
    arena.Free(all, CallArena::kSize);
  }
}

}  // namespace
}  // namespace sirocco
