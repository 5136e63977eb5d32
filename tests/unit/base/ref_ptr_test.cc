// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/base/ref_ptr.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <thread>
#include <utility>
#include <vector>

namespace sirocco {
namespace {

struct Counted : RefCounted {
  explicit Counted(int& live) : live(live) { ++live; }
  ~Counted() override { --live; }
  int& live;
};

struct Derived : Counted {
  using Counted::Counted;
  int extra = 5;
};

TEST(RefPtrTest, TheLastReferenceEndsTheObject) {
  int live = 0;
  {
    RefPtr<Counted> first = MakeRef<Counted>(live);
    RefPtr<Counted> second = first;
    first.reset();
    EXPECT_EQ(live, 1);
  }
  EXPECT_EQ(live, 0);
}

TEST(RefPtrTest, MovingTransfersTheReference) {
  int live = 0;
  RefPtr<Counted> first = MakeRef<Counted>(live);
  RefPtr<Counted> second = std::move(first);
  EXPECT_FALSE(first);  // NOLINT: moved from, it is null.
  EXPECT_TRUE(second->has_one_reference());
}

TEST(RefPtrTest, SelfAssignmentKeepsTheObject) {
  int live = 0;
  RefPtr<Counted> pointer = MakeRef<Counted>(live);
  RefPtr<Counted>& alias = pointer;
  pointer = alias;
  EXPECT_EQ(live, 1);
  EXPECT_TRUE(pointer->has_one_reference());
}

TEST(RefPtrTest, AssigningEndsWhatWasThere) {
  int first_live = 0;
  int second_live = 0;
  RefPtr<Counted> pointer = MakeRef<Counted>(first_live);
  pointer = MakeRef<Counted>(second_live);
  EXPECT_EQ(first_live, 0);
  EXPECT_EQ(second_live, 1);
}

TEST(RefPtrTest, UpcastsShareTheReferenceCount) {
  int live = 0;
  RefPtr<Derived> derived = MakeRef<Derived>(live);
  RefPtr<Counted> base = derived;
  EXPECT_EQ(base->reference_count(), 2u);
  EXPECT_TRUE(base == derived);
  RefPtr<Derived> again = StaticRefCast<Derived>(std::move(base));
  EXPECT_EQ(again->extra, 5);
  EXPECT_EQ(again->reference_count(), 2u);
}

TEST(RefPtrTest, ReleaseAndAdoptKeepTheCount) {
  int live = 0;
  Counted* raw = MakeRef<Counted>(live).release();
  EXPECT_EQ(live, 1);
  AdoptRef(raw).reset();
  EXPECT_EQ(live, 0);
}

TEST(RefPtrTest, WrapTakesAReferenceOfItsOwn) {
  int live = 0;
  RefPtr<Counted> owner = MakeRef<Counted>(live);
  RefPtr<Counted> second = WrapRef(owner.get());
  EXPECT_EQ(owner->reference_count(), 2u);
}

struct Queued : RefCounted {
  void OnLastReference() override { is_queued = true; }
  bool is_queued = false;
};

TEST(RefPtrTest, AnObjectMayPutOffItsEndAndIsNotRevived) {
  Queued* raw = MakeRef<Queued>().release();
  AdoptRef(raw).reset();
  EXPECT_TRUE(raw->is_queued);
  EXPECT_FALSE(raw->TryAddRef());  // A look-up in the grace period comes too late.
  delete raw;
}

TEST(RefPtrTest, TryAddRefSucceedsWhileSomebodyHoldsTheObject) {
  int live = 0;
  RefPtr<Counted> owner = MakeRef<Counted>(live);
  ASSERT_TRUE(owner->TryAddRef());
  AdoptRef(owner.get()).reset();
  EXPECT_TRUE(owner->has_one_reference());
}

struct Unallocatable : RefCounted {
  static void* operator new(size_t, const std::nothrow_t&) noexcept { return nullptr; }
  static void operator delete(void* memory) { std::free(memory); }
};

TEST(RefPtrTest, NoMemoryGivesNull) { EXPECT_FALSE(MakeRef<Unallocatable>()); }

TEST(RefPtrTest, DereferencingNullPanics) {
  RefPtr<Counted> null;
  EXPECT_DEATH(static_cast<void>(null->live), "nullptr");
}

TEST(RefPtrTest, HartsThatDropAtOnceEndTheObjectOnce) {
  for (int round = 0; round < 200; ++round) {
    struct Ended : RefCounted {
      explicit Ended(std::atomic<int>& count) : count(count) {}
      ~Ended() override { count.fetch_add(1); }
      std::atomic<int>& count;
    };
    std::atomic<int> count = 0;
    RefPtr<Ended> pointer = MakeRef<Ended>(count);
    std::vector<std::thread> harts;
    for (int i = 0; i < 4; ++i) harts.emplace_back([copy = pointer]() mutable { copy.reset(); });
    pointer.reset();
    for (std::thread& hart : harts) hart.join();
    ASSERT_EQ(count.load(), 1);
  }
}

}  // namespace
}  // namespace sirocco
