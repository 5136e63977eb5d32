// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace sirocco::arch {

// What the machine's power-off reports when it is not a program's own status.
inline constexpr uint32_t kExitPanic = 240;
inline constexpr uint32_t kExitHang = 241;
inline constexpr uint32_t kExitRefused = 242;

/// Ends the machine; whoever runs it as a process sees `status` (0 to 255).
/// Context: any; takes no lock.
[[noreturn]] void PowerOff(uint32_t status);

/// Stops this hart for ever: somebody else ends the machine.
[[noreturn]] void HaltHart();

}  // namespace sirocco::arch
