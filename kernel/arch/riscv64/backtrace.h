// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace sirocco::arch {

/// Where a stack walk stands.
struct StackPlace {
  uint64_t pc;
  uint64_t sp;
  uint64_t frame_pointer;   // s0
  uint64_t return_address;  // ra, good while is_exact.
  bool is_exact = true;     // pc is where it stands; else where a call returns to.
};

/// The caller's place. Always inlined, so that it is the caller's.
[[gnu::always_inline]] inline StackPlace Here() {
  StackPlace place;
  place.is_exact = true;
  asm volatile("auipc %0, 0\n mv %1, sp\n mv %2, s0\n mv %3, ra"
               : "=&r"(place.pc), "=&r"(place.sp), "=&r"(place.frame_pointer),
                 "=&r"(place.return_address));
  return place;
}

/// Goes to the caller's frame, by the unwinding rules that were linked in: exact, and free while
/// nobody walks. False at assembly, at user mode, and where the stack makes no sense: the end.
bool StepOut(StackPlace& place);

}  // namespace sirocco::arch
