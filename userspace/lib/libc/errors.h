// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

namespace sirocco::libc {

/// 0 for ZX_OK, else the negated errno that says most nearly the same.
long ErrnoFromStatus(zx_status_t status);

}  // namespace sirocco::libc
