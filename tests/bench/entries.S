// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// What C cannot say: calls that keep no register, and first and last instructions of a thread.
#include "tests/bench/entries.h"

.option norelax
.text

.macro function name
    .balign 4
    .global \name
    .type \name, @function
\name:
.endm

.macro on_callee_saved operation
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

// a0 channel, a1 where the instructions go. Returns the status. The words are what is left in the
// registers: the server echoes them.
function BenchCallRegs
    addi  sp, sp, -128
    on_callee_saved sd
    sd    a1, 112(sp)
    li    a1, 0
    li    a2, 2
    li    a3, 3
    li    a4, 4
    li    a5, 5
    li    a6, 6
    li    a7, 7
    li    t1, 56
    rdcycle t3
    sd    t3, 104(sp)
    call  zx_channel_call_regs_raw
    rdcycle t3
    ld    t4, 104(sp)
    sub   t3, t3, t4
    addi  t3, t3, -2            // The store and the second reading.
    ld    t4, 112(sp)
    sd    t3, 0(t4)
    on_callee_saved ld
    addi  sp, sp, 128
    ret

// a0 channel: answers every request with itself until the call fails. Returns the status.
function BenchServeRegs
    addi  sp, sp, -128
    on_callee_saved sd
    sd    a0, 104(sp)
    li    t1, 0
1:  lw    a0, 104(sp)
    li    t2, 0
    call  zx_channel_serve_raw
    beqz  a0, 1b
    on_callee_saved ld
    addi  sp, sp, 128
    ret

// A thread's first and last instructions. a0: BenchThreadTimes.
function BenchThreadEntry
    rdcycle t0
    sd    t0, TIMES_FIRST(a0)
    rdcycle t0
    sd    t0, TIMES_LAST(a0)
    call  zx_thread_exit

// A thread without a stack that waits on the event a0 for the signals a1.
function BenchWaitEntry
    li    a2, -1
    srli  a2, a2, 1             // ZX_TIME_INFINITE
    li    a3, 0
    call  zx_object_wait_one
    call  zx_thread_exit

// A thread without a stack that waits on the futex a0 while that is 0.
function BenchFutexEntry
    li    a1, 0
    li    a2, 0
    li    a3, -1
    srli  a3, a3, 1             // ZX_TIME_INFINITE
    call  zx_futex_wait
    call  zx_thread_exit

// a0 BenchGap, a1 the limit: reads the counter until two readings lie further apart than that, and
// writes them down. SPINNER_PERIOD instructions a turn.
function BenchSpinner
    rdcycle t0
1:  mv    t1, t0
    rdcycle t0
    sub   t2, t0, t1
    bltu  t2, a1, 1b
    sd    t1, 0(a0)
    sd    t0, 8(a0)
    ret

.section .note.GNU-stack, "", @progbits
