// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0

// long __syscall_cp_asm(volatile int* cancel, long number, long a, ..., long f)
//
// A system call that is a cancellation point: acts on a pending cancellation first, else calls
// __sirocco_syscall with the seven arguments that follow. The three labels are what musl's signal
// handler compares a program counter with; without signals no thread is ever between them.

    .text
    .global __cp_begin
    .hidden __cp_begin
    .global __cp_end
    .hidden __cp_end
    .global __cp_cancel
    .hidden __cp_cancel
    .global __syscall_cp_asm
    .hidden __syscall_cp_asm
    .hidden __cancel
    .hidden __sirocco_syscall
    .type __syscall_cp_asm, %function

__syscall_cp_asm:
__cp_begin:
    lw t0, 0(a0)
    bnez t0, __cp_cancel
    mv a0, a1
    mv a1, a2
    mv a2, a3
    mv a3, a4
    mv a4, a5
    mv a5, a6
    mv a6, a7
    tail __sirocco_syscall
__cp_end:
__cp_cancel:
    tail __cancel
    .size __syscall_cp_asm, . - __syscall_cp_asm
    .section .note.GNU-stack, "", %progbits
