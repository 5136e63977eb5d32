// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/arch/riscv64/trap_layout.h"

namespace sirocco::arch {

/// What the kernel was doing when it was interrupted.
struct TrapFrame {
  uint64_t x[32];  // x[0] is not written.
  uint64_t pc;
  uint64_t status;
  uint64_t cause;
  uint64_t value;

  uint64_t sp() const { return x[2]; }
  uint64_t frame_pointer() const { return x[8]; }
  uint64_t return_address() const { return x[1]; }
};
static_assert(offsetof(TrapFrame, pc) == FRAME_SEPC);
static_assert(offsetof(TrapFrame, status) == FRAME_SSTATUS);
static_assert(offsetof(TrapFrame, cause) == FRAME_SCAUSE);
static_assert(offsetof(TrapFrame, value) == FRAME_STVAL);
static_assert(sizeof(TrapFrame) == FRAME_SIZE);

/// Reports a defect of the kernel and ends the machine: an exception in kernel mode.
[[noreturn]] void KernelTrap(const TrapFrame& frame);

}  // namespace sirocco::arch
