// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/arch/upcalls.h"
#include "kernel/base/kassert.h"

namespace sirocco::syscall {

// Weak: a test whose programs make calls links the real one.
[[gnu::weak]] uint64_t Dispatch(uint64_t, const uint64_t*) { PANIC("a call in a test without"); }

}  // namespace sirocco::syscall
