// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Clocks without a call: the counter times a constant that the kernel wrote (vdso_constants.h).
#include "vdso/constants_layout.h"
#include "vdso/stub.inc"

.macro load_constant register, offset
1:  auipc \register, %pcrel_hi(vdso_constants + \offset)
    ld    \register, %pcrel_lo(1b)(\register)
.endm

.macro clock_function name
    vdso_function \name
    .cfi_startproc
    rdtime a0
    load_constant a1, CONSTANTS_NS_PER_TICK
    mul   a0, a0, a1
    ret
    .cfi_endproc
    vdso_function_end \name
.endm

clock_function clock_get_monotonic
clock_function clock_get_boot

.macro ticks_function name
    vdso_function \name
    .cfi_startproc
    rdtime a0
    ret
    .cfi_endproc
    vdso_function_end \name
.endm

ticks_function ticks_get
ticks_function ticks_get_boot
