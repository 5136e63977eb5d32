// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// First steps of a hart, with the MMU off, and the trap vector of early boot.
//
// A hart enters its virtual addresses without an identity map: stvec names the next instruction by
// its virtual address, and the fetch that fails after satp is written goes there.

#include "kernel/arch/riscv64/boot_layout.h"
#include "kernel/arch/riscv64/trap_layout.h"

.option norelax
.section .text.entry, "ax"

// Switches to satp value \satp and goes on at the next instruction's virtual address.
.macro enter_virtual satp
    li    t0, IMAGE_OFFSET
    lla   t1, 10f
    add   t1, t1, t0
    csrw  stvec, t1
    sfence.vma
    csrw  satp, \satp
.balign 4
10: sfence.vma
.endm

// The firmware enters here: a0 = hart id, a1 = physical address of the device tree. QEMU starts at
// the image's lowest address, so this is the first thing in it.
//
// Every hart enters here, the first one boots. OpenSBI marks a hart as to be started before it
// notes where: one that looks in between comes to this address whatever was asked for.
.global _start
.type _start, @function
_start:
    csrw  sie, zero
    csrci sstatus, 2               // SIE
    lla   t0, is_booting
    li    t1, 1
    amoswap.w t1, t1, (t0)
    bnez  t1, StartHart
    mv    s0, a0
    mv    s1, a1
    lla   t0, __bss_start
    lla   t1, __bss_end
1:  sd    zero, 0(t0)
    sd    zero, 8(t0)
    sd    zero, 16(t0)
    sd    zero, 24(t0)
    addi  t0, t0, 32
    bltu  t0, t1, 1b
    lla   sp, boot_stacks + GUARD_SIZE + STACK_SIZE
    call  RiscvBuildFirstTable     // Returns the value for satp.
    enter_virtual a0
    lla   sp, boot_stacks + GUARD_SIZE + STACK_SIZE
    lla   tp, riscv_harts
    lla   t0, boot_stacks + STACK_AREA_SIZE
    sd    t0, HART_EMERGENCY_SP(tp)
    csrw  sscratch, zero
    lla   t0, EarlyTrap
    csrw  stvec, t0
    mv    a0, s0
    mv    a1, s1
    li    ra, 0                    // Where a backtrace ends.
    tail  RiscvBootMain

// The others, started by SBI HSM: a0 = hart id, by which each finds its block.
StartHart:
    lla   s0, riscv_harts
    lla   t0, riscv_harts + HART_SIZE * MAX_HARTS
    li    t1, HART_SIZE
1:  ld    t2, HART_ID(s0)
    beq   t2, a0, 2f
    add   s0, s0, t1
    bltu  s0, t0, 1b
3:  wfi                            // Nobody asked for this one.
    j     3b
2:  lla   t0, riscv_kernel_satp
    ld    t2, 0(t0)
    enter_virtual t2
    li    t0, IMAGE_OFFSET
    add   tp, s0, t0
    ld    sp, HART_STACK_TOP(tp)
    csrw  sscratch, zero
    lla   t0, EarlyTrap
    csrw  stvec, t0
    mv    a0, tp
    li    ra, 0
    tail  RiscvHartMain

// Traps of a hart that has not yet installed TrapEntry: never an interrupt, always the end. Builds
// the frame of a trap from the kernel on the emergency stack.
.balign 4
EarlyTrap:
    csrw  sscratch, t0
    ld    t0, HART_EMERGENCY_SP(tp)
    addi  t0, t0, -FRAME_SIZE
    sd    sp, 16(t0)
    mv    sp, t0
    csrr  t0, sscratch
    save_all_but_sp
    csrw  sscratch, zero
    csrr  t0, sepc
    sd    t0, FRAME_SEPC(sp)
    csrr  t0, sstatus
    sd    t0, FRAME_SSTATUS(sp)
    csrr  t0, scause
    sd    t0, FRAME_SCAUSE(sp)
    csrr  t0, stval
    sd    t0, FRAME_STVAL(sp)
    mv    a0, sp
    tail  RiscvKernelTrap

// Not in .bss, which the first hart clears.
.section .data
.balign 4
is_booting:
    .word 0

// Zeroed by nobody: contents do not matter. Guards are not mapped.
.section .noinit, "aw", @nobits
.balign 4096
.global boot_stacks
boot_stacks:
    .zero STACK_AREA_SIZE * MAX_HARTS
