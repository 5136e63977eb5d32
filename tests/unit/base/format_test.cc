// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/base/format.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace sirocco {
namespace {

template <typename... Args>
std::string Format(FormatString<std::type_identity_t<Args>...> format, const Args&... args) {
  StringBuffer<128> buffer;
  Print(buffer, format, args...);
  return std::string(buffer.view());
}

TEST(FormatTest, TextPassesThrough) {
  EXPECT_EQ(Format(""), "");
  EXPECT_EQ(Format("plain"), "plain");
}

TEST(FormatTest, DoubledBracesAreBraces) { EXPECT_EQ(Format("{{{}}}", 1), "{1}"); }

TEST(FormatTest, IntegersOfAllWidths) {
  EXPECT_EQ(Format("{} {}", uint8_t{255}, int8_t{-128}), "255 -128");
  EXPECT_EQ(Format("{}", UINT64_MAX), "18446744073709551615");
  EXPECT_EQ(Format("{}", INT64_MIN), "-9223372036854775808");
  EXPECT_EQ(Format("{}", 0), "0");
}

TEST(FormatTest, Hexadecimal) {
  EXPECT_EQ(Format("{:x} {:X}", 0xabcu, 0xabcu), "abc ABC");
  EXPECT_EQ(Format("{:#x}", 255u), "0xff");
  EXPECT_EQ(Format("{:016x}", uint64_t{0x80200000}), "0000000080200000");
  EXPECT_EQ(Format("{:#010x}", 255u), "0x000000ff");
}

TEST(FormatTest, WidthPadsNumbersLeftAndTextRight) {
  EXPECT_EQ(Format("[{:5}]", 42), "[   42]");
  EXPECT_EQ(Format("[{:5}]", "ab"), "[ab   ]");
  EXPECT_EQ(Format("[{:>5}]", "ab"), "[   ab]");
  EXPECT_EQ(Format("[{:<5}]", 42), "[42   ]");
  EXPECT_EQ(Format("[{:05}]", -42), "[-0042]");
  EXPECT_EQ(Format("[{:2}]", 12345), "[12345]");
}

TEST(FormatTest, StringsCharactersAndTruth) {
  EXPECT_EQ(Format("{} {} {}", std::string_view("view"), 'c', true), "view c true");
  EXPECT_EQ(Format("{}", static_cast<const char*>(nullptr)), "(null)");
  EXPECT_EQ(Format("{:c}", 65u), "A");
}

TEST(FormatTest, PointersAreHexadecimal) {
  EXPECT_EQ(Format("{}", reinterpret_cast<const void*>(0x1000)), "0x1000");
}

struct Point {
  void FormatTo(FormatSink& sink) const { Print(sink, "({}, {})", x, y); }
  int x, y;
};

TEST(FormatTest, TypesMayFormatThemselves) { EXPECT_EQ(Format("at {}", Point{1, 2}), "at (1, 2)"); }

TEST(FormatTest, WhatDoesNotFitIsCutOffAndMarked) {
  StringBuffer<5> buffer;
  Print(buffer, "{}", 123456);
  EXPECT_EQ(buffer.view(), "12345");
  EXPECT_STREQ(buffer.c_str(), "12345");
  EXPECT_TRUE(buffer.is_truncated());
  buffer.Clear();
  EXPECT_EQ(buffer.view(), "");
  EXPECT_FALSE(buffer.is_truncated());
}

}  // namespace
}  // namespace sirocco
