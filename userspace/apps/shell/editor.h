// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "userspace/apps/shell/history.h"
#include "userspace/apps/shell/keys.h"

namespace sirocco::shell {

/// What TAB may do to a line: replace [start, cursor) by one of these.
struct Completion {
  size_t start = 0;
  std::vector<std::string> candidates = {};  // Sorted; a finished one ends in a space or '/'.
};

using Completer = std::function<Completion(std::string_view line, size_t cursor)>;

/// Edits one line on a terminal: takes bytes, gives back what to show. Knows neither the console
/// nor the shell. Long lines scroll sideways, so a prompt is always one row.
class LineEditor {
 public:
  enum class Event { kNone, kLine, kEndOfInput, kInterrupt };

  /// Both outlive the editor; without a completer TAB does nothing, without history neither do the
  /// arrows up and down.
  LineEditor(History* history, Completer completer)
      : history_(history), completer_(std::move(completer)) {}

  /// Starts an empty line. Returns what to show.
  std::string Begin(std::string prompt);

  /// `columns` of the terminal; 0 is unknown and counts as 80.
  void set_columns(size_t columns) { columns_ = columns; }

  struct Step {
    Event event = Event::kNone;
    std::string show = {};
  };
  /// One byte from the terminal. After an event other than kNone call Begin() before the next byte;
  /// line() is the line until then.
  Step Feed(uint8_t byte);

  /// The line is given up, as by Ctrl-C.
  Step Interrupt();

  /// What shows the prompt and the line again, after something else was printed.
  std::string Refresh() const { return Redraw(); }

  const std::string& line() const { return line_; }
  size_t cursor() const { return cursor_; }

 private:
  Step Apply(const Key& key);
  Step Finish(Event event);
  void ApplyControl(char letter, Step& step);
  void Insert(std::string_view text);
  void Erase(size_t from, size_t to);
  void Complete(std::string& show);
  void Recall(std::optional<std::string> line);

  size_t Before(size_t position) const;
  size_t After(size_t position) const;
  size_t WordStart() const;
  size_t WordEnd() const;
  std::string Redraw() const;

  History* history_;
  Completer completer_;
  KeyDecoder decoder_;
  std::string prompt_;
  std::string line_;
  std::string killed_;  // By Ctrl-K, U or W, for Ctrl-Y.
  size_t cursor_ = 0;   // In bytes, at a character's start.
  size_t columns_ = 0;
  bool is_second_tab_ = false;
};

/// How many columns `text` takes: one a character.
size_t Columns(std::string_view text);

}  // namespace sirocco::shell
