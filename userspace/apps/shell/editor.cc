// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/apps/shell/editor.h"

#include <algorithm>
#include <utility>

namespace sirocco::shell {
namespace {

constexpr size_t kDefaultColumns = 80;
constexpr std::string_view kClearScreen = "\x1b[H\x1b[2J";
constexpr std::string_view kClearToEnd = "\x1b[K";
constexpr std::string_view kBell = "\a";

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }
bool IsWord(char c) { return c != ' '; }

/// The bytes of `text` from column `first`, at most `count` columns of them.
std::string_view Window(std::string_view text, size_t first, size_t count) {
  size_t column = 0;
  size_t start = text.size();
  size_t end = text.size();
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsContinuation(text[i])) continue;
    if (column == first) start = i;
    if (column == first + count) {
      end = i;
      break;
    }
    ++column;
  }
  return text.substr(std::min(start, end), end - std::min(start, end));
}

std::string CommonPrefix(const std::vector<std::string>& strings) {
  std::string prefix = strings.front();
  for (const std::string& string : strings) {
    const auto [end, other] = std::ranges::mismatch(prefix, string);
    prefix.erase(end, prefix.end());
  }
  return prefix;
}

/// "/boot/bin/hello " is shown as "hello".
std::string_view LastPart(std::string_view candidate) {
  while (candidate.ends_with(' ')) candidate.remove_suffix(1);
  const bool is_folder = candidate.ends_with('/');
  const std::string_view name = candidate.substr(0, candidate.size() - (is_folder ? 1 : 0));
  const size_t slash = name.rfind('/');
  return slash == name.npos ? candidate : candidate.substr(slash + 1);
}

}  // namespace

size_t Columns(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return !IsContinuation(c); }));
}

std::string LineEditor::Begin(std::string prompt) {
  prompt_ = std::move(prompt);
  line_.clear();
  cursor_ = 0;
  is_second_tab_ = false;
  if (history_ != nullptr) history_->EndWalk();
  return prompt_;
}

LineEditor::Step LineEditor::Feed(uint8_t byte) {
  const std::optional<Key> key = decoder_.Feed(byte);
  if (!key.has_value()) return {};
  return Apply(*key);
}

LineEditor::Step LineEditor::Interrupt() {
  Step step{Event::kInterrupt, "^C\n"};
  line_.clear();
  cursor_ = 0;
  return step;
}

LineEditor::Step LineEditor::Finish(Event event) {
  // The rest of a scrolled line stays hidden: only the cursor moves on.
  return {event, "\n"};
}

LineEditor::Step LineEditor::Apply(const Key& key) {
  Step step;
  const bool was_tab = std::exchange(is_second_tab_, false);
  switch (key.kind) {
    case KeyKind::kText:
      Insert(key.text);
      // The usual case in one byte: the end of a line that fits.
      if (cursor_ == line_.size() &&
          Columns(prompt_) + Columns(line_) < (columns_ == 0 ? kDefaultColumns : columns_)) {
        return {Event::kNone, key.text};
      }
      break;
    case KeyKind::kEnter:
      return Finish(Event::kLine);
    case KeyKind::kTab:
      is_second_tab_ = was_tab;
      Complete(step.show);
      break;
    case KeyKind::kBackspace:
      Erase(Before(cursor_), cursor_);
      break;
    case KeyKind::kDelete:
      Erase(cursor_, After(cursor_));
      break;
    case KeyKind::kLeft:
      cursor_ = Before(cursor_);
      break;
    case KeyKind::kRight:
      cursor_ = After(cursor_);
      break;
    case KeyKind::kWordLeft:
      cursor_ = WordStart();
      break;
    case KeyKind::kWordRight:
      cursor_ = WordEnd();
      break;
    case KeyKind::kHome:
      cursor_ = 0;
      break;
    case KeyKind::kEnd:
      cursor_ = line_.size();
      break;
    case KeyKind::kUp:
      if (history_ != nullptr) Recall(history_->Older(line_));
      break;
    case KeyKind::kDown:
      if (history_ != nullptr) Recall(history_->Newer());
      break;
    case KeyKind::kControl:
      ApplyControl(key.text[0], step);
      break;
    case KeyKind::kUnknown:
      return step;
  }
  if (step.event == Event::kNone) step.show += Redraw();
  return step;
}

void LineEditor::ApplyControl(char letter, Step& step) {
  switch (letter) {
    case 'A':
      cursor_ = 0;
      break;
    case 'E':
      cursor_ = line_.size();
      break;
    case 'B':
      cursor_ = Before(cursor_);
      break;
    case 'F':
      cursor_ = After(cursor_);
      break;
    case 'P':
      if (history_ != nullptr) Recall(history_->Older(line_));
      break;
    case 'N':
      if (history_ != nullptr) Recall(history_->Newer());
      break;
    case 'K':
      killed_ = line_.substr(cursor_);
      Erase(cursor_, line_.size());
      break;
    case 'U':
      killed_ = line_.substr(0, cursor_);
      Erase(0, cursor_);
      break;
    case 'W':
      killed_ = line_.substr(WordStart(), cursor_ - WordStart());
      Erase(WordStart(), cursor_);
      break;
    case 'Y':
      Insert(killed_);
      break;
    case 'L':
      step.show = kClearScreen;
      break;
    case 'C':  // Where the console has no events for it.
      step = Interrupt();
      break;
    case 'D':
      if (line_.empty()) {
        step = Finish(Event::kEndOfInput);
      } else {
        Erase(cursor_, After(cursor_));
      }
      break;
    default:
      break;
  }
}

void LineEditor::Insert(std::string_view text) {
  line_.insert(cursor_, text);
  cursor_ += text.size();
}

void LineEditor::Erase(size_t from, size_t to) {
  line_.erase(from, to - from);
  cursor_ = from;
}

void LineEditor::Recall(std::optional<std::string> line) {
  if (!line.has_value()) return;
  line_ = *std::move(line);
  cursor_ = line_.size();
}

void LineEditor::Complete(std::string& show) {
  if (!completer_) return;
  const Completion completion = completer_(line_, cursor_);
  if (completion.candidates.empty()) {
    show = kBell;
    return;
  }
  const std::string prefix = CommonPrefix(completion.candidates);
  if (prefix.size() > cursor_ - completion.start) {
    line_.replace(completion.start, cursor_ - completion.start, prefix);
    cursor_ = completion.start + prefix.size();
    return;
  }
  if (completion.candidates.size() == 1) return;
  // Several, and nothing more in common: the second TAB lists them.
  if (!std::exchange(is_second_tab_, true)) {
    show = kBell;
    return;
  }
  show = "\n";
  for (const std::string& candidate : completion.candidates) {
    show += LastPart(candidate);
    show += "  ";
  }
  show += "\n";
}

size_t LineEditor::Before(size_t position) const {
  if (position == 0) return 0;
  do --position;
  while (position > 0 && IsContinuation(line_[position]));
  return position;
}

size_t LineEditor::After(size_t position) const {
  if (position == line_.size()) return position;
  do ++position;
  while (position < line_.size() && IsContinuation(line_[position]));
  return position;
}

size_t LineEditor::WordStart() const {
  size_t start = cursor_;
  while (start > 0 && !IsWord(line_[start - 1])) --start;
  while (start > 0 && IsWord(line_[start - 1])) --start;
  return start;
}

size_t LineEditor::WordEnd() const {
  size_t end = cursor_;
  while (end < line_.size() && !IsWord(line_[end])) ++end;
  while (end < line_.size() && IsWord(line_[end])) ++end;
  return end;
}

std::string LineEditor::Redraw() const {
  const size_t columns = columns_ == 0 ? kDefaultColumns : columns_;
  const size_t prompt = Columns(prompt_);
  // One column stays free: a cursor behind the last one would wrap.
  const size_t width = columns > prompt + 8 ? columns - prompt - 1 : 8;
  const size_t cursor = Columns(std::string_view(line_).substr(0, cursor_));
  const size_t first = cursor > width ? cursor - width : 0;
  std::string show = "\r" + prompt_;
  show += Window(line_, first, width);
  show += kClearToEnd;
  show += "\r";
  const size_t column = prompt + cursor - first;
  if (column > 0) show += "\x1b[" + std::to_string(column) + "C";
  return show;
}

}  // namespace sirocco::shell
