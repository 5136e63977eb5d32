// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0

#include "sirocco/syscall_numbers.h"

#define PATTERN 0x5eed000000000000

.macro function name
    .text
    .balign 4
    .global \name
    .type \name, %function
\name:
.endm

.macro site name
    .global \name
\name:
.endm

.option norelax

    function OffendByEcall
    li a0, 0
    li t0, ZX_SYS_handle_close * 8
    site SiteEcall
    ecall
    ret

    function OffendByLoad
    site SiteLoad
    ld a0, 0(a0)
    ret

    function OffendByStore
    site SiteStore
    sd zero, 0(a0)
    ret

    function OffendByJump
    addi sp, sp, -16
    sd ra, 0(sp)
    jalr a0
    site SiteAfterJump
    ld ra, 0(sp)
    addi sp, sp, 16
    ret

    function OffendByJumpWithT0
    li t0, ZX_SYS_handle_close * 8
    mv t1, a0
    li a0, 0
    jr t1

    function OffendWithAllRegisters
    li t0, PATTERN
.irp number, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    addi x\number, t0, \number
.endr
    addi t0, t0, 5
    site SiteAllRegisters
    ecall
    unimp

    .section .note.GNU-stack, "", %progbits
