// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/lib/libc/debug_log.h"

#include <zircon/syscalls.h>
#include <zircon/syscalls/log.h>

#include <algorithm>

#include "userspace/lib/libc/errors.h"

namespace sirocco::libc {

long WriteLog(zx_handle_t log, std::span<const std::byte> text) {
  std::span<const std::byte> rest = text;
  while (!rest.empty()) {
    const std::span<const std::byte> head =
        rest.first(std::min<size_t>(rest.size(), ZX_LOG_RECORD_DATA_MAX));
    const auto newline = std::ranges::find(head, std::byte{'\n'});
    const auto line = head.first(static_cast<size_t>(newline - head.begin()));
    if (!line.empty()) {
      const zx_status_t status = zx_debuglog_write(log, 0, line.data(), line.size());
      if (status != ZX_OK) return ErrnoFromStatus(status);
    }
    rest = rest.subspan(line.size() + (newline != head.end() ? 1 : 0));
  }
  return static_cast<long>(text.size());
}

}  // namespace sirocco::libc
