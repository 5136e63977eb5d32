// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The shell's language:
//
//   line     = [ list { (";" | "&") list } [ ";" | "&" ] ]
//   list     = pipeline { "&&" pipeline }          "&" runs the list before it in the background
//   pipeline = command { "|" command }
//   command  = word { word | ">" word }            ">" once
//
// In a word '...' takes everything as it stands, "..." all but \ and $?, and \ the next character.
// $? is the status of the pipeline before. # at a word's start begins a comment.

namespace sirocco::shell {

/// Text with places for the last status, filled in when the command runs.
struct Word {
  struct Part {
    std::string text = {};
    bool is_status = false;
  };
  std::vector<Part> parts;

  std::string Expand(int last_status) const;
};

struct Command {
  std::vector<Word> words;  // At least one.
  std::optional<Word> output;
};

struct Pipeline {
  std::vector<Command> commands;  // At least one.
};

struct List {
  std::vector<Pipeline> pipelines;  // Each after the success of the one before; at least one.
  bool is_background = false;
  std::string text;  // As it was written.
};

struct ParseResult {
  std::vector<List> lists;
  std::string error;  // Empty if the line is right.

  bool ok() const { return error.empty(); }
};

ParseResult Parse(std::string_view line);

/// What the cursor stands in, for completion.
struct Context {
  size_t word_start = 0;    // Where the word begins that ends at the cursor.
  bool is_command = false;  // It is a command's name, not an argument.
  bool is_quoted = false;   // An unfinished quote is before the cursor.
};

Context FindContext(std::string_view line, size_t cursor);

}  // namespace sirocco::shell
