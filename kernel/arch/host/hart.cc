// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/arch/hart.h"

#include <thread>

namespace sirocco::arch {

namespace {
thread_local HartBlock this_hart;
}  // namespace

// Not inline: a compiler keeps the address of a thread_local across a suspension, and the coroutine
// may go on in another thread.
HartBlock& ThisHart() { return this_hart; }

// Host threads that stand for harts have no interrupts: a signal never runs kernel code.
bool InterruptsMasked() { return true; }

void SpinRelax(uint32_t rounds) {
  if (rounds >= 64) std::this_thread::yield();
}

}  // namespace sirocco::arch
