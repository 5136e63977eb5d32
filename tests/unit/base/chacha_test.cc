// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/base/chacha.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

namespace sirocco {
namespace {

// RFC 8439, 2.3.2: key 00 01 .. 1f, nonce 00:00:00:09:00:00:00:4a:00:00:00:00, counter 1.
TEST(ChaChaTest, TheBlockFunctionGivesTheRfcsVector) {
  const std::array<uint32_t, 8> key = {0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c,
                                       0x13121110, 0x17161514, 0x1b1a1918, 0x1f1e1d1c};
  const std::array<uint32_t, 16> expected = {0xe4e7f110, 0x15593bd1, 0x1fdd0f50, 0xc47120a3,
                                             0xc7f4d1c7, 0x0368c033, 0x9aaa2204, 0x4e6cd4c3,
                                             0x466482d2, 0x09aa9f07, 0x05d7c214, 0xa2028bd9,
                                             0xd19c12b5, 0xb94e16de, 0xe883d0cb, 0x4e3c50a2};
  EXPECT_EQ(ChaChaBlock(key, 1, {0x09000000, 0x4a000000, 0x00000000}), expected);
}

// RFC 8439, A.1, test vector 1: all zero.
TEST(ChaChaTest, TheZeroKeyGivesTheRfcsVector) {
  const auto block = ChaChaBlock({}, 0, {});
  EXPECT_EQ(block[0], 0xade0b876u);
  EXPECT_EQ(block[1], 0x903df1a0u);
  EXPECT_EQ(block[15], 0x8665eeb2u);
}

// RFC 8439, A.1, test vector 2: the zero key with counter 1.
TEST(ChaChaTest, TheCounterChangesTheBlockAsInTheRfc) {
  const auto block = ChaChaBlock({}, 1, {});
  EXPECT_EQ(block[0], 0xbee7079fu);
}

std::vector<uint64_t> Draw(ChaChaGenerator& generator, size_t count) {
  std::vector<uint64_t> words;
  for (size_t i = 0; i < count; ++i) words.push_back(generator.Next());
  return words;
}

TEST(ChaChaTest, ASeedGivesTheSameStreamAgain) {
  const std::array<std::byte, 4> seed = {std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
  ChaChaGenerator first, second;
  first.Seed(seed);
  second.Seed(seed);
  EXPECT_EQ(Draw(first, 100), Draw(second, 100));
}

TEST(ChaChaTest, SeedsAreMixedInNotReplaced) {
  const std::array<std::byte, 1> one = {std::byte{1}};
  const std::array<std::byte, 1> two = {std::byte{2}};
  ChaChaGenerator only_second, both;
  only_second.Seed(two);
  both.Seed(one);
  both.Seed(two);
  EXPECT_NE(Draw(only_second, 4), Draw(both, 4));
}

TEST(ChaChaTest, WordsDoNotRepeat) {
  ChaChaGenerator generator;
  const std::vector<uint64_t> words = Draw(generator, 10'000);
  EXPECT_EQ(std::set<uint64_t>(words.begin(), words.end()).size(), words.size());
}

TEST(ChaChaTest, EveryBitIsSetHalfOfTheTime) {
  ChaChaGenerator generator;
  std::array<int, 64> set{};
  for (uint64_t word : Draw(generator, 10'000)) {
    for (size_t bit = 0; bit < 64; ++bit) set[bit] += (word >> bit) & 1;
  }
  for (int count : set) EXPECT_NEAR(count, 5000, 300);  // Six standard deviations.
}

}  // namespace
}  // namespace sirocco
