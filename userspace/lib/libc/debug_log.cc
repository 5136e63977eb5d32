// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/lib/libc/debug_log.h"

#include <zircon/syscalls.h>

#include <string_view>

#include "userspace/lib/libc/errors.h"
#include "userspace/lib/libc/log_records.h"

namespace sirocco::libc {

long WriteLog(zx_handle_t log, std::span<const iovec> parts) {
  zx_status_t status = ZX_OK;
  ForEachRecord(parts, [&](std::string_view record) {
    status = zx_debuglog_write(log, 0, record.data(), record.size());
    return status == ZX_OK;
  });
  if (status != ZX_OK) return ErrnoFromStatus(status);
  long total = 0;
  for (const iovec& part : parts) total += static_cast<long>(part.iov_len);
  return total;
}

}  // namespace sirocco::libc
