// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Numbers that boot.S, the linker script's ASSERTs and C++ share. Integers only: the assembler
// reads it.

// The kernel's image is linked at its load address plus this.
#define IMAGE_OFFSET 0xffffffff00000000

// Stacks of the image: for each hart a guard page, its stack, a guard page, the emergency stack.
#define MAX_HARTS 8
#define STACK_SIZE 0x4000
#define EMERGENCY_STACK_SIZE 0x2000
#define GUARD_SIZE 0x1000
#define STACK_AREA_SIZE (GUARD_SIZE + STACK_SIZE + GUARD_SIZE + EMERGENCY_STACK_SIZE)

// Of RiscvHart, for a hart that starts: its size, the offsets of the stack's upper end and of the
// hart's number.
#define HART_SIZE 320
#define HART_STACK_TOP 192
#define HART_ID 208
