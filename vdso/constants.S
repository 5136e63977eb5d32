// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Room for what the kernel writes into the image before the first process; read-only for all.
#include "vdso/constants_layout.h"

.section .rodata.vdso_constants, "a", @progbits
.balign 64
.global vdso_constants
.hidden vdso_constants
.type vdso_constants, @object
vdso_constants:
    .space CONSTANTS_SIZE
.size vdso_constants, . - vdso_constants

.section .note.GNU-stack, "", @progbits
