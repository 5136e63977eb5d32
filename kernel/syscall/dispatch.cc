// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// The host's door: the machine's is trap.S, which jumps through the table of doors.

#include "kernel/arch/upcalls.h"
#include "kernel/base/kassert.h"
#include "kernel/syscall/table.h"

namespace sirocco::syscall {

uint64_t Dispatch(uint64_t number, const uint64_t a[8]) {
  // Stubs and kernel are made from one table.
  PANIC_UNLESS(number != 0 && number < kTableSize);
  return kTable[number].thunk(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
}

}  // namespace sirocco::syscall
