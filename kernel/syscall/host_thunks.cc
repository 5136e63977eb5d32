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

// What the machine's trap.S does with the words.
uint64_t Enter(HandOffNext next, const arch::UserContext& caller) {
  const auto word = static_cast<uintptr_t>(next);
  auto* const context = reinterpret_cast<arch::UserContext*>(word & ~arch::kSwitchDirectly);
  if ((word & arch::kSwitchDirectly) != 0) {
    RegisterMessage::From(caller).CopyTo(*context);
    context->set_result(0);
    static_cast<internal::SpinWord*>(arch::ThisHart().switch_lock)->Unlock();
  }
  return arch::UserFiber::EnterNext(context);
}

}  // namespace

extern "C" uint64_t Thunk_channel_call_regs(uint64_t handle, uint64_t, uint64_t, uint64_t, uint64_t,
                                            uint64_t, uint64_t, uint64_t) {
  const arch::UserContext& caller = sched::Vcpu::Current()->context();
  return Enter(SyscallChannelCallRegs(handle, arch::ReadUserFloats()), caller);
}

extern "C" uint64_t Thunk_channel_serve(uint64_t handle, uint64_t, uint64_t, uint64_t, uint64_t,
                                        uint64_t, uint64_t, uint64_t) {
  const arch::UserContext& caller = sched::Vcpu::Current()->context();
  auto* const serve =
      caller.word_arguments() == 0 ? &SyscallChannelServe : &SyscallChannelServeBuffers;
  return Enter(serve(handle, arch::ReadUserFloats()), caller);
}

}  // namespace sirocco
