// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/mm/page_radix.h"

#include <map>
#include <random>

#include "tests/unit/mm/memory_test.h"

namespace sirocco::mm {
namespace {

using PageRadixTest = MemoryTest;

PhysAddr Frame(uint64_t number) { return PhysAddr(number << kPageShift); }

uint32_t TakeAll(PageRadix& radix) {
  uint32_t count = 0;
  for (uint64_t at = 0; at != ~uint64_t{0};) {
    at = radix.TakeRange(at, ~uint64_t{0}, 1000, [&count](uint64_t, PhysAddr) { ++count; });
  }
  return count;
}

TEST_F(PageRadixTest, AnIndexThatWasNeverStoredHasNoFrame) {
  PageRadix radix;
  EXPECT_EQ(radix.Find(0), PhysAddr());
  EXPECT_EQ(radix.Find(~uint64_t{0}), PhysAddr());
}

TEST_F(PageRadixTest, DistantIndicesLiveTogether) {
  PageRadix radix;
  const uint64_t indices[] = {0, 63, 64, 4095, uint64_t{1} << 20, (uint64_t{1} << 51) - 1};
  for (const uint64_t index : indices) *radix.WordFor(index) = Frame(index + 7).value();
  for (const uint64_t index : indices) EXPECT_EQ(radix.Find(index), Frame(index + 7));
  EXPECT_EQ(radix.Find(1), PhysAddr());
  EXPECT_EQ(TakeAll(radix), 6u);
  EXPECT_TRUE(radix.is_empty());
}

TEST_F(PageRadixTest, AWordThatIsForgottenLeavesNoNode) {
  PageRadix radix;
  ASSERT_NE(radix.WordFor(123456), nullptr);
  radix.Forget(123456);
  EXPECT_TRUE(radix.is_empty());
}

TEST_F(PageRadixTest, TakingStopsAtItsLimitAndGoesOnThere) {
  PageRadix radix;
  for (uint64_t i = 0; i < 100; ++i) *radix.WordFor(i) = Frame(i + 1).value();
  uint32_t count = 0;
  const uint64_t next = radix.TakeRange(0, 100, 30, [&count](uint64_t, PhysAddr) { ++count; });
  EXPECT_EQ(count, 30u);
  EXPECT_EQ(next, 30u);
  EXPECT_EQ(radix.Find(29), PhysAddr());
  EXPECT_EQ(radix.Find(30), Frame(31));
  EXPECT_EQ(TakeAll(radix), 70u);
}

TEST_F(PageRadixTest, NoMemoryForANodeIsNullAndLeavesNothing) {
  PageRadix radix;
  for (uint32_t nth = 1; nth <= 3; ++nth) {
    fail_injector.FailNth(nth);
    EXPECT_EQ(radix.WordFor(uint64_t{1} << 30), nullptr);
    EXPECT_TRUE(radix.is_empty());
  }
}

TEST_F(PageRadixTest, NoMemoryToGrowKeepsWhatIsThere) {
  PageRadix radix;
  *radix.WordFor(3) = Frame(9).value();
  for (uint32_t nth = 1; nth <= 4; ++nth) {
    fail_injector.FailNth(nth);
    EXPECT_EQ(radix.WordFor(uint64_t{1} << 30), nullptr);
    EXPECT_EQ(radix.Find(3), Frame(9));
  }
  fail_injector.FailNth(0);
  EXPECT_EQ(TakeAll(radix), 1u);
  EXPECT_TRUE(radix.is_empty());
}

TEST_F(PageRadixTest, ItAgreesWithAMap) {
  std::mt19937_64 random(17);
  PageRadix radix;
  std::map<uint64_t, uint64_t> model;
  for (int step = 0; step < 30000; ++step) {
    const uint64_t index = (random() % 3 << (random() % 4 * 9)) + random() % 200;
    if (random() % 3 != 0) {
      const uint64_t frame = Frame(1 + random() % 1000000).value();
      *radix.WordFor(index) = frame;
      model[index] = frame;
    } else {
      const uint64_t end = index + random() % 100;
      for (uint64_t at = index; at < end;) {
        at = radix.TakeRange(at, end, 7, [&model](uint64_t i, PhysAddr frame) {
          ASSERT_EQ(model[i], frame.value());
          model.erase(i);
        });
      }
      ASSERT_TRUE(model.lower_bound(index) == model.lower_bound(end));
    }
    const auto found = model.find(index + 1);
    ASSERT_EQ(radix.Find(index + 1).value(), found == model.end() ? 0 : found->second);
  }
  EXPECT_EQ(TakeAll(radix), model.size());
}

}  // namespace
}  // namespace sirocco::mm
