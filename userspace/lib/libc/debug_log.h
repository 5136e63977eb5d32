// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/uio.h>
#include <zircon/types.h>

#include <span>

namespace sirocco::libc {

/// Writes text to a debuglog, a record a line. Returns what writev() does: the number of bytes, or
/// a negated errno.
long WriteLog(zx_handle_t log, std::span<const iovec> parts);

}  // namespace sirocco::libc
