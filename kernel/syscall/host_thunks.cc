// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// The hand-off pair's entries on the host: the fiber has left the words in its context, where the
// machine's trap.S puts them.

#include "kernel/arch/hart.h"
#include "kernel/arch/host/user_fiber.h"
#include "kernel/objects/message.h"
#include "kernel/sched/vcpu.h"
#include "kernel/sync/spin_lock.h"
#include "kernel/syscall/hand_off.h"
#include "kernel/syscall/table.h"

namespace sirocco {

namespace {

uint64_t Enter(HandOffNext next) {
  return arch::UserFiber::EnterNext(reinterpret_cast<arch::UserContext*>(next));
}

}  // namespace

extern "C" uint64_t Thunk_channel_call_regs(uint64_t handle, uint64_t, uint64_t, uint64_t, uint64_t,
                                            uint64_t, uint64_t, uint64_t) {
  return Enter(SyscallChannelCallRegs(handle, arch::ReadUserFloats()));
}

extern "C" uint64_t Thunk_channel_serve(uint64_t handle, uint64_t, uint64_t, uint64_t, uint64_t,
                                        uint64_t, uint64_t, uint64_t) {
  const arch::UserContext& caller = sched::Vcpu::Current()->context();
  auto* const serve =
      caller.word_arguments() == 0 ? &SyscallChannelServe : &SyscallChannelServeBuffers;
  return Enter(serve(handle, arch::ReadUserFloats()));
}

}  // namespace sirocco
