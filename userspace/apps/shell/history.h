// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <string>

namespace sirocco::shell {

/// The lines entered before, and a walk through them. The line being edited is the newest place of
/// the walk and comes back when it returns there.
class History {
 public:
  static constexpr size_t kMaxLines = 500;

  /// Empty lines and repetitions of the last one are not kept. Ends the walk.
  void Add(const std::string& line);

  /// The line one step older or newer; nothing at the ends. `current` is what is edited now.
  std::optional<std::string> Older(const std::string& current);
  std::optional<std::string> Newer();

  void EndWalk() { steps_back_ = 0; }
  const std::deque<std::string>& lines() const { return lines_; }

 private:
  std::deque<std::string> lines_;  // The newest last.
  std::string edited_;
  size_t steps_back_ = 0;
};

}  // namespace sirocco::shell
