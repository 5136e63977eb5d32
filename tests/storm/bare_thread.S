// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0

// Where a bare thread starts: a0 = its function, a1 = the argument, on its own stack.
    .text
    .global StormBareThreadEntry
    .type StormBareThreadEntry, %function
StormBareThreadEntry:
    .option push
    .option norelax
    .weak __global_pointer$
    .hidden __global_pointer$
    lla gp, __global_pointer$
    .option pop
    mv t0, a0
    mv a0, a1
    jalr t0
    tail zx_thread_exit
    .size StormBareThreadEntry, . - StormBareThreadEntry

    .section .note.GNU-stack, "", %progbits
