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

inline void CallAside(void (*function)(void*, uint64_t), void* first, uint64_t second) {
  register auto* to asm("t1") = function;
  register void* a0 asm("t2") = first;
  register uint64_t a1 asm("t3") = second;
  asm volatile("call t0, RiscvCallAside" : "+r"(to), "+r"(a0), "+r"(a1) : : "t0", "memory");
}

}  // namespace sirocco::arch
