// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/sched/run_queue.h"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <random>
#include <vector>

namespace sirocco::sched {
namespace {

struct Item : async::Runnable {
  explicit Item(uint8_t priority, int id = 0) : Runnable([](Runnable&) {}, priority), id(id) {}
  int id;
};

TEST(RunQueueTest, AnEmptyQueueHasNoTop) {
  RunQueue queue;
  EXPECT_TRUE(queue.is_empty());
  EXPECT_EQ(queue.top_priority(), -1);
  EXPECT_EQ(queue.Pop(), nullptr);
}

TEST(RunQueueTest, EqualsRunInTheOrderTheyCame) {
  RunQueue queue;
  Item first(5), second(5), third(5);
  queue.PushBack(first);
  queue.PushBack(second);
  queue.PushBack(third);
  EXPECT_EQ(queue.Pop(), &first);
  EXPECT_EQ(queue.Pop(), &second);
  EXPECT_EQ(queue.Pop(), &third);
}

TEST(RunQueueTest, AHigherPriorityRunsFirst) {
  RunQueue queue;
  Item low(0), high(31), middle(16);
  queue.PushBack(low);
  queue.PushBack(middle);
  queue.PushBack(high);
  EXPECT_EQ(queue.top_priority(), 31);
  EXPECT_EQ(queue.Pop(), &high);
  EXPECT_EQ(queue.Pop(), &middle);
  EXPECT_EQ(queue.Pop(), &low);
}

TEST(RunQueueTest, WhoWasInterruptedGoesInFrontOfItsEquals) {
  RunQueue queue;
  Item waiting(7), interrupted(7);
  queue.PushBack(waiting);
  queue.PushFront(interrupted);
  EXPECT_EQ(queue.Pop(), &interrupted);
  EXPECT_EQ(queue.Pop(), &waiting);
}

TEST(RunQueueTest, AnExchangePutsOneBehindItsEqualsAndTakesTheFirst) {
  RunQueue queue;
  Item low(3), first(7), second(7), coming(7);
  queue.PushBack(low);
  queue.PushBack(first);
  queue.Exchange(second);  // The only one of its level goes, and the level stays.
  EXPECT_EQ(&queue.TopOf(queue.top_priority()), &second);
  queue.Exchange(coming);
  queue.PushBack(first);
  EXPECT_EQ(queue.Pop(), &coming);
  EXPECT_EQ(queue.Pop(), &first);
  EXPECT_EQ(queue.Pop(), &low);
  EXPECT_TRUE(queue.is_empty());
}

TEST(RunQueueTest, OrderEqualsAReferenceQueueOverAMillionSteps) {
  std::mt19937 random(1);
  RunQueue queue;
  std::vector<std::deque<Item*>> reference(async::kPriorityCount);
  std::vector<std::unique_ptr<Item>> items;
  std::vector<Item*> free;
  for (int i = 0; i < 1000; ++i) {
    items.push_back(std::make_unique<Item>(0, i));
    free.push_back(items.back().get());
  }
  for (int step = 0; step < 1'000'000; ++step) {
    if (!free.empty() && random() % 2 == 0) {
      Item* item = free.back();
      free.pop_back();
      item->set_priority(random() % async::kPriorityCount);
      auto& level = reference[item->priority()];
      if (queue.top_priority() == item->priority()) {
        free.push_back(level.front());
        ASSERT_EQ(&queue.TopOf(queue.top_priority()), level.front()) << "step " << step;
        level.pop_front();
        level.push_back(item);
        queue.Exchange(*item);
      } else if (random() % 4 == 0) {
        queue.PushFront(*item);
        level.push_front(item);
      } else {
        queue.PushBack(*item);
        level.push_back(item);
      }
      continue;
    }
    Item* expected = nullptr;
    for (int p = async::kPriorityCount - 1; p >= 0 && expected == nullptr; --p) {
      if (reference[p].empty()) continue;
      expected = reference[p].front();
      reference[p].pop_front();
    }
    ASSERT_EQ(queue.Pop(), expected) << "step " << step;
    if (expected != nullptr) free.push_back(expected);
    ASSERT_EQ(queue.is_empty(), free.size() == items.size());
  }
}

}  // namespace
}  // namespace sirocco::sched
