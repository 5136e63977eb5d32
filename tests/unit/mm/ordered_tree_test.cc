// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/mm/ordered_tree.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>

namespace sirocco::mm {
namespace {

struct Range : OrderedTreeNode<Range> {
  Range(VirtAddr base, VirtAddr end) : base_(base), end_(end) {}
  VirtAddr base() const { return base_; }
  VirtAddr end() const { return end_; }
  VirtAddr base_, end_;
};

TEST(OrderedTreeTest, AnEmptyTreeHasNothing) {
  OrderedTree<Range> tree;
  EXPECT_TRUE(tree.is_empty());
  EXPECT_EQ(tree.First(), nullptr);
  EXPECT_EQ(tree.Find(5), nullptr);
  EXPECT_EQ(tree.FirstEndingAbove(0), nullptr);
}

TEST(OrderedTreeTest, FindKnowsBothEndsOfARange) {
  OrderedTree<Range> tree;
  Range range(10, 20);
  tree.Insert(range, 1);
  EXPECT_EQ(tree.Find(9), nullptr);
  EXPECT_EQ(tree.Find(10), &range);
  EXPECT_EQ(tree.Find(19), &range);
  EXPECT_EQ(tree.Find(20), nullptr);
  tree.Remove(range);
}

TEST(OrderedTreeTest, NeighboursDoNotOverlap) {
  OrderedTree<Range> tree;
  Range range(10, 20);
  tree.Insert(range, 1);
  EXPECT_FALSE(tree.Overlaps(0, 10));
  EXPECT_TRUE(tree.Overlaps(0, 11));
  EXPECT_FALSE(tree.Overlaps(20, 30));
  EXPECT_TRUE(tree.Overlaps(19, 30));
  tree.Remove(range);
}

TEST(OrderedTreeTest, AGapBeforeBetweenAndBehindIsFound) {
  OrderedTree<Range> tree;
  Range a(10, 20);
  Range b(25, 40);
  tree.Insert(a, 1);
  tree.Insert(b, 2);
  VirtAddr start = 0;
  uint64_t room = 0;
  EXPECT_TRUE(tree.FindGap(0, 100, 10, 1, &start, &room));
  EXPECT_EQ(start, 0u);
  EXPECT_TRUE(tree.FindGap(5, 100, 5, 1, &start, &room));
  EXPECT_EQ(start, 5u);
  EXPECT_TRUE(tree.FindGap(6, 100, 5, 1, &start, &room));
  EXPECT_EQ(start, 20u);
  EXPECT_EQ(room, 5u);
  EXPECT_TRUE(tree.FindGap(6, 100, 6, 1, &start, &room));
  EXPECT_EQ(start, 40u);
  EXPECT_EQ(room, 60u);
  EXPECT_FALSE(tree.FindGap(6, 45, 6, 1, &start, &room));
  tree.Remove(a);
  tree.Remove(b);
}

TEST(OrderedTreeTest, AGapTooSmallOnceAlignedIsPassedOver) {
  OrderedTree<Range> tree;
  Range a(0, 20);
  Range b(36, 40);
  tree.Insert(a, 2);
  tree.Insert(b, 1);
  VirtAddr start = 0;
  uint64_t room = 0;
  EXPECT_TRUE(tree.FindGap(0, 100, 8, 16, &start, &room));
  EXPECT_EQ(start, 48u);
  tree.Remove(a);
  tree.Remove(b);
}

TEST(OrderedTreeTest, ItAgreesWithAMapAndFindsEveryGap) {
  std::mt19937_64 random(5);
  OrderedTree<Range> tree;
  std::map<VirtAddr, std::unique_ptr<Range>> model;
  const auto next = [&model](VirtAddr at) {
    auto it = model.upper_bound(at);
    if (it != model.begin() && std::prev(it)->second->end() > at) --it;
    return it == model.end() ? nullptr : it->second.get();
  };
  for (int step = 0; step < 30000; ++step) {
    const VirtAddr at = random() % 1000;
    const VirtAddr end = at + 1 + random() % 12;
    const Range* following = next(at);
    const bool is_free = following == nullptr || following->base() >= end;
    ASSERT_EQ(tree.Overlaps(at, end), !is_free);
    ASSERT_EQ(tree.FirstEndingAbove(at), following);
    if (is_free && random() % 2 == 0) {
      auto range = std::make_unique<Range>(at, end);
      tree.Insert(*range, static_cast<uint32_t>(random()));
      model[at] = std::move(range);
    } else if (!is_free) {
      tree.Remove(*model[following->base()]);
      model.erase(following->base());
    }
    // The first gap by hand.
    const uint64_t size = 1 + random() % 20;
    const VirtAddr low = random() % 1000;
    VirtAddr expected = low;
    for (const Range* r = next(low); r != nullptr && r->base() < expected + size;
         r = next(expected)) {
      expected = r->end();
    }
    VirtAddr start = 0;
    uint64_t room = 0;
    const bool has_gap = tree.FindGap(low, 1100, size, 1, &start, &room);
    ASSERT_EQ(has_gap, expected + size <= 1100);
    if (has_gap) {
      ASSERT_EQ(start, expected);
    }
  }
  for (auto& [base, range] : model) tree.Remove(*range);
}

}  // namespace
}  // namespace sirocco::mm
