// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// The doors between user mode and the kernel. In the kernel tp is the hart's block and sscratch is
// 0; in user mode sscratch is the hart's block. The kernel runs with interrupts masked, so a trap
// from the kernel is an interrupt in one of the executor's windows, or a defect.
//
// A hart has one stack. RunUser leaves its frame on it and keeps sp in HART_KERNEL_SP: the doors run
// below that frame, and returning from RunUser is `the rest of the executor goes on`.

#include "kernel/arch/riscv64/trap_layout.h"

.option norelax
.section .text.trap, "ax"

// ---------------------------------------------------------------------------------------------
// Entry from anywhere (stvec, direct mode).
.balign 4
.global TrapEntry
.type TrapEntry, @function
TrapEntry:
    csrrw tp, sscratch, tp
    beqz  tp, FromKernel
    sd    t3, HART_T3(tp)
    sd    t4, HART_T4(tp)
    sd    t5, HART_T5(tp)
    csrr  t3, scause
    addi  t3, t3, -CAUSE_USER_ECALL
    bnez  t3, FullSave

    // The short door. t0 is the number times 8; it is valid only at that number's own ecall, so a
    // number cut to the table's size needs no further check. A foreign ecall has lost nothing yet.
    ld    t3, HART_DOORS(tp)
    andi  t4, t0, DOOR_INDEX_MASK
    add   t4, t4, t3
    ld    t3, HART_VDSO_TEXT(tp)
    lwu   t5, 4(t4)
    add   t3, t3, t5
    csrr  t5, sepc
    bne   t3, t5, FullSave
    li    t3, SSTATUS_SUM_MXR
    csrrc t0, sstatus, t3          // t0: as it was, for the hand-off pair.
    addi  t5, t5, 4
    csrw  sepc, t5
    sd    sp, HART_USER_SP(tp)
    sd    ra, HART_USER_RA(tp)
    ld    sp, HART_KERNEL_SP(tp)
    csrrw t3, sscratch, zero
    sd    t3, HART_USER_TP(tp)
    lw    t4, 0(t4)
    jalr  t4

    bseti t0, zero, 63             // kEntryPending: the thread blocks.
    beq   a0, t0, Suspend
    ld    sp, HART_USER_SP(tp)
    ld    ra, HART_USER_RA(tp)
    csrw  sscratch, tp
    ld    tp, HART_USER_TP(tp)
    // Callee-saved registers came back by the C ABI; the rest held kernel values.
    li    t0, 0
.macro scrub_temporaries
    li    t1, 0
    li    t2, 0
    li    t3, 0
    li    t4, 0
    li    t5, 0
    li    t6, 0
.endm
.macro scrub_but_t1
    li    t2, 0
    li    t3, 0
    li    t4, 0
    li    t5, 0
    li    t6, 0
.endm
.macro scrub_arguments
    li    a1, 0
    li    a2, 0
    li    a3, 0
    li    a4, 0
    li    a5, 0
    li    a6, 0
    li    a7, 0
.endm
    scrub_temporaries
    scrub_arguments
    sret

// The hand-off pair: a message in a1-a7, its size in t1, and t2. Of the rest sp, gp and tp outlive
// the call; these go to the context at once. `\live_handler` gets the handle and leaves the words
// where they are, for RiscvSwitchDirectly or RiscvSaveWordsAnd*. With floats in use, or t2, they are
// saved first, for `\handler` or `\memory_handler`. All of them say whom to enter.
.macro on_words operation, context
    \operation  a1, CONTEXT_A1(\context)
    \operation  a2, CONTEXT_A2(\context)
    \operation  a3, CONTEXT_A3(\context)
    \operation  a4, CONTEXT_A4(\context)
    \operation  a5, CONTEXT_A5(\context)
    \operation  a6, CONTEXT_A6(\context)
    \operation  a7, CONTEXT_A7(\context)
.endm
.macro save_words context          // Only with a size that is not 0. Changes nothing.
    sd    t1, CONTEXT_T1(\context)
    beqz  t1, 1f
    on_words sd, \context
1:
.endm
.macro load_words context
    ld    t1, CONTEXT_T1(\context)
    on_words ld, \context
.endm
.macro near_call function          // One instruction, if the linker finds it near enough.
.option push
.option relax
    call  \function
.option pop
.endm
.macro enter_next                  // As a handler says.
    bnez  a0, EnterContext
    j     LeaveRunUser
.endm
.macro hand_off_saved handler
    save_words s0
    sd    t2, CONTEXT_T2(s0)
    li    t4, SSTATUS_FS
    and   a1, t0, t4               // Whether the floats are in use.
    bne   a1, t4, 1f
    mv    t0, s0
    call  SaveCalleeFloats
1:  near_call \handler
    enter_next
.endm
.macro hand_off name, live_handler, handler, memory_handler
.global \name
.type \name, @function
\name:
    ld    s0, HART_CONTEXT(tp)
    ld    t4, HART_USER_SP(tp)
    sd    gp, CONTEXT_GP(s0)
    sd    t4, CONTEXT_SP(s0)
    sd    t3, CONTEXT_TP(s0)       // t3 and t5 are the door's: the caller's tp, and where it goes on.
    sd    t5, CONTEXT_PC(s0)
.ifnb \memory_handler
    bnez  t2, 4f
.endif
    bexti t3, t0, SSTATUS_FS_IN_USE
    bnez  t3, 2f
    near_call \live_handler
    enter_next
2:  hand_off_saved \handler
.ifnb \memory_handler
4:  hand_off_saved \memory_handler
.endif
.endm
hand_off Thunk_channel_call_regs, SyscallChannelCallRegsLive, SyscallChannelCallRegs
hand_off Thunk_channel_serve, SyscallChannelServeLive, SyscallChannelServe, SyscallChannelServeBuffers

// The ways out of the live handlers, by a jump. It is not as usual: on from memory, with a0.
.macro save_words_and name, handler
.global \name
.type \name, @function
\name:
    ld    t0, HART_CONTEXT(tp)
    save_words t0
    sd    zero, CONTEXT_T2(t0)
    li    a1, 0                    // The floats are not in use.
    tail  \handler
.endm
save_words_and RiscvSaveWordsAndCall, SyscallChannelCallRegs
save_words_and RiscvSaveWordsAndServe, SyscallChannelServe
save_words_and RiscvSaveWordsAndFinish, SyscallFinishHandOver

// To context a0, which waits in one of the pair and gets the words, with ZX_OK and zeroes.
.global RiscvSwitchDirectly
.type RiscvSwitchDirectly, @function
RiscvSwitchDirectly:
    ld    t0, CONTEXT_PC(a0)
    csrw  sepc, t0
    ld    sp, CONTEXT_SP(a0)
    ld    gp, CONTEXT_GP(a0)
    csrw  sscratch, tp             // From here on a trap counts as one from user mode.
    ld    tp, CONTEXT_TP(a0)
    li    a0, 0
    li    ra, 0
    li    t0, 0
    li    s0, 0
    li    s1, 0
    li    s2, 0
    li    s3, 0
    li    s4, 0
    li    s5, 0
    li    s6, 0
    li    s7, 0
    li    s8, 0
    li    s9, 0
    li    s10, 0
    li    s11, 0
    scrub_but_t1
    sret

// A call that must wait: what outlives a call is saved, 136 bytes, and the hart looks for the next.
Suspend:
    ld    t0, HART_CONTEXT(tp)
    ld    t1, HART_USER_SP(tp)
    ld    t2, HART_USER_RA(tp)
    ld    t3, HART_USER_TP(tp)
    csrr  t4, sepc
    sd    t1, CONTEXT_SP(t0)
    sd    t2, CONTEXT_RA(t0)
    sd    t3, CONTEXT_TP(t0)
    sd    t4, CONTEXT_PC(t0)
    sd    gp, CONTEXT_GP(t0)
    sd    s0, CONTEXT_S0(t0)
    sd    s1, CONTEXT_S1(t0)
    sd    s2, CONTEXT_S2(t0)
    sd    s3, CONTEXT_S3(t0)
    sd    s4, CONTEXT_S4(t0)
    sd    s5, CONTEXT_S5(t0)
    sd    s6, CONTEXT_S6(t0)
    sd    s7, CONTEXT_S7(t0)
    sd    s8, CONTEXT_S8(t0)
    sd    s9, CONTEXT_S9(t0)
    sd    s10, CONTEXT_S10(t0)
    sd    s11, CONTEXT_S11(t0)
    csrr  t1, sstatus
    li    t2, SSTATUS_FS
    and   a0, t1, t2
    bne   a0, t2, 1f
    call  SaveCalleeFloats
1:  call  SuspendCurrent           // The next context to enter, or null: back to the executor.
    bnez  a0, EnterContext
    j     LeaveRunUser

// fs0-fs11 and fcsr of context t0, which were changed since they were last saved. Changes t1 only.
SaveCalleeFloats:
    fsd   fs0, (CONTEXT_FP + 8 * 8)(t0)
    fsd   fs1, (CONTEXT_FP + 8 * 9)(t0)
    fsd   fs2, (CONTEXT_FP + 8 * 18)(t0)
    fsd   fs3, (CONTEXT_FP + 8 * 19)(t0)
    fsd   fs4, (CONTEXT_FP + 8 * 20)(t0)
    fsd   fs5, (CONTEXT_FP + 8 * 21)(t0)
    fsd   fs6, (CONTEXT_FP + 8 * 22)(t0)
    fsd   fs7, (CONTEXT_FP + 8 * 23)(t0)
    fsd   fs8, (CONTEXT_FP + 8 * 24)(t0)
    fsd   fs9, (CONTEXT_FP + 8 * 25)(t0)
    fsd   fs10, (CONTEXT_FP + 8 * 26)(t0)
    fsd   fs11, (CONTEXT_FP + 8 * 27)(t0)
    frcsr t1
    sd    t1, CONTEXT_FCSR(t0)
    lw    t1, CONTEXT_FLAGS(t0)
    ori   t1, t1, CONTEXT_FP_USED
    sw    t1, CONTEXT_FLAGS(t0)
    ret

// ---------------------------------------------------------------------------------------------
// The full door: interrupts, faults, foreign ecalls. t3-t5 are in the hart's block.
FullSave:
    ld    t3, HART_CONTEXT(tp)
    sd    ra, CONTEXT_RA(t3)
    sd    sp, CONTEXT_SP(t3)
    sd    gp, CONTEXT_GP(t3)
    sd    t0, CONTEXT_T0(t3)
    sd    t1, CONTEXT_T1(t3)
    sd    t2, CONTEXT_T2(t3)
    sd    s0, CONTEXT_S0(t3)
    sd    s1, CONTEXT_S1(t3)
    sd    a0, CONTEXT_A0(t3)
    sd    a1, CONTEXT_A1(t3)
    sd    a2, CONTEXT_A2(t3)
    sd    a3, CONTEXT_A3(t3)
    sd    a4, CONTEXT_A4(t3)
    sd    a5, CONTEXT_A5(t3)
    sd    a6, CONTEXT_A6(t3)
    sd    a7, CONTEXT_A7(t3)
    sd    s2, CONTEXT_S2(t3)
    sd    s3, CONTEXT_S3(t3)
    sd    s4, CONTEXT_S4(t3)
    sd    s5, CONTEXT_S5(t3)
    sd    s6, CONTEXT_S6(t3)
    sd    s7, CONTEXT_S7(t3)
    sd    s8, CONTEXT_S8(t3)
    sd    s9, CONTEXT_S9(t3)
    sd    s10, CONTEXT_S10(t3)
    sd    s11, CONTEXT_S11(t3)
    sd    t6, CONTEXT_T6(t3)
    ld    t0, HART_T3(tp)
    ld    t1, HART_T4(tp)
    ld    t2, HART_T5(tp)
    sd    t0, CONTEXT_T3(t3)
    sd    t1, CONTEXT_T4(t3)
    sd    t2, CONTEXT_T5(t3)
    csrrw t0, sscratch, zero
    sd    t0, CONTEXT_TP(t3)
    csrr  t1, sepc
    sd    t1, CONTEXT_PC(t3)
    lw    t1, CONTEXT_FLAGS(t3)
    ori   t1, t1, CONTEXT_FULL
    sw    t1, CONTEXT_FLAGS(t3)
    ld    sp, HART_KERNEL_SP(tp)
    li    t1, SSTATUS_SUM_MXR
    csrc  sstatus, t1
    csrr  t1, sstatus
    li    t2, SSTATUS_FS
    and   t1, t1, t2
    bne   t1, t2, 1f
    mv    a0, t3
    call  RiscvSaveFloats
1:  csrr  a0, scause
    csrr  a1, stval
    call  RiscvTrapFromUser        // The context to enter, or null: back to the executor.
    bnez  a0, EnterContext
    // Falls through.

// Back to RunUser's caller.
LeaveRunUser:
    ld    sp, HART_KERNEL_SP(tp)
    ld    ra, 0(sp)
    ld    s0, 8(sp)
    ld    s1, 16(sp)
    ld    s2, 24(sp)
    ld    s3, 32(sp)
    ld    s4, 40(sp)
    ld    s5, 48(sp)
    ld    s6, 56(sp)
    ld    s7, 64(sp)
    ld    s8, 72(sp)
    ld    s9, 80(sp)
    ld    s10, 88(sp)
    ld    s11, 96(sp)
    addi  sp, sp, 112
    ret

// ---------------------------------------------------------------------------------------------
// void RiscvRunUser(UserContext*): returns when SuspendCurrent or RiscvTrapFromUser answer null.
// sstatus.{SPP, SPIE, FS} and the address space are the caller's business.
.global RiscvRunUser
.type RiscvRunUser, @function
RiscvRunUser:
    addi  sp, sp, -112
    sd    ra, 0(sp)
    sd    s0, 8(sp)
    sd    s1, 16(sp)
    sd    s2, 24(sp)
    sd    s3, 32(sp)
    sd    s4, 40(sp)
    sd    s5, 48(sp)
    sd    s6, 56(sp)
    sd    s7, 64(sp)
    sd    s8, 72(sp)
    sd    s9, 80(sp)
    sd    s10, 88(sp)
    sd    s11, 96(sp)
    sd    sp, HART_KERNEL_SP(tp)
    // Falls through.

// Enters user mode with context a0, which HART_CONTEXT already names.
EnterContext:
    ld    t0, CONTEXT_PC(a0)
    csrw  sepc, t0
    lw    t1, CONTEXT_FLAGS(a0)
    andi  t2, t1, CONTEXT_FULL | CONTEXT_WORDS
    ld    ra, CONTEXT_RA(a0)
    ld    sp, CONTEXT_SP(a0)
    ld    gp, CONTEXT_GP(a0)
    csrw  sscratch, tp             // From here on a trap counts as one from user mode.
    ld    tp, CONTEXT_TP(a0)
    ld    s0, CONTEXT_S0(a0)
    ld    s1, CONTEXT_S1(a0)
    ld    s2, CONTEXT_S2(a0)
    ld    s3, CONTEXT_S3(a0)
    ld    s4, CONTEXT_S4(a0)
    ld    s5, CONTEXT_S5(a0)
    ld    s6, CONTEXT_S6(a0)
    ld    s7, CONTEXT_S7(a0)
    ld    s8, CONTEXT_S8(a0)
    ld    s9, CONTEXT_S9(a0)
    ld    s10, CONTEXT_S10(a0)
    ld    s11, CONTEXT_S11(a0)
    bnez  t2, 1f
    // Back from a call: the result, and nothing of the kernel in what the caller may not keep.
    ld    a0, CONTEXT_A0(a0)
    li    t0, 0
    scrub_temporaries
    scrub_arguments
    sret
1:  andi  t1, t1, ~(CONTEXT_FULL | CONTEXT_WORDS)
    sw    t1, CONTEXT_FLAGS(a0)
    andi  t2, t2, CONTEXT_FULL
    bnez  t2, 2f
    // Back from one of the hand-off pair: the message, too.
    load_words a0
    ld    a0, CONTEXT_A0(a0)
    li    t0, 0
    scrub_but_t1
    sret
2:  ld    t0, CONTEXT_T0(a0)
    ld    t1, CONTEXT_T1(a0)
    ld    t2, CONTEXT_T2(a0)
    ld    t3, CONTEXT_T3(a0)
    ld    t4, CONTEXT_T4(a0)
    ld    t5, CONTEXT_T5(a0)
    ld    t6, CONTEXT_T6(a0)
    ld    a1, CONTEXT_A1(a0)
    ld    a2, CONTEXT_A2(a0)
    ld    a3, CONTEXT_A3(a0)
    ld    a4, CONTEXT_A4(a0)
    ld    a5, CONTEXT_A5(a0)
    ld    a6, CONTEXT_A6(a0)
    ld    a7, CONTEXT_A7(a0)
    ld    a0, CONTEXT_A0(a0)
    sret

// ---------------------------------------------------------------------------------------------
// A trap that interrupted the kernel. tp came out of sscratch as 0 and the kernel's tp is in there.
FromKernel:
    csrrw tp, sscratch, zero       // tp = the hart's block again, sscratch = 0 again.
    sd    t3, HART_T3(tp)
    sd    t4, HART_T4(tp)
    // Whoever reports a hang has taken the kernel's text away; this table still has it.
    ld    t3, HART_HANG_SATP(tp)
    beqz  t3, 1f
    csrw  satp, t3
    sfence.vma
1:
    // A stack that has run into its guard page cannot take the frame.
    ld    t3, HART_STACK_LIMIT(tp)
    addi  t4, sp, -FRAME_SIZE
    bltu  t4, t3, 2f
    sd    sp, (FRAME_SIZE * -1 + 16)(sp)
    mv    sp, t4
    j     3f
2:  ld    t3, HART_EMERGENCY_SP(tp)
    sd    sp, (FRAME_SIZE * -1 + 16)(t3)
    addi  sp, t3, -FRAME_SIZE
3:  ld    t3, HART_T3(tp)
    ld    t4, HART_T4(tp)
    save_all_but_sp
    csrr  t0, sepc
    sd    t0, FRAME_SEPC(sp)
    csrr  t1, sstatus
    sd    t1, FRAME_SSTATUS(sp)
    csrr  t2, scause
    sd    t2, FRAME_SCAUSE(sp)
    csrr  t3, stval
    sd    t3, FRAME_STVAL(sp)
    li    t4, SSTATUS_SUM_MXR
    csrc  sstatus, t4
    mv    a0, sp
    call  RiscvTrapFromKernel      // Returns for interrupts only.
    ld    t0, FRAME_SEPC(sp)
    csrw  sepc, t0
    ld    t1, FRAME_SSTATUS(sp)
    csrw  sstatus, t1
    .irp  n, 1,3,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    ld    x\n, \n*8(sp)
    .endr
    ld    sp, 16(sp)
    sret
