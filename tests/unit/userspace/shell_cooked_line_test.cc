// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "userspace/apps/shell/cooked_line.h"

namespace sirocco::shell {
namespace {

struct Typed {
  std::string text;
  std::string show;
  bool is_complete = false;
};

Typed Type(const std::string& keys) {
  CookedLine line;
  Typed typed;
  for (char key : keys) typed.is_complete = line.Feed(static_cast<uint8_t>(key), typed.show);
  typed.text = line.text();
  return typed;
}

TEST(ShellCookedLineTest, EnterEndsALineAndIsPartOfIt) {
  const Typed typed = Type("ab\r");
  EXPECT_TRUE(typed.is_complete);
  EXPECT_EQ(typed.text, "ab\n");
  EXPECT_EQ(typed.show, "ab\n");
}

TEST(ShellCookedLineTest, BackspaceTakesTheLastCharacterAndNoMoreThanThereIs) {
  EXPECT_EQ(Type("ab\x7f\x7f\x7f"
                 "c\r")
                .text,
            "c\n");
  EXPECT_EQ(Type("a\x7f").show, "a\b \b");
  EXPECT_EQ(Type("\x7f").show, "");
}

TEST(ShellCookedLineTest, BackspaceTakesACharacterOfSeveralBytesWhole) {
  const Typed typed = Type("x\u00e9\x7f\r");
  EXPECT_EQ(typed.text, "x\n");
  EXPECT_EQ(typed.show, "x\u00e9\b \b\n");
}

TEST(ShellCookedLineTest, ControlUTakesAll) {
  EXPECT_EQ(Type("abc\x15"
                 "d\r")
                .text,
            "d\n");
}

TEST(ShellCookedLineTest, ControlDEndsTheInputOrHandsOutWhatIsThere) {
  EXPECT_TRUE(Type("\x04").is_complete);
  EXPECT_EQ(Type("\x04").text, "");
  EXPECT_EQ(Type("ab\x04").text, "ab");
}

TEST(ShellCookedLineTest, OtherControlCharactersAreNothing) {
  EXPECT_EQ(Type("a\x01\x1b"
                 "b\r")
                .text,
            "ab\n");
}

}  // namespace
}  // namespace sirocco::shell
