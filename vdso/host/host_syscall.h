// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>
#include <zircon/compiler.h>

// What the hosted kernel gives its programs instead of instructions.

__BEGIN_CDECLS

/// Does what an ecall does: the running program's fiber leaves, and comes back with the result.
uint64_t sirocco_host_syscall(uint64_t number, const uint64_t arguments[8]);

/// The counter that rdtime reads.
uint64_t sirocco_host_ticks(void);

__END_CDECLS
