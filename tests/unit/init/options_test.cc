// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/init/options.h"

#include <gtest/gtest.h>

#include "kernel/arch/boot_options.h"

namespace sirocco {

std::string_view arch::CommandLine() { return "quiet from=boot"; }

namespace init {
namespace {

TEST(OptionsTest, BootOptionsAreTheCommandLines) { EXPECT_EQ(BootOptions().Get("from"), "boot"); }

TEST(OptionsTest, FindsValuesAndBareWords) {
  const Options options("  root=a  quiet depth=3 ");
  EXPECT_EQ(options.Get("root"), "a");
  EXPECT_EQ(options.Get("quiet"), "");
  EXPECT_EQ(options.Get("depth"), "3");
}

TEST(OptionsTest, IsNothingWhereAWordIsAbsentOrOnlyAPart) {
  const Options options("root=a quiet");
  EXPECT_FALSE(options.Get("roo").has_value());
  EXPECT_FALSE(options.Get("a").has_value());
  EXPECT_FALSE(options.Get("").has_value());
  EXPECT_FALSE(Options("").Get("root").has_value());
}

TEST(OptionsTest, TheLastOfTheSameNameCounts) {
  EXPECT_EQ(Options("a=1 b=2 a=3").Get("a"), "3");
  EXPECT_EQ(Options("a=1 a").Get("a"), "");
}

TEST(OptionsTest, AValueMayContainEqualsSigns) { EXPECT_EQ(Options("a=b=c").Get("a"), "b=c"); }

TEST(OptionsTest, NumbersAreDecimalAndFit32Bits) {
  EXPECT_EQ(Options("n=4294967295").Number("n", 7), 4294967295u);
  EXPECT_EQ(Options("n=0").Number("n", 7), 0u);
  EXPECT_EQ(Options("n=4294967296").Number("n", 7), 7u);
  EXPECT_EQ(Options("n=99999999999999999999999").Number("n", 7), 7u);
  EXPECT_EQ(Options("n=12x").Number("n", 7), 7u);
  EXPECT_EQ(Options("n=-1").Number("n", 7), 7u);
  EXPECT_EQ(Options("n=").Number("n", 7), 7u);
  EXPECT_EQ(Options("n").Number("n", 7), 7u);
  EXPECT_EQ(Options("").Number("n", 7), 7u);
}

}  // namespace
}  // namespace init
}  // namespace sirocco
