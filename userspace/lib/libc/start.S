// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0

// A program's first instruction. a0 = bootstrap channel, a1 = base of the vDSO, sp = top of the
// stack; everything else is zero. Nothing has been relocated.

    .text
    .global _start
    .type _start, %function
_start:
    .option push
    .option norelax
    .weak __global_pointer$
    .hidden __global_pointer$
    lla gp, __global_pointer$
    .option pop
    .hidden __ehdr_start
    lla a2, __ehdr_start
    .hidden _DYNAMIC
    lla a3, _DYNAMIC
    andi sp, sp, -16
    li ra, 0
    li s0, 0
    tail __sirocco_start
    .size _start, . - _start

// Where a new thread starts: a0 = its ThreadStart (thread.cc), on its own stack.
    .global __sirocco_thread_entry
    .hidden __sirocco_thread_entry
    .type __sirocco_thread_entry, %function
__sirocco_thread_entry:
    .option push
    .option norelax
    lla gp, __global_pointer$
    .option pop
    ld tp, 0(a0)
    li ra, 0
    li s0, 0
    tail __sirocco_thread_main
    .size __sirocco_thread_entry, . - __sirocco_thread_entry

    .section .note.GNU-stack, "", %progbits
