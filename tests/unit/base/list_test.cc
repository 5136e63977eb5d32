// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/base/list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <random>
#include <utility>
#include <vector>

namespace sirocco {
namespace {

struct OtherTag;

struct Item : ListNode<Item>, ListNode<Item, OtherTag> {
  explicit Item(int value) : value(value) {}
  int value;
};

std::vector<int> Values(const List<Item>& list) {
  std::vector<int> values;
  for (Item& item : list) values.push_back(item.value);
  return values;
}

void Clear(List<Item>& list) {
  while (list.PopFront() != nullptr) {
  }
}

class ListTest : public testing::Test {
 protected:
  ~ListTest() override { Clear(list_); }
  std::array<Item, 5> items_{Item(0), Item(1), Item(2), Item(3), Item(4)};
  List<Item> list_;
  void PushAll() {
    for (Item& item : items_) list_.PushBack(item);
  }
};

TEST_F(ListTest, StartsEmpty) {
  EXPECT_TRUE(list_.is_empty());
  EXPECT_EQ(list_.Front(), nullptr);
  EXPECT_EQ(list_.Back(), nullptr);
  EXPECT_EQ(list_.PopFront(), nullptr);
}

TEST_F(ListTest, KeepsTheOrderOfPushes) {
  list_.PushBack(items_[1]);
  list_.PushBack(items_[2]);
  list_.PushFront(items_[0]);
  EXPECT_EQ(Values(list_), (std::vector{0, 1, 2}));
  EXPECT_EQ(list_.Front(), &items_[0]);
  EXPECT_EQ(list_.Back(), &items_[2]);
}

TEST_F(ListTest, PopFrontUnlinks) {
  list_.PushBack(items_[0]);
  EXPECT_EQ(list_.PopFront(), &items_[0]);
  EXPECT_FALSE(items_[0].ListNode<Item>::is_linked());
  EXPECT_TRUE(list_.is_empty());
}

TEST_F(ListTest, RemoveTellsWhetherItWasLinked) {
  PushAll();
  EXPECT_TRUE(list_.Remove(items_[2]));
  EXPECT_FALSE(list_.Remove(items_[2]));
  EXPECT_EQ(Values(list_), (std::vector{0, 1, 3, 4}));
}

TEST_F(ListTest, TakeIfKeepsBothOrders) {
  PushAll();
  List<Item> odd = list_.TakeIf([](Item& item) { return item.value % 2 == 1; });
  EXPECT_EQ(Values(odd), (std::vector{1, 3}));
  EXPECT_EQ(Values(list_), (std::vector{0, 2, 4}));
  Clear(odd);
}

TEST_F(ListTest, TakeAllLeavesNothing) {
  PushAll();
  List<Item> all = list_.TakeAll();
  EXPECT_TRUE(list_.is_empty());
  EXPECT_EQ(Values(all), (std::vector{0, 1, 2, 3, 4}));
  Clear(all);
}

TEST_F(ListTest, AppendPutsTheOtherListBehind) {
  List<Item> other;
  list_.PushBack(items_[0]);
  other.PushBack(items_[1]);
  other.PushBack(items_[2]);
  list_.Append(other);
  EXPECT_TRUE(other.is_empty());
  EXPECT_EQ(Values(list_), (std::vector{0, 1, 2}));
  list_.Append(other);
  EXPECT_EQ(Values(list_), (std::vector{0, 1, 2}));
}

TEST_F(ListTest, InsertBeforeAndNextWalkTheOrder) {
  list_.PushBack(items_[0]);
  list_.PushBack(items_[2]);
  list_.InsertBefore(items_[2], items_[1]);
  EXPECT_EQ(list_.Next(items_[0]), &items_[1]);
  EXPECT_EQ(list_.Next(items_[2]), nullptr);
}

TEST_F(ListTest, AMovedListKeepsItsElements) {
  PushAll();
  List<Item> moved = std::move(list_);
  EXPECT_EQ(moved.Front(), &items_[0]);
  EXPECT_TRUE(moved.Remove(items_[0]));
  list_ = std::move(moved);
  EXPECT_EQ(Values(list_), (std::vector{1, 2, 3, 4}));
}

TEST_F(ListTest, AnElementCanBeInOneListATag) {
  List<Item, OtherTag> other;
  list_.PushBack(items_[0]);
  other.PushBack(items_[0]);
  EXPECT_TRUE(list_.Remove(items_[0]));
  EXPECT_TRUE((items_[0].ListNode<Item, OtherTag>::is_linked()));
  EXPECT_EQ(other.PopFront(), &items_[0]);
}

TEST_F(ListTest, LinkingTwicePanics) {
  list_.PushBack(items_[0]);
  EXPECT_DEATH(list_.PushBack(items_[0]), "is_linked");
}

TEST_F(ListTest, DestroyingALinkedElementPanics) {
  EXPECT_DEATH(
      {
        Item item(9);
        list_.PushBack(item);
      },
      "is_linked");
}

TEST_F(ListTest, DestroyingAFilledListPanics) {
  EXPECT_DEATH(
      {
        List<Item> list;
        list.PushBack(items_[0]);
      },
      "is_empty");
}

TEST_F(ListTest, RandomOperationsAgreeWithAVector) {
  std::mt19937 random(1);
  std::deque<Item> items;
  for (int i = 0; i < 20; ++i) items.emplace_back(i);
  std::vector<int> model;
  for (int step = 0; step < 20'000; ++step) {
    Item& item = items[random() % items.size()];
    const auto found = std::find(model.begin(), model.end(), item.value);
    if (found != model.end()) {
      EXPECT_TRUE(list_.Remove(item));
      model.erase(found);
    } else if (random() % 2 == 0) {
      list_.PushBack(item);
      model.push_back(item.value);
    } else {
      list_.PushFront(item);
      model.insert(model.begin(), item.value);
    }
    ASSERT_EQ(Values(list_), model);
  }
  Clear(list_);
}

}  // namespace
}  // namespace sirocco
