// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernel/arch/user.h"

namespace sirocco::arch {

inline UserFloats ReadUserFloats() { return 0; }

inline bool TrySwitchUser(UserContext& context, uintptr_t vdso_text, UserFloats) {
  PrepareUser(context, vdso_text);
  return true;
}

}  // namespace sirocco::arch
