// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "userspace/apps/shell/completion.h"
#include "userspace/apps/shell/parser.h"

namespace sirocco::shell {
namespace {

/// A parsed line in a notation of its own: words in (), pipes as |, > before a file name.
std::string Show(const Command& command) {
  std::string text;
  for (const Word& word : command.words) text += "(" + word.Expand(7) + ")";
  if (command.output.has_value()) text += ">(" + command.output->Expand(7) + ")";
  return text;
}

std::string Show(std::string_view line) {
  const ParseResult result = Parse(line);
  if (!result.ok()) return "error: " + result.error;
  std::string text;
  for (const List& list : result.lists) {
    for (size_t i = 0; i < list.pipelines.size(); ++i) {
      if (i > 0) text += "&&";
      for (size_t j = 0; j < list.pipelines[i].commands.size(); ++j) {
        if (j > 0) text += "|";
        text += Show(list.pipelines[i].commands[j]);
      }
    }
    text += list.is_background ? "&" : ";";
  }
  return text;
}

TEST(ParserTest, WordsAreSplitAtBlanks) { EXPECT_EQ(Show(" echo  a\tb "), "(echo)(a)(b);"); }
TEST(ParserTest, NothingIsNothing) { EXPECT_EQ(Show(""), ""); }
TEST(ParserTest, BlanksAreNothing) { EXPECT_EQ(Show(" \t "), ""); }
TEST(ParserTest, ACommentIsNothing) { EXPECT_EQ(Show("# echo"), ""); }
TEST(ParserTest, ACommentEndsTheLine) { EXPECT_EQ(Show("echo a # b"), "(echo)(a);"); }
TEST(ParserTest, AHashInAWordIsText) { EXPECT_EQ(Show("echo a#b"), "(echo)(a#b);"); }

TEST(ParserTest, SemicolonsSeparate) { EXPECT_EQ(Show("a; b;c"), "(a);(b);(c);"); }
TEST(ParserTest, ASemicolonMayEndTheLine) { EXPECT_EQ(Show("a;"), "(a);"); }
TEST(ParserTest, AndJoinsPipelines) { EXPECT_EQ(Show("a && b && c"), "(a)&&(b)&&(c);"); }
TEST(ParserTest, PipesJoinCommands) { EXPECT_EQ(Show("a x | b y|c"), "(a)(x)|(b)(y)|(c);"); }
TEST(ParserTest, PipesBindTighterThanAnd) { EXPECT_EQ(Show("a|b&&c|d"), "(a)|(b)&&(c)|(d);"); }
TEST(ParserTest, AmpersandIsBackground) { EXPECT_EQ(Show("a &"), "(a)&"); }
TEST(ParserTest, AmpersandSeparatesToo) { EXPECT_EQ(Show("a& b & c"), "(a)&(b)&(c);"); }
TEST(ParserTest, AWholeListGoesToTheBackground) {
  EXPECT_EQ(Show("a && b | c &"), "(a)&&(b)|(c)&");
}
TEST(ParserTest, TheTextOfAListIsKept) {
  const ParseResult result = Parse(" sleep  3 & echo 'a  b' ;ls");
  ASSERT_EQ(result.lists.size(), 3u);
  EXPECT_EQ(result.lists[0].text, "sleep  3");
  EXPECT_EQ(result.lists[1].text, "echo 'a  b'");
  EXPECT_EQ(result.lists[2].text, "ls");
}

TEST(ParserTest, GreaterTakesAFile) { EXPECT_EQ(Show("a b > f"), "(a)(b)>(f);"); }
TEST(ParserTest, GreaterNeedsNoBlanks) { EXPECT_EQ(Show("a>f"), "(a)>(f);"); }
TEST(ParserTest, WordsMayFollowTheFile) { EXPECT_EQ(Show("a > f b"), "(a)(b)>(f);"); }
TEST(ParserTest, TheFileMayComeFirst) { EXPECT_EQ(Show("> f a"), "(a)>(f);"); }
TEST(ParserTest, EveryCommandOfAPipeMayHaveAFile) {
  EXPECT_EQ(Show("a > f | b > g"), "(a)>(f)|(b)>(g);");
}

TEST(ParserTest, SingleQuotesKeepEverything) {
  EXPECT_EQ(Show("echo 'a ; b | \"$?\" \\'"), "(echo)(a ; b | \"$?\" \\);");
}
TEST(ParserTest, DoubleQuotesKeepBlanks) { EXPECT_EQ(Show("echo \"a  b\""), "(echo)(a  b);"); }
TEST(ParserTest, DoubleQuotesKnowEscapes) {
  EXPECT_EQ(Show(R"(echo "a\"b\\c\$?\d")"), R"((echo)(a"b\c$?\d);)");
}
TEST(ParserTest, QuotesJoinWithTheRestOfAWord) { EXPECT_EQ(Show("a'b c'\"d\"e"), "(ab cde);"); }
TEST(ParserTest, EmptyQuotesAreAWord) { EXPECT_EQ(Show("echo '' \"\""), "(echo)()();"); }
TEST(ParserTest, ABackslashQuotesOneCharacter) {
  EXPECT_EQ(Show(R"(echo a\ b \; \\ \')"), R"((echo)(a b)(;)(\)(');)");
}
TEST(ParserTest, AQuotedOperatorIsText) { EXPECT_EQ(Show("echo '&&' \">\""), "(echo)(&&)(>);"); }

TEST(ParserTest, StatusIsFilledIn) { EXPECT_EQ(Show("echo $?"), "(echo)(7);"); }
TEST(ParserTest, StatusIsFilledInInsideAWord) { EXPECT_EQ(Show("echo a$?b$?"), "(echo)(a7b7);"); }
TEST(ParserTest, StatusIsFilledInInDoubleQuotes) {
  EXPECT_EQ(Show("echo \"<$?>\""), "(echo)(<7>);");
}
TEST(ParserTest, StatusIsNotFilledInInSingleQuotes) { EXPECT_EQ(Show("echo '$?'"), "(echo)($?);"); }
TEST(ParserTest, ADollarAloneIsText) { EXPECT_EQ(Show("echo $ $a"), "(echo)($)($a);"); }

TEST(ParserErrorTest, AnOpenSingleQuote) {
  EXPECT_EQ(Show("echo 'a"), "error: the quote ' is not closed");
}
TEST(ParserErrorTest, AnOpenDoubleQuote) {
  EXPECT_EQ(Show("echo \"a\\\""), "error: the quote \" is not closed");
}
TEST(ParserErrorTest, ABackslashAtTheEnd) {
  EXPECT_EQ(Show("echo \\"), "error: nothing follows the last '\\'");
}
TEST(ParserErrorTest, NothingBeforeAPipe) {
  EXPECT_EQ(Show("| a"), "error: '|' is not expected here");
}
TEST(ParserErrorTest, NothingAfterAPipe) {
  EXPECT_EQ(Show("a |"), "error: a command is missing at the end");
}
TEST(ParserErrorTest, NothingAfterAnd) {
  EXPECT_EQ(Show("a &&"), "error: a command is missing at the end");
}
TEST(ParserErrorTest, TwoSemicolons) {
  EXPECT_EQ(Show("a;; b"), "error: ';' is not expected here");
}
TEST(ParserErrorTest, AnAmpersandAlone) { EXPECT_EQ(Show("&"), "error: '&' is not expected here"); }
TEST(ParserErrorTest, NoFileAfterGreater) {
  EXPECT_EQ(Show("a >"), "error: expected a file name after '>'");
  EXPECT_EQ(Show("a > | b"), "error: expected a file name after '>'");
}
TEST(ParserErrorTest, TwoFiles) { EXPECT_EQ(Show("a > f > g"), "error: expected no second '>'"); }
TEST(ParserErrorTest, AFileWithoutACommand) {
  EXPECT_EQ(Show("> f"), "error: a command is missing at the end");
}
TEST(ParserErrorTest, WhatIsNotThereYet) {
  EXPECT_EQ(Show("a || b"), "error: '||' is not supported");
  EXPECT_EQ(Show("a >> f"), "error: '>>' is not supported");
  EXPECT_EQ(Show("a < f"), "error: '<' is not supported");
}
TEST(ParserErrorTest, AWrongLineRunsNothing) { EXPECT_TRUE(Parse("a; b |").lists.empty()); }

TEST(ParserTest, RandomLinesAreParsedOrRefused) {
  std::mt19937 random(20260106);
  constexpr std::string_view kCharacters = "ab ;&|>'\"\\$?#\t<";
  size_t accepted = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string line;
    for (size_t i = random() % 16; i > 0; --i)
      line.push_back(kCharacters[random() % kCharacters.size()]);
    const ParseResult result = Parse(line);
    accepted += result.ok() ? 1 : 0;
    for (const List& list : result.lists) {
      ASSERT_FALSE(list.pipelines.empty());
      for (const Pipeline& pipeline : list.pipelines) {
        ASSERT_FALSE(pipeline.commands.empty());
        for (const Command& command : pipeline.commands) ASSERT_FALSE(command.words.empty());
      }
    }
    const size_t cursor = random() % (line.size() + 1);
    ASSERT_LE(FindContext(line, cursor).word_start, cursor);
  }
  EXPECT_GT(accepted, 1000u);
}

class CompletionTest : public testing::Test {
 protected:
  /// The candidates for TAB at the end of `line`, with the start before them.
  std::string Candidates(const std::string& line) {
    const Completion completion = Complete(source_, line, line.size());
    std::string text = std::to_string(completion.start) + ":";
    for (const std::string& candidate : completion.candidates) text += candidate + ",";
    return text;
  }

  CompletionSource source_{
      .commands = [] { return std::vector<std::string>{"sleep", "echo", "exit", "echo"}; },
      .list =
          [](const std::string& folder) {
            if (folder == "/") return std::vector<FolderEntry>{{"boot", true}, {"tmp", true}};
            if (folder == "/tmp/")
              return std::vector<FolderEntry>{{"notes", false}, {"new", false}};
            return std::vector<FolderEntry>{};
          }};
};

TEST_F(CompletionTest, TheFirstWordIsACommand) { EXPECT_EQ(Candidates("e"), "0:echo ,exit ,"); }
TEST_F(CompletionTest, EveryCommandFitsNothing) {
  EXPECT_EQ(Candidates(""), "0:echo ,exit ,sleep ,");
}
TEST_F(CompletionTest, OtherWordsArePaths) { EXPECT_EQ(Candidates("cat /b"), "4:/boot/,"); }
TEST_F(CompletionTest, PathsGoFolderByFolder) {
  EXPECT_EQ(Candidates("cat /tmp/n"), "4:/tmp/new ,/tmp/notes ,");
}
TEST_F(CompletionTest, ACommandWithASlashIsAPath) { EXPECT_EQ(Candidates("/t"), "0:/tmp/,"); }
TEST_F(CompletionTest, AfterAnOperatorComesACommand) {
  for (const char* before : {"a;", "a; ", "a &&", "a | ", "a & "}) {
    const std::string line = std::string(before) + "sl";
    EXPECT_EQ(Candidates(line), std::to_string(line.size() - 2) + ":sleep ,") << before;
  }
}
TEST_F(CompletionTest, AfterGreaterComesAPath) { EXPECT_EQ(Candidates("echo > /t"), "7:/tmp/,"); }
TEST_F(CompletionTest, AfterABlankANewWordBegins) { EXPECT_EQ(Candidates("cat "), "4:"); }
TEST_F(CompletionTest, InsideQuotesThereIsNone) { EXPECT_EQ(Candidates("cat '/t"), "4:"); }
TEST_F(CompletionTest, OnlyWhatIsBeforeTheCursorCounts) {
  const Completion completion = Complete(source_, "slx y", 2);
  EXPECT_EQ(completion.candidates, std::vector<std::string>{"sleep "});
}

}  // namespace
}  // namespace sirocco::shell
