// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Floating-point registers of a thread, all of them. Called with sstatus.FS on.

#include "kernel/arch/riscv64/trap_layout.h"

.section .text.floats, "ax"

// void RiscvSaveFloats(UserContext*)
.global RiscvSaveFloats
.type RiscvSaveFloats, @function
RiscvSaveFloats:
.irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    fsd   f\n, (CONTEXT_FP + 8 * \n)(a0)
.endr
    frcsr t0
    sd    t0, CONTEXT_FCSR(a0)
    lw    t0, CONTEXT_FLAGS(a0)
    ori   t0, t0, CONTEXT_FP_USED
    sw    t0, CONTEXT_FLAGS(a0)
    // Clean: what the hart has equals what is saved.
    li    t0, SSTATUS_FS
    csrc  sstatus, t0
    li    t0, SSTATUS_FS_CLEAN
    csrs  sstatus, t0
    ret

// void RiscvLoadFloats(const UserContext*)
.global RiscvLoadFloats
.type RiscvLoadFloats, @function
RiscvLoadFloats:
.irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    fld   f\n, (CONTEXT_FP + 8 * \n)(a0)
.endr
    ld    t0, CONTEXT_FCSR(a0)
    fscsr t0
    ret
