// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Offset 0 of the image. a0: the bootstrap channel, a1: the vDSO's base; the stack is the kernel's
// choice (userboot_layout.h). Everything else is zero, gp and tp too: nothing here uses them.

    .section .text.start, "ax"
    .globl UserbootStart
UserbootStart:
    call    UserbootMain
    unimp
