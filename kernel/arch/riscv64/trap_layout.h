// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Offsets that trap.S uses; user_context.h and hart_block.h assert every one of them.

// RiscvHart (tp in the kernel).
#define HART_KERNEL_SP 88
#define HART_USER_SP 96
#define HART_USER_RA 104
#define HART_USER_TP 112
#define HART_CONTEXT 120
#define HART_VDSO_TEXT 128
#define HART_DOORS 136
#define HART_T3 144
#define HART_T4 152
#define HART_T5 160
#define HART_EMERGENCY_SP 168
#define HART_STACK_LIMIT 176
#define HART_HANG_SATP 200

// UserContext: first the general registers in the order of zx_thread_state_general_regs_t.
#define CONTEXT_PC 0
#define CONTEXT_RA 8
#define CONTEXT_SP 16
#define CONTEXT_GP 24
#define CONTEXT_TP 32
#define CONTEXT_T0 40
#define CONTEXT_T1 48
#define CONTEXT_T2 56
#define CONTEXT_S0 64
#define CONTEXT_S1 72
#define CONTEXT_A0 80
#define CONTEXT_A1 88
#define CONTEXT_A2 96
#define CONTEXT_A3 104
#define CONTEXT_A4 112
#define CONTEXT_A5 120
#define CONTEXT_A6 128
#define CONTEXT_A7 136
#define CONTEXT_S2 144
#define CONTEXT_S3 152
#define CONTEXT_S4 160
#define CONTEXT_S5 168
#define CONTEXT_S6 176
#define CONTEXT_S7 184
#define CONTEXT_S8 192
#define CONTEXT_S9 200
#define CONTEXT_S10 208
#define CONTEXT_S11 216
#define CONTEXT_T3 224
#define CONTEXT_T4 232
#define CONTEXT_T5 240
#define CONTEXT_T6 248
#define CONTEXT_FP 256
#define CONTEXT_FCSR 512
#define CONTEXT_FLAGS 520

// Bits of CONTEXT_FLAGS.
#define CONTEXT_FULL 1     // All registers are saved, not only those that outlive a call.
#define CONTEXT_FP_USED 2  // CONTEXT_FP holds the thread's registers.
#define CONTEXT_WORDS 4    // a1-a7 and t1 are results of the call, too.

// A frame of a trap that interrupted the kernel: x1..x31 at their number * 8, then these.
#define FRAME_SIZE 288
#define FRAME_SEPC 256
#define FRAME_SSTATUS 264
#define FRAME_SCAUSE 272
#define FRAME_STVAL 280

#define CAUSE_USER_ECALL 8
#define SSTATUS_SPP (1 << 8)
#define SSTATUS_FS (3 << 13)
#define SSTATUS_FS_CLEAN (2 << 13)
#define SSTATUS_FS_IN_USE 14  // The bit that is set in clean and dirty; initial is never used.
#define SSTATUS_SUM_MXR ((1 << 18) | (1 << 19))

// Doors are 8 bytes: the low half of the thunk's address, which sign extension completes, and the
// offset of the only ecall that may name it, from the start of the vDSO's text.
#define DOOR_SHIFT 3
#define DOOR_INDEX_MASK 0x7f8

#ifdef __ASSEMBLER__
// clang-format off
// Into the TrapFrame at sp; the old sp is there already.
.macro save_all_but_sp
    .irp  n, 1,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    sd    x\n, \n*8(sp)
    .endr
.endm
// clang-format on
#endif
