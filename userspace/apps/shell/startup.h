// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/processargs.h>

// What the shell is started with, beside JOB_DEFAULT (its commands' parent), VMO_BOOTDATA,
// VMO_VDSO and SYSTEM_RESOURCE.

namespace sirocco::shell {

inline constexpr uint32_t kConsole = PA_HND(PA_USER0, 0);  // Speaks sirocco/stream.h.
inline constexpr uint32_t kRootJob = PA_HND(PA_USER0, 1);  // For ps and kill.

/// The archive's member with the commands of a run without a terminal.
inline constexpr char kCommandsName[] = "boot/commands";

}  // namespace sirocco::shell
