// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "kernel/arch/hart.h"
#include "kernel/arch/riscv64/boot_layout.h"
#include "kernel/arch/riscv64/trap_layout.h"
#include "kernel/arch/user.h"

namespace sirocco::arch {

/// The block of a hart as trap.S knows it; every HartBlock of this machine is one.
struct alignas(64) RiscvHart {
  HartBlock common;        // tp points here; ThisHart().
  uint64_t kernel_sp = 0;  // Where the doors run: below RunUser's frame.
  uint64_t user_sp = 0;    // These three while a call runs.
  uint64_t user_ra = 0;
  uint64_t user_tp = 0;
  UserContext* context = nullptr;            // Whose registers user mode has.
  uint64_t vdso_text = 0;                    // Its vDSO's first instruction.
  const void* doors = nullptr;               // The table of thunks and sites.
  uint64_t scratch[3] = {};                  // t3-t5 while an entry looks around.
  uint64_t emergency_sp = 0;                 // For a trap that finds the stack used up.
  uint64_t stack_limit = 0;                  // The lowest address a trap frame may take.
  const UserContext* float_owner = nullptr;  // Whose registers the FPU still has.
  uint64_t stack_top = 0;                    // Where a hart that starts has its stack.
  uint64_t hang_satp = 0;  // Not 0: somebody took the kernel's text away; see hang.cc.

  uint64_t id = 0;  // The platform's number.
  uint32_t* plic_context = nullptr;
  std::atomic<uint32_t>* software_interrupt = nullptr;  // Its SSWI register, or null.

  uint64_t timer_ticks = ~uint64_t{0};     // What Timer::Arm asked for.
  uint64_t watchdog_ticks = ~uint64_t{0};  // When this hart looks at its neighbour.
  uint64_t spin_since = 0;                 // When the spin that goes on began.

  std::atomic<uint32_t> is_online{0};
  // Written by this hart, read by the one that watches it.
  std::atomic<uint64_t> interrupts_taken{0};
  uint64_t neighbours_last = 0;  // What the watched hart's count was, and whether it has been
  bool has_asked = false;        // asked for a sign of life since.
};

static_assert(offsetof(RiscvHart, kernel_sp) == HART_KERNEL_SP);
static_assert(offsetof(RiscvHart, user_sp) == HART_USER_SP);
static_assert(offsetof(RiscvHart, user_ra) == HART_USER_RA);
static_assert(offsetof(RiscvHart, user_tp) == HART_USER_TP);
static_assert(offsetof(RiscvHart, context) == HART_CONTEXT);
static_assert(offsetof(RiscvHart, vdso_text) == HART_VDSO_TEXT);
static_assert(offsetof(RiscvHart, doors) == HART_DOORS);
static_assert(offsetof(RiscvHart, scratch) == HART_T3);
static_assert(offsetof(RiscvHart, emergency_sp) == HART_EMERGENCY_SP);
static_assert(offsetof(RiscvHart, stack_limit) == HART_STACK_LIMIT);
static_assert(offsetof(RiscvHart, stack_top) == HART_STACK_TOP);
static_assert(offsetof(RiscvHart, id) == HART_ID);
static_assert(sizeof(RiscvHart) == HART_SIZE);
static_assert(offsetof(RiscvHart, hang_satp) == HART_HANG_SATP);

// The first member of a standard-layout struct has the struct's address.
inline RiscvHart& ThisRiscvHart() { return reinterpret_cast<RiscvHart&>(ThisHart()); }

extern "C" RiscvHart riscv_harts[kMaxHarts];
inline RiscvHart& RiscvHartAt(uint32_t index) { return riscv_harts[index]; }

}  // namespace sirocco::arch
