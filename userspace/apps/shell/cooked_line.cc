// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/apps/shell/cooked_line.h"

namespace sirocco::shell {
namespace {

constexpr uint8_t kControlD = 0x04;
constexpr uint8_t kControlH = 0x08;
constexpr uint8_t kControlU = 0x15;
constexpr uint8_t kDelete = 0x7f;

// The second and later bytes of a character in UTF-8.
bool IsContinuation(char c) { return (static_cast<uint8_t>(c) & 0xc0) == 0x80; }

}  // namespace

bool CookedLine::Feed(uint8_t byte, std::string& show) {
  const char c = static_cast<char>(byte);
  if (c == '\r' || c == '\n') {
    text_ += '\n';
    show += '\n';
    return true;
  }
  if (byte == kControlD) return true;
  if (byte == kControlH || byte == kDelete) {
    EraseLast(show);
  } else if (byte == kControlU) {
    while (!text_.empty()) EraseLast(show);
  } else if (byte >= 0x20 || c == '\t') {
    text_ += c;
    show += c == '\t' ? ' ' : c;  // One column, so that erasing it takes one.
  }
  return false;
}

void CookedLine::EraseLast(std::string& show) {
  if (text_.empty()) return;
  while (text_.size() > 1 && IsContinuation(text_.back())) text_.pop_back();
  text_.pop_back();
  show += "\b \b";
}

}  // namespace sirocco::shell
