// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/uio.h>
#include <zircon/syscalls/log.h>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace sirocco::libc {

/// Calls `emit` with each line of a text that lies in `parts`, or with pieces of it if it is longer
/// than a record of the debuglog; empty lines are left out. Ends when `emit` answers false.
template <typename Emit>
bool ForEachRecord(std::span<const iovec> parts, Emit emit) {
  std::array<char, ZX_LOG_RECORD_DATA_MAX> record;
  size_t length = 0;
  const auto end_record = [&] {
    const std::string_view text(record.data(), length);
    length = 0;
    return text.empty() || emit(text);
  };
  for (const iovec& part : parts) {
    for (const char c : std::string_view(static_cast<const char*>(part.iov_base), part.iov_len)) {
      if (c != '\n') record[length++] = c;
      if ((c == '\n' || length == record.size()) && !end_record()) return false;
    }
  }
  return end_record();
}

}  // namespace sirocco::libc
