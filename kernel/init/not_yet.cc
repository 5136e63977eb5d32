// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Stands in for rooms that are not linked yet; goes with the first that is.

#include "kernel/arch/upcalls.h"
#include "kernel/base/kassert.h"

namespace sirocco {
namespace sched {
void OnTimerInterrupt() {}
void OnIpi() {}
arch::UserContext* SuspendCurrent() { PANIC("no users yet"); }
arch::UserContext* OnUserInterrupt() { PANIC("no users yet"); }
arch::UserContext* OnUserTrap(const arch::UserTrap&) { PANIC("no users yet"); }
}  // namespace sched
}  // namespace sirocco

extern "C" {
void SyscallChannelCallRegs() { PANIC("no calls yet"); }
void SyscallChannelServe() { PANIC("no calls yet"); }
}
