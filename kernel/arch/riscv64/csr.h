// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace sirocco::arch {

// One inline function a register and access. **Source** RISC-V Privileged 1.12, chapter 4, and
// Sstc 1.0 for stimecmp, which the assembler only knows by number.

#define SIROCCO_CSR_READ(name)                     \
  inline uint64_t Read_##name() {                  \
    uint64_t value;                                \
    asm volatile("csrr %0, " #name : "=r"(value)); \
    return value;                                  \
  }
#define SIROCCO_CSR_WRITE(name)                                 \
  inline void Write_##name(uint64_t value) {                    \
    asm volatile("csrw " #name ", %0" ::"r"(value) : "memory"); \
  }
#define SIROCCO_CSR_BITS(name)                                 \
  inline void Set_##name(uint64_t bits) {                      \
    asm volatile("csrs " #name ", %0" ::"r"(bits) : "memory"); \
  }                                                            \
  inline void Clear_##name(uint64_t bits) {                    \
    asm volatile("csrc " #name ", %0" ::"r"(bits) : "memory"); \
  }

SIROCCO_CSR_READ(sstatus)
SIROCCO_CSR_BITS(sstatus)
SIROCCO_CSR_READ(sip)
SIROCCO_CSR_BITS(sip)
SIROCCO_CSR_READ(sie)
SIROCCO_CSR_WRITE(sie)
SIROCCO_CSR_BITS(sie)
SIROCCO_CSR_READ(satp)
SIROCCO_CSR_WRITE(satp)
SIROCCO_CSR_WRITE(stvec)
SIROCCO_CSR_WRITE(scounteren)

#undef SIROCCO_CSR_READ
#undef SIROCCO_CSR_WRITE
#undef SIROCCO_CSR_BITS

inline uint64_t Read_stimecmp() {
  uint64_t value;
  asm volatile("csrr %0, 0x14d" : "=r"(value));
  return value;
}
inline void Write_stimecmp(uint64_t ticks) { asm volatile("csrw 0x14d, %0" ::"r"(ticks)); }

// sstatus
inline constexpr uint64_t kStatusSie = 1 << 1;

// sie, sip, and the code of scause without its interrupt bit.
inline constexpr uint64_t kCauseSoftware = 1;
inline constexpr uint64_t kCauseTimer = 5;
inline constexpr uint64_t kCauseExternal = 9;
inline constexpr uint64_t kInterruptCause = uint64_t{1} << 63;
inline constexpr uint64_t kSoftwareInterrupt = 1 << kCauseSoftware;
inline constexpr uint64_t kTimerInterrupt = 1 << kCauseTimer;
inline constexpr uint64_t kExternalInterrupt = 1 << kCauseExternal;

// satp: Sv39 in the mode field, 4.1.11.
inline constexpr uint64_t kSatpSv39 = uint64_t{8} << 60;

inline void FenceAll() { asm volatile("sfence.vma" ::: "memory"); }
inline void WaitForInterruptInstruction() { asm volatile("wfi" ::: "memory"); }

}  // namespace sirocco::arch
