// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernel/arch/user.h"

namespace sirocco::arch {

/// The words of a message in the registers in which one call of the hand-off pair brings them and
/// the other takes them: a1-a7, and their size in t1. For a function that is compiled with these
/// registers fixed, calls nothing, and leaves by a jump to one of the functions below.
class LiveWords {
 public:
  /// Their size, less `bytes`.
  template <uint32_t bytes>
  uint64_t SizeBeyond() const {
    uint64_t size;
    asm volatile("addi %0, t1, %1" : "=r"(size) : "i"(-int64_t{bytes}));
    return size;
  }
  /// Whether that is the lower half of word 0.
  bool HasLowWord(uint32_t value) const {
    int64_t word;
    asm volatile("sext.w %0, a1" : "=r"(word));
    return word == static_cast<int32_t>(value);
  }
  void set_low_word(uint32_t value) {
    asm volatile(
        "srli a1, a1, 32\n\t"
        "slli a1, a1, 32\n\t"
        "add.uw a1, %0, a1"
        :
        : "r"(value));
  }
};

/// Each in trap.S, near enough that the linker makes one instruction of the jump: the two that the
/// compiler writes would change t1. What they say is whom the hart enters, as the handlers that
/// they go on to do.
extern "C" uintptr_t RiscvSwitchDirectly(UserContext& context);
extern "C" uintptr_t RiscvSaveWordsAndCall(uint64_t handle);
extern "C" uintptr_t RiscvSaveWordsAndServe(uint64_t handle);
extern "C" uintptr_t RiscvSaveWordsAndFinish(uint64_t parked_thread);

}  // namespace sirocco::arch
