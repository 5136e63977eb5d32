// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// The hand-off pair's entries on the host: the fiber has left the words in its context, where the
// machine's trap.S puts them.

#include "kernel/syscall/table.h"

namespace sirocco {

extern "C" uint64_t SyscallChannelCallRegs(uint64_t handle);
extern "C" uint64_t SyscallChannelServe(uint64_t handle);

extern "C" uint64_t Thunk_channel_call_regs(uint64_t handle, uint64_t, uint64_t, uint64_t, uint64_t,
                                            uint64_t, uint64_t, uint64_t) {
  return SyscallChannelCallRegs(handle);
}

extern "C" uint64_t Thunk_channel_serve(uint64_t handle, uint64_t, uint64_t, uint64_t, uint64_t,
                                        uint64_t, uint64_t, uint64_t) {
  return SyscallChannelServe(handle);
}

}  // namespace sirocco
