// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace sirocco::arch {

// Not inline: a compiler keeps the address of a thread_local across a suspension, and the coroutine
// may go on in another thread.
HartBlock& ThisHart();

/// Host threads that stand for harts have no interrupts: a signal never runs kernel code.
inline bool InterruptsMasked() { return true; }

inline void CallAside(void (*function)(void*, uint64_t), void* first, uint64_t second) {
  function(first, second);
}

}  // namespace sirocco::arch
