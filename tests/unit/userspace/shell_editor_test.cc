// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "userspace/apps/shell/editor.h"

namespace sirocco::shell {
namespace {

using Strings = std::vector<std::string>;

constexpr char kLeft[] = "\x1b[D", kRight[] = "\x1b[C", kUp[] = "\x1b[A", kDown[] = "\x1b[B";
constexpr char kHome[] = "\x1b[H", kEnd[] = "\x1b[F", kDelete[] = "\x1b[3~";
constexpr char kBackspace[] = "\x7f", kTab[] = "\t";

std::string Control(char letter) { return std::string(1, static_cast<char>(letter - '@')); }

/// The row of a terminal that the cursor is in. Knows the sequences that the editor sends, and
/// fails the test for others.
class Terminal {
 public:
  void Show(std::string_view text) {
    while (!text.empty()) text.remove_prefix(Take(text));
  }
  std::string row() const {
    std::string text;
    for (const std::string& cell : cells_) text += cell;
    return text.substr(0, text.find_last_not_of(' ') + 1);
  }
  size_t column() const { return column_; }
  const Strings& scrolled() const { return scrolled_; }
  int bells = 0;
  bool was_cleared = false;

 private:
  size_t Take(std::string_view text) {
    if (text.starts_with("\x1b[")) return TakeSequence(text);
    const char c = text[0];
    if (c == '\r') {
      column_ = 0;
    } else if (c == '\n') {
      scrolled_.push_back(row());
      cells_.clear();
      column_ = 0;
    } else if (c == '\a') {
      ++bells;
    } else {
      size_t length = 1;
      while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80) {
        ++length;
      }
      if (column_ >= cells_.size()) cells_.resize(column_ + 1, " ");
      cells_[column_++] = text.substr(0, length);
      return length;
    }
    return 1;
  }

  size_t TakeSequence(std::string_view text) {
    const size_t end = text.find_first_not_of("0123456789", 2);
    const std::string number(text.substr(2, end - 2));
    switch (text[end]) {
      case 'K':
        if (cells_.size() > column_) cells_.resize(column_);
        break;
      case 'C':
        column_ += std::stoul(number);
        break;
      case 'H':
        column_ = 0;
        break;
      case 'J':
        cells_.clear();
        was_cleared = true;
        break;
      default:
        ADD_FAILURE() << "unknown sequence ending in " << text[end];
    }
    return end + 1;
  }

  Strings cells_;
  Strings scrolled_;
  size_t column_ = 0;
};

class EditorTest : public testing::Test {
 protected:
  EditorTest() { Begin(); }

  void Begin() { terminal_.Show(editor_.Begin("$ ")); }

  LineEditor::Event Type(const std::string& bytes) {
    LineEditor::Event event = LineEditor::Event::kNone;
    for (char c : bytes) {
      const LineEditor::Step step = editor_.Feed(static_cast<uint8_t>(c));
      terminal_.Show(step.show);
      event = step.event;
    }
    return event;
  }

  void Enter(const std::string& line) {
    Type(line + "\r");
    history_.Add(editor_.line());
    Begin();
  }

  /// The line, the screen and both cursors agree.
  void Expect(const std::string& line, size_t cursor) {
    EXPECT_EQ(editor_.line(), line);
    EXPECT_EQ(editor_.cursor(), cursor);
    EXPECT_EQ(terminal_.row(), ("$ " + line).substr(0, ("$ " + line).find_last_not_of(' ') + 1));
    EXPECT_EQ(terminal_.column(), 2 + Columns(line.substr(0, cursor)));
  }

  Strings candidates_;
  size_t completion_start_ = 0;
  History history_;
  LineEditor editor_{&history_, [this](std::string_view, size_t) {
                       return Completion{completion_start_, candidates_};
                     }};
  Terminal terminal_;
};

TEST_F(EditorTest, TextAppearsAsItIsTyped) {
  Type("echo hi");
  Expect("echo hi", 7);
}

TEST_F(EditorTest, EnterGivesTheLine) {
  EXPECT_EQ(Type("ls\r"), LineEditor::Event::kLine);
  EXPECT_EQ(editor_.line(), "ls");
}

TEST_F(EditorTest, LineFeedIsEnterToo) { EXPECT_EQ(Type("ls\n"), LineEditor::Event::kLine); }

TEST_F(EditorTest, AnEmptyLineIsALine) {
  EXPECT_EQ(Type("\r"), LineEditor::Event::kLine);
  EXPECT_EQ(editor_.line(), "");
}

TEST_F(EditorTest, LeftAndInsert) {
  Type(std::string("ac") + kLeft + "b");
  Expect("abc", 2);
}

TEST_F(EditorTest, LeftStopsAtTheStart) {
  Type(std::string("a") + kLeft + kLeft + kLeft);
  Expect("a", 0);
}

TEST_F(EditorTest, RightStopsAtTheEnd) {
  Type(std::string("ab") + kLeft + kRight + kRight);
  Expect("ab", 2);
}

TEST_F(EditorTest, HomeAndEnd) {
  Type(std::string("abc") + kHome);
  Expect("abc", 0);
  Type(kEnd);
  Expect("abc", 3);
}

TEST_F(EditorTest, HomeAndEndInTheirOtherForms) {
  for (const char* home : {"\x1bOH", "\x1b[1~", "\x1b[7~"}) {
    Type(std::string("x") + home);
    EXPECT_EQ(editor_.cursor(), 0u) << home + 1;
  }
  for (const char* end : {"\x1bOF", "\x1b[4~", "\x1b[8~"}) {
    Type(std::string(kHome) + end);
    EXPECT_EQ(editor_.cursor(), editor_.line().size()) << end + 1;
  }
}

TEST_F(EditorTest, ControlAAndE) {
  Type("abc" + Control('A'));
  Expect("abc", 0);
  Type(Control('E'));
  Expect("abc", 3);
}

TEST_F(EditorTest, ControlBAndF) {
  Type("abc" + Control('B') + Control('B') + Control('F'));
  Expect("abc", 2);
}

TEST_F(EditorTest, BackspaceDeletesBefore) {
  Type(std::string("abc") + kLeft + kBackspace);
  Expect("ac", 1);
}

TEST_F(EditorTest, ControlHIsBackspace) {
  Type("ab\b");
  Expect("a", 1);
}

TEST_F(EditorTest, BackspaceAtTheStartDoesNothing) {
  Type(std::string("a") + kHome + kBackspace);
  Expect("a", 0);
}

TEST_F(EditorTest, DeleteDeletesAt) {
  Type(std::string("abc") + kHome + kDelete);
  Expect("bc", 0);
}

TEST_F(EditorTest, DeleteAtTheEndDoesNothing) {
  Type(std::string("a") + kDelete);
  Expect("a", 1);
}

TEST_F(EditorTest, ControlKDeletesToTheEnd) {
  Type(std::string("abcd") + kLeft + kLeft + Control('K'));
  Expect("ab", 2);
}

TEST_F(EditorTest, ControlUDeletesToTheStart) {
  Type(std::string("abcd") + kLeft + Control('U'));
  Expect("d", 0);
}

TEST_F(EditorTest, ControlWDeletesTheWordBefore) {
  Type("echo one two " + Control('W'));
  Expect("echo one ", 9);
  Type(Control('W'));
  Expect("echo ", 5);
}

TEST_F(EditorTest, ControlWAtTheStartDoesNothing) {
  Type(Control('W'));
  Expect("", 0);
}

TEST_F(EditorTest, ControlYBringsBackWhatWasDeleted) {
  Type("one two" + Control('W') + Control('A') + Control('Y'));
  Expect("twoone ", 3);
}

TEST_F(EditorTest, ControlLClearsTheScreenAndKeepsTheLine) {
  Type("abc" + Control('L'));
  EXPECT_TRUE(terminal_.was_cleared);
  Expect("abc", 3);
}

TEST_F(EditorTest, ControlDOnAnEmptyLineIsTheEndOfInput) {
  EXPECT_EQ(Type(Control('D')), LineEditor::Event::kEndOfInput);
}

TEST_F(EditorTest, ControlDInALineDeletes) {
  EXPECT_EQ(Type("abc" + Control('A') + Control('D')), LineEditor::Event::kNone);
  Expect("bc", 0);
}

TEST_F(EditorTest, ControlCGivesTheLineUp) {
  EXPECT_EQ(Type("abc" + Control('C')), LineEditor::Event::kInterrupt);
  EXPECT_EQ(editor_.line(), "");
  EXPECT_EQ(terminal_.scrolled().back(), "$ abc^C");
}

TEST_F(EditorTest, AnInterruptFromTheConsoleGivesTheLineUp) {
  Type("abc");
  EXPECT_EQ(editor_.Interrupt().event, LineEditor::Event::kInterrupt);
  EXPECT_EQ(editor_.line(), "");
}

TEST_F(EditorTest, OtherControlCharactersAreNoText) {
  Type("a" + Control('G') + Control('T') + "b");
  Expect("ab", 2);
}

TEST_F(EditorTest, WordsByControlArrows) {
  Type("one two\x1b[1;5D");
  Expect("one two", 4);
  Type("\x1b[1;5D\x1b[1;5C");
  Expect("one two", 3);
}

TEST_F(EditorTest, WordsByAlt) {
  Type(
      "one two\x1b"
      "b");
  Expect("one two", 4);
  Type(
      "\x1b"
      "f");
  Expect("one two", 7);
}

TEST_F(EditorTest, UnknownSequencesAreNoText) {
  Type("a\x1b[15~\x1b[?1;2c\x1bOP\x1b[200~b");
  Expect("ab", 2);
}

TEST_F(EditorTest, ACutOffSequenceDoesNotEatTheNext) {
  Type(std::string("ab\x1b[") + kLeft + "x");
  Expect("axb", 2);
}

TEST_F(EditorTest, ArrowsComeInApplicationModeToo) {
  Type("ab\x1bODx");
  Expect("axb", 2);
}

TEST_F(EditorTest, CharactersOfSeveralBytesAreOne) {
  Type("h\xc3\xa4\xe2\x82\xac");
  Expect("h\xc3\xa4\xe2\x82\xac", 6);
  Type(std::string(kLeft) + kBackspace);
  Expect("h\xe2\x82\xac", 1);
}

TEST_F(EditorTest, BytesThatAreNoTextAreDropped) {
  Type("a\xff\x80\xc3(b");
  Expect("a(b", 3);
}

TEST_F(EditorTest, HistoryUpGivesTheLastLine) {
  Enter("first");
  Enter("second");
  Type(kUp);
  Expect("second", 6);
  Type(kUp);
  Expect("first", 5);
}

TEST_F(EditorTest, HistoryEndsAtTheOldest) {
  Enter("only");
  Type(std::string(kUp) + kUp + kUp);
  Expect("only", 4);
}

TEST_F(EditorTest, HistoryDownBringsBackWhatWasTyped) {
  Enter("first");
  Type(std::string("dra") + kUp + kDown + "ft");
  Expect("draft", 5);
}

TEST_F(EditorTest, HistoryDownAtTheNewestDoesNothing) {
  Enter("first");
  Type(std::string("x") + kDown);
  Expect("x", 1);
}

TEST_F(EditorTest, ARecalledLineCanBeChangedWithoutChangingHistory) {
  Enter("echo one");
  Type(std::string(kUp) + "!\r");
  EXPECT_EQ(editor_.line(), "echo one!");
  EXPECT_EQ(history_.lines().front(), "echo one");
}

TEST_F(EditorTest, ControlPAndNAreTheArrows) {
  Enter("a");
  Enter("b");
  Type(Control('P') + Control('P') + Control('N'));
  Expect("b", 1);
}

TEST_F(EditorTest, HistoryStartsAtTheNewestForEachLine) {
  Enter("a");
  Enter("b");
  Type(std::string(kUp) + kUp + "\r");
  Begin();
  Type(kUp);
  Expect("b", 1);
}

TEST(HistoryTest, RepetitionsAndBlanksAreNotKept) {
  History history;
  history.Add("ls");
  history.Add("ls");
  history.Add("");
  history.Add("  ");
  EXPECT_EQ(history.lines().size(), 1u);
}

TEST(HistoryTest, TheOldestLinesGo) {
  History history;
  for (size_t i = 0; i < History::kMaxLines + 5; ++i) history.Add(std::to_string(i));
  EXPECT_EQ(history.lines().size(), History::kMaxLines);
  EXPECT_EQ(history.lines().front(), "5");
}

TEST_F(EditorTest, TabCompletesTheOnlyCandidate) {
  candidates_ = {"echo "};
  Type(std::string("ec") + kTab);
  Expect("echo ", 5);
}

TEST_F(EditorTest, TabCompletesWhatCandidatesShare) {
  candidates_ = {"/boot/bin/", "/boot/boot/"};
  completion_start_ = 3;
  Type(std::string("ls /b") + kTab);
  Expect("ls /boot/b", 10);
}

TEST_F(EditorTest, TabInTheMiddleKeepsTheRest) {
  candidates_ = {"/tmp/"};
  completion_start_ = 3;
  Type(std::string("ls /t x") + kLeft + kLeft + kTab);
  Expect("ls /tmp/ x", 8);
}

TEST_F(EditorTest, TabWithoutCandidatesRingsTheBell) {
  Type(std::string("zz") + kTab);
  EXPECT_EQ(terminal_.bells, 1);
  Expect("zz", 2);
}

TEST_F(EditorTest, TheSecondTabLists) {
  candidates_ = {"/tmp/one ", "/tmp/other/"};
  Type(std::string("/tmp/o") + kTab);
  EXPECT_EQ(terminal_.bells, 1);
  EXPECT_TRUE(terminal_.scrolled().empty());
  Type(kTab);
  EXPECT_EQ(terminal_.scrolled().back(), "one  other/");
  Expect("/tmp/o", 6);
}

TEST_F(EditorTest, AnotherKeyBetweenTwoTabsForgetsTheFirst) {
  candidates_ = {"ab", "ac"};
  Type(std::string("a") + kTab + kLeft + kRight + kTab);
  EXPECT_TRUE(terminal_.scrolled().empty());
  EXPECT_EQ(terminal_.bells, 2);
}

TEST_F(EditorTest, LongLinesScrollSideways) {
  editor_.set_columns(20);
  Type("0123456789abcdefghijklmn");
  EXPECT_LE(Columns(terminal_.row()), 20u);
  EXPECT_LT(terminal_.column(), 20u);
  EXPECT_TRUE(terminal_.row().ends_with("klmn"));
  Type(kHome);
  EXPECT_EQ(terminal_.row().substr(0, 12), "$ 0123456789");
  EXPECT_EQ(terminal_.column(), 2u);
}

TEST_F(EditorTest, AVeryNarrowTerminalIsNoReasonToFail) {
  editor_.set_columns(1);
  Type("echo hello" + Control('A') + "x");
  EXPECT_EQ(editor_.line(), "xecho hello");
}

TEST_F(EditorTest, AMillionRandomBytesLeaveCursorAndScreenInOrder) {
  candidates_ = {"a b", "a c"};
  history_.Add("older");
  std::mt19937 random(20260105);
  const std::string interesting = "\x1b[ABCDHF3~O1;5\x7f\t\x01\x05\x0b\x15\x17\x19\x0c \xc3\xa4";
  for (int i = 0; i < 1'000'000; ++i) {
    const char c = random() % 2 == 0 ? interesting[random() % interesting.size()]
                                     : static_cast<char>(random());
    const LineEditor::Step step = editor_.Feed(static_cast<uint8_t>(c));
    ASSERT_LE(editor_.cursor(), editor_.line().size());
    if (step.event != LineEditor::Event::kNone || editor_.line().size() > 200) editor_.Begin("$ ");
  }
}

}  // namespace
}  // namespace sirocco::shell
