// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/processargs.h>

// What the serial driver is started with.

namespace sirocco::serial {

inline constexpr uint32_t kRegisters = PA_HND(PA_USER0, 0);  // A physical VMO.
inline constexpr uint32_t kInterrupt = PA_HND(PA_USER0, 1);
inline constexpr uint32_t kConsole = PA_HND(PA_USER0, 2);  // Serves sirocco/stream.h on it.

}  // namespace sirocco::serial
