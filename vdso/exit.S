// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// How a thread leaves that may not touch its stack any more: calls in a row, in registers.
#include "vdso/stub.inc"

// s0 is a handle or 0. Does not come back.
.macro close_and_exit
    beqz  s0, 1f
    mv    a0, s0
    call  vdso_handle_close
    bnez  a0, 2f
1:  call  vdso_thread_exit
2:  unimp
.endm

vdso_function vmar_unmap_handle_close_thread_exit
    .cfi_startproc
    addi  sp, sp, -16
    sd    ra, 0(sp)
    sd    s0, 8(sp)
    mv    s0, a3
    call  vdso_vmar_unmap
    bnez  a0, 3f
    // From here on there is no stack.
    close_and_exit
3:  ld    s0, 8(sp)
    ld    ra, 0(sp)
    addi  sp, sp, 16
    ret
    .cfi_endproc
vdso_function_end vmar_unmap_handle_close_thread_exit

vdso_function futex_wake_handle_close_thread_exit
    .cfi_startproc
    mv    s0, a3
    // Who reads the new value owns the stack from then on.
    fence rw, w
    sw    a2, 0(a0)
    call  vdso_futex_wake
    bnez  a0, 2f
    close_and_exit
    .cfi_endproc
vdso_function_end futex_wake_handle_close_thread_exit
