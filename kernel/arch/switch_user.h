// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernel/arch/user.h"

namespace sirocco::arch {

/// For a hart that has left user mode just now.
inline UserFloats ReadUserFloats();

/// PrepareUser for a hart that has left user mode by a call just now, and has saved its registers.
/// False, and nothing done: it takes PrepareUser.
inline bool TrySwitchUser(UserContext& context, uintptr_t vdso_text, UserFloats floats);

}  // namespace sirocco::arch

#include <arch_back_end/switch_user.h>
