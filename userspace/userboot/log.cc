// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/userboot/log.h"

#include <lib/zx/debuglog.h>

#include <cstring>

namespace sirocco::userboot {
namespace {

// Open until the process ends, which closes it: there is nobody to run a destructor.
zx_handle_t debuglog = ZX_HANDLE_INVALID;

}  // namespace

Line& Line::operator<<(std::string_view text) {
  const std::string_view part = text.substr(0, text_.size() - size_);
  std::memcpy(text_.data() + size_, part.data(), part.size());
  size_ += part.size();
  return *this;
}

Line& Line::operator<<(int64_t number) {
  if (number < 0) *this << "-";
  char digits[20];
  size_t first = sizeof(digits);
  uint64_t rest = number < 0 ? -static_cast<uint64_t>(number) : static_cast<uint64_t>(number);
  do {
    digits[--first] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  return *this << std::string_view(digits + first, sizeof(digits) - first);
}

void OpenLog(const zx::resource& system) {
  zx::debuglog log;
  if (zx::debuglog::create(system, 0, &log) == ZX_OK) debuglog = log.release();
}

void Log(const Line& line) {
  if (debuglog == ZX_HANDLE_INVALID) return;
  zx::unowned_debuglog(debuglog)->write(0, line.text().data(), line.text().size());
}

}  // namespace sirocco::userboot
