// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// tp is the hart's block wherever the kernel runs. At global scope, as compilers want it.
register ::sirocco::arch::HartBlock* sirocco_this_hart asm("tp");

namespace sirocco::arch {

inline HartBlock& ThisHart() { return *sirocco_this_hart; }

inline bool InterruptsMasked() {
  uint64_t status;
  asm volatile("csrr %0, sstatus" : "=r"(status));
  return (status & 2) == 0;  // SIE
}

}  // namespace sirocco::arch
