// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernel/arch/riscv64/hart_block.h"
#include "kernel/arch/user.h"

namespace sirocco::arch {

inline UserFloats ReadUserFloats() {
  uint64_t status;
  asm volatile("csrr %0, sstatus" : "=r"(status));
  return status & SSTATUS_FS;
}

// SPP and SPIE are as the call's trap left them. FS stays off where it was off, unless the FPU
// still has the registers of `context`.
inline bool TrySwitchUser(UserContext& context, uintptr_t vdso_text, UserFloats floats) {
  RiscvHart& hart = ThisRiscvHart();
  if (floats != 0 || hart.float_owner == &context) [[unlikely]]
    return false;
  hart.context = &context;
  hart.vdso_text = vdso_text;
  return true;
}

}  // namespace sirocco::arch
