// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <span>

namespace sirocco::libc {

/// Writes text to a debuglog, a record a line; lines longer than a record are broken. Returns what
/// write() does: the number of bytes, or a negated errno.
long WriteLog(zx_handle_t log, std::span<const std::byte> text);

}  // namespace sirocco::libc
