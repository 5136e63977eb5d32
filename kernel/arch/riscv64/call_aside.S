// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Calls t1 with the arguments t2 and t3, and returns to t0: no other register changes. See
// arch::CallAside.
.section .text.RiscvCallAside, "ax"
.balign 4
.global RiscvCallAside
.type RiscvCallAside, @function
RiscvCallAside:
    .cfi_startproc
    addi  sp, sp, -112
    .cfi_def_cfa_offset 112
    sd    t0, 104(sp)              // Where an unwinder looks for the way back.
    .cfi_offset ra, -8
    sd    ra, 96(sp)
    sd    t4, 88(sp)
    sd    t5, 80(sp)
    sd    t6, 72(sp)
    sd    a0, 64(sp)
    sd    a1, 56(sp)
    sd    a2, 48(sp)
    sd    a3, 40(sp)
    sd    a4, 32(sp)
    sd    a5, 24(sp)
    sd    a6, 16(sp)
    sd    a7, 8(sp)
    mv    a0, t2
    mv    a1, t3
    jalr  t1
    ld    t0, 104(sp)
    ld    ra, 96(sp)
    ld    t4, 88(sp)
    ld    t5, 80(sp)
    ld    t6, 72(sp)
    ld    a0, 64(sp)
    ld    a1, 56(sp)
    ld    a2, 48(sp)
    ld    a3, 40(sp)
    ld    a4, 32(sp)
    ld    a5, 24(sp)
    ld    a6, 16(sp)
    ld    a7, 8(sp)
    addi  sp, sp, 112
    jr    t0
    .cfi_endproc
.size RiscvCallAside, . - RiscvCallAside
