// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace sirocco::shell {

/// The plain line discipline, for commands that read from a terminal: shows what is typed, lets it
/// be erased until Enter. Takes bytes, gives back what to show.
class CookedLine {
 public:
  /// True when the line is complete: take it from text(). `show` is for the terminal.
  bool Feed(uint8_t byte, std::string& show);

  /// With its line end. Without one it was ended by Ctrl-D; if it is empty, so is the input.
  const std::string& text() const { return text_; }

 private:
  void EraseLast(std::string& show);

  std::string text_;
};

}  // namespace sirocco::shell
