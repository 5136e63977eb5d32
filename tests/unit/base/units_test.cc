// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/base/units.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace sirocco {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kMin = std::numeric_limits<int64_t>::min();

TEST(UnitsTest, RoundingGoesToMultiples) {
  EXPECT_EQ(RoundUp(uint64_t{1}, 4096), 4096u);
  EXPECT_EQ(RoundUp(uint64_t{4096}, 4096), 4096u);
  EXPECT_EQ(RoundDown(uint64_t{4097}, 4096), 4096u);
  EXPECT_TRUE(IsAligned(uint64_t{8192}, 4096));
  EXPECT_FALSE(IsAligned(uint64_t{8193}, 4096));
}

TEST(UnitsTest, RoundingUpReportsWhatDoesNotFit) {
  uint64_t rounded = 0;
  EXPECT_TRUE(RoundUpOverflow(UINT64_MAX, 4096, &rounded));
  EXPECT_FALSE(RoundUpOverflow(uint64_t{5}, 4096, &rounded));
  EXPECT_EQ(rounded, 4096u);
  EXPECT_FALSE(RoundUpOverflow(uint64_t{0}, 4096, &rounded));
}

TEST(UnitsTest, AlignmentIsAPowerOfTwo) {
  EXPECT_FALSE(IsPowerOfTwo(0u));
  EXPECT_TRUE(IsPowerOfTwo(1u));
  EXPECT_FALSE(IsPowerOfTwo(12u));
  EXPECT_DEATH(static_cast<void>(RoundUp(uint64_t{1}, 12)), "IsPowerOfTwo");
}

TEST(UnitsTest, PagesCoverEveryByteWithoutOverflow) {
  EXPECT_EQ(PagesFor(0), 0u);
  EXPECT_EQ(PagesFor(1), 1u);
  EXPECT_EQ(PagesFor(4096), 1u);
  EXPECT_EQ(PagesFor(4097), 2u);
  EXPECT_EQ(PagesFor(UINT64_MAX), uint64_t{1} << 52);
}

TEST(UnitsTest, RangesAreCheckedWithoutOverflow) {
  EXPECT_TRUE(RangeFits(0, 10, 10));
  EXPECT_TRUE(RangeFits(10, 0, 10));
  EXPECT_FALSE(RangeFits(1, 10, 10));
  EXPECT_FALSE(RangeFits(11, 0, 10));
  EXPECT_FALSE(RangeFits(5, UINT64_MAX, 10));
  EXPECT_FALSE(RangeFits(UINT64_MAX, 2, 10));
}

TEST(UnitsTest, CheckedArithmeticReportsOverflow) {
  uint32_t result = 0;
  EXPECT_TRUE(AddOverflow(UINT32_MAX, 1u, &result));
  EXPECT_FALSE(AddOverflow(1u, 2u, &result));
  EXPECT_EQ(result, 3u);
  EXPECT_TRUE(SubOverflow(1u, 2u, &result));
  EXPECT_TRUE(MulOverflow(1u << 31, 2u, &result));
}

TEST(UnitsTest, SignedArithmeticSaturatesOnBothSides) {
  EXPECT_EQ(SaturatingAdd(kMax, 1), kMax);
  EXPECT_EQ(SaturatingAdd(kMin, -1), kMin);
  EXPECT_EQ(SaturatingSub(kMin, 1), kMin);
  EXPECT_EQ(SaturatingSub(0, kMin), kMax);
  EXPECT_EQ(SaturatingMul(kMax, 2), kMax);
  EXPECT_EQ(SaturatingMul(kMin, 2), kMin);
  EXPECT_EQ(SaturatingMul(kMin, -1), kMax);
  EXPECT_EQ(SaturatingAdd(40, 2), 42);
}

TEST(UnitsTest, AnInfiniteDeadlineStaysInfinite) {
  EXPECT_TRUE((Instant::Infinite() + Nanoseconds(-5)).is_infinite());
  EXPECT_TRUE((Instant::Infinite() - Seconds(5)).is_infinite());
  EXPECT_TRUE((Instant(5) + Nanoseconds::Infinite()).is_infinite());
}

TEST(UnitsTest, DeadlinesSaturateInsteadOfWrapping) {
  EXPECT_EQ(Instant(kMax - 1) + Nanoseconds(10), Instant::Infinite());
  EXPECT_EQ(Instant(kMin + 1) - Nanoseconds(10), Instant::InfinitePast());
  EXPECT_EQ(Instant(kMax - 1) - Instant(kMin), Nanoseconds::Infinite());
}

TEST(UnitsTest, TimeSpansScale) {
  EXPECT_EQ(Milliseconds(2), Microseconds(2000));
  EXPECT_EQ(Seconds(1).count(), 1'000'000'000);
  EXPECT_EQ(Seconds(kMax), Nanoseconds::Infinite());
  EXPECT_LT(Milliseconds(999), Seconds(1));
  EXPECT_EQ(Instant(10) + Nanoseconds(5) - Instant(10), Nanoseconds(5));
}

TEST(UnitsTest, PhysicalAddressesCountPages) {
  const PhysAddr address = PhysAddr::FromPage(3) + 5;
  EXPECT_EQ(address.value(), 3 * kPageSize + 5);
  EXPECT_EQ(address.page_number(), 3u);
  EXPECT_FALSE(address.is_page_aligned());
  EXPECT_EQ(address - PhysAddr::FromPage(3), 5u);
}

}  // namespace
}  // namespace sirocco
