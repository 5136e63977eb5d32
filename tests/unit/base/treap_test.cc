// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/base/treap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <random>
#include <vector>

namespace sirocco {
namespace {

struct Number : TreapNode<Number> {
  explicit Number(uint32_t value) : value(value) {}
  uint32_t value;
  // What Update is told of: elements and height of the subtree.
  uint32_t count = 0;
  uint32_t height = 0;
};

struct OrderOfNumbers {
  static bool IsBefore(const Number& a, const Number& b) { return a.value < b.value; }
  static void Update(Number& node, const Number* left, const Number* right) {
    node.count = 1 + (left != nullptr ? left->count : 0) + (right != nullptr ? right->count : 0);
    node.height =
        1 + std::max(left != nullptr ? left->height : 0, right != nullptr ? right->height : 0);
  }
};

struct Numbers : Treap<Number, OrderOfNumbers> {
  const Number* top() const { return root(); }
  Number* FirstFrom(uint32_t value) const {
    return FirstThat([=](const Number& number) { return number.value >= value; });
  }
};

TEST(TreapTest, AnEmptyOneHasNothing) {
  Numbers numbers;
  EXPECT_TRUE(numbers.is_empty());
  EXPECT_EQ(numbers.First(), nullptr);
  EXPECT_EQ(numbers.FirstFrom(0), nullptr);
}

// Against a sorted vector, with weights from few values, so that some are equal.
TEST(TreapTest, WhatIsInsertedIsFoundInOrderUntilItIsRemoved) {
  std::mt19937 random(1);
  std::deque<Number> all;
  for (uint32_t i = 0; i < 500; ++i) all.emplace_back(i * 2);
  Numbers numbers;
  std::vector<bool> is_in(all.size());
  for (uint32_t round = 0; round < 20'000; ++round) {
    const uint32_t chosen = random() % all.size();
    if (is_in[chosen]) {
      numbers.Remove(all[chosen]);
    } else {
      numbers.Insert(all[chosen], random() % 64);
    }
    is_in[chosen] = !is_in[chosen];
    const uint32_t from = random() % (2 * all.size());
    const auto next = std::find(is_in.begin() + (from + 1) / 2, is_in.end(), true);
    Number* const expected = next == is_in.end() ? nullptr : &all[next - is_in.begin()];
    ASSERT_EQ(numbers.FirstFrom(from), expected);
    ASSERT_EQ(numbers.First(), numbers.FirstFrom(0));
    const auto count = std::count(is_in.begin(), is_in.end(), true);
    ASSERT_EQ(numbers.top() == nullptr ? 0 : numbers.top()->count, count);
  }
  while (Number* first = numbers.First()) numbers.Remove(*first);
}

TEST(TreapTest, AscendingInsertionsDoNotMakeItDeep) {
  std::mt19937 random(2);
  std::deque<Number> all;
  for (uint32_t i = 0; i < 100'000; ++i) all.emplace_back(i);
  Numbers numbers;
  for (Number& number : all) numbers.Insert(number, static_cast<uint32_t>(random()));
  EXPECT_LT(numbers.top()->height, 60u);
  for (Number& number : all) numbers.Remove(number);
}

}  // namespace
}  // namespace sirocco
