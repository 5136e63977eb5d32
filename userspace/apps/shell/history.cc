// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/apps/shell/history.h"

namespace sirocco::shell {

void History::Add(const std::string& line) {
  EndWalk();
  if (line.find_first_not_of(' ') == line.npos) return;
  if (!lines_.empty() && lines_.back() == line) return;
  lines_.push_back(line);
  if (lines_.size() > kMaxLines) lines_.pop_front();
}

std::optional<std::string> History::Older(const std::string& current) {
  if (steps_back_ == lines_.size()) return std::nullopt;
  if (steps_back_ == 0) edited_ = current;
  ++steps_back_;
  return lines_[lines_.size() - steps_back_];
}

std::optional<std::string> History::Newer() {
  if (steps_back_ == 0) return std::nullopt;
  if (--steps_back_ == 0) return edited_;
  return lines_[lines_.size() - steps_back_];
}

}  // namespace sirocco::shell
