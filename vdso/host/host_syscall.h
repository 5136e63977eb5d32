// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>
#include <zircon/compiler.h>

// What the hosted kernel gives its programs instead of instructions.

__BEGIN_CDECLS

/// Does what an ecall does: the running program's fiber leaves, and comes back with the result.
uint64_t sirocco_host_syscall(uint64_t number, const uint64_t arguments[8]);

/// The same for the hand-off pair. a1-a7 are `words`, t1 is `*size_bytes`; both come back changed.
/// t2 is `arguments`.
uint64_t sirocco_host_syscall_words(uint64_t number, uint64_t handle, uint64_t words[7],
                                    uint64_t* size_bytes, uint64_t arguments);

/// The counter that rdtime reads.
uint64_t sirocco_host_ticks(void);

__END_CDECLS
