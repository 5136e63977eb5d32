// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lib/zx/time.h>
#include <zircon/syscalls.h>

namespace zx {

/// The system's clocks.
class clock {
 public:
  clock() = delete;

  static time get_monotonic() noexcept { return time(zx_clock_get_monotonic()); }
  static time_boot get_boot() noexcept { return time_boot(zx_clock_get_boot()); }
};

}  // namespace zx
