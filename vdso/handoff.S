// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// The hand-off pair as C functions: sirocco/channel_handoff.h. They keep on the caller's stack what
// the kernel does not keep: ra and s0-s11.
#include "vdso/stub.inc"

#define FRAME_SIZE 128
#define FRAME_SIZE_POINTER 104
#define FRAME_WORDS 112

.macro on_registers operation
    \operation  ra, 0(sp)
    \operation  s0, 8(sp)
    \operation  s1, 16(sp)
    \operation  s2, 24(sp)
    \operation  s3, 32(sp)
    \operation  s4, 40(sp)
    \operation  s5, 48(sp)
    \operation  s6, 56(sp)
    \operation  s7, 64(sp)
    \operation  s8, 72(sp)
    \operation  s9, 80(sp)
    \operation  s10, 88(sp)
    \operation  s11, 96(sp)
.endm

// a0 handle, a1 words, a2 size, a3 what goes to t2. A call that failed leaves words and size alone.
// Words are read and written only with a size that is not 0.
.macro handoff_function name
    vdso_function \name
    .cfi_startproc
    addi  sp, sp, -FRAME_SIZE
    .cfi_def_cfa_offset FRAME_SIZE
    on_registers sd
    .cfi_offset ra, -FRAME_SIZE
    sd    a2, FRAME_SIZE_POINTER(sp)
    sd    a1, FRAME_WORDS(sp)
    mv    t2, a3
    lwu   t1, 0(a2)
    beqz  t1, 2f
    ld    a2, 8(a1)
    ld    a3, 16(a1)
    ld    a4, 24(a1)
    ld    a5, 32(a1)
    ld    a6, 40(a1)
    ld    a7, 48(a1)
    ld    a1, 0(a1)
2:  call  vdso_\name\()_raw
    bnez  a0, 1f
    ld    t2, FRAME_SIZE_POINTER(sp)
    sw    t1, 0(t2)
    beqz  t1, 1f
    ld    t0, FRAME_WORDS(sp)
    sd    a1, 0(t0)
    sd    a2, 8(t0)
    sd    a3, 16(t0)
    sd    a4, 24(t0)
    sd    a5, 32(t0)
    sd    a6, 40(t0)
    sd    a7, 48(t0)
1:  on_registers ld
    addi  sp, sp, FRAME_SIZE
    .cfi_def_cfa_offset 0
    ret
    .cfi_endproc
    vdso_function_end \name
.endm

handoff_function channel_call_regs
handoff_function channel_serve
