// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/arch/riscv64/sbi.h"

namespace sirocco::arch::sbi {
namespace {

// Extension ids are their names in ASCII.
constexpr uint64_t kHsm = 0x48534d;
constexpr uint64_t kIpi = 0x735049;
constexpr uint64_t kRfence = 0x52464e43;
constexpr uint64_t kSrst = 0x53525354;

Answer Call(uint64_t extension, uint64_t function, uint64_t arg0, uint64_t arg1, uint64_t arg2,
            uint64_t arg3) {
  register uint64_t a0 asm("a0") = arg0;
  register uint64_t a1 asm("a1") = arg1;
  register uint64_t a2 asm("a2") = arg2;
  register uint64_t a3 asm("a3") = arg3;
  register uint64_t a6 asm("a6") = function;
  register uint64_t a7 asm("a7") = extension;
  asm volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a6), "r"(a7) : "memory");
  return {static_cast<int64_t>(a0), static_cast<int64_t>(a1)};
}

}  // namespace

Answer HartStart(uint64_t hart_id, uint64_t start) { return Call(kHsm, 0, hart_id, start, 0, 0); }

// A mask of one hart, based at that hart.
Answer SendIpi(uint64_t hart_id) { return Call(kIpi, 0, 1, hart_id, 0, 0); }

Answer RemoteFence(uint64_t hart_id) { return Call(kRfence, 1, 1, hart_id, 0, ~uint64_t{0}); }

Answer ShutDown() { return Call(kSrst, 0, 0, 0, 0, 0); }

}  // namespace sirocco::arch::sbi
