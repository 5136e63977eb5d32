// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstdint>

#include "kernel/arch/hart.h"
#include "kernel/arch/switch_user.h"
#include "kernel/arch/user.h"
#include "kernel/sched/vcpu.h"
#include "kernel/sync/spin_lock.h"
#include "kernel/syscall/context.h"

namespace sirocco {

class ParkedThread;

/// What the hart does after a call of the hand-off pair; the call's results are in the context. 0:
/// the executor goes on. Else the address of the context to enter. A word, so that GCC makes jumps
/// of last calls.
enum class HandOffNext : uintptr_t {};

inline HandOffNext EnterNext(const arch::UserContext* context) {
  return static_cast<HandOffNext>(reinterpret_cast<uintptr_t>(context));
}

/// The call has ended with `result`, or is kEntryPending.
inline HandOffNext EndWith(SyscallContext& ctx, uint64_t result) {
  if (result == kEntryPending)
    return EnterNext(sched::Vcpu::SuspendCurrent(arch::ReadUserFloats()));
  arch::UserContext& context = ctx.vcpu().context();
  context.set_result(result);
  return EnterNext(&context);
}
inline HandOffNext EndWith(SyscallContext& ctx, zx_status_t status) {
  return EndWith(ctx, SyscallContext::ToResult(status));
}
/// Its thread is parked, and may run elsewhere already.
inline HandOffNext EndParked() { return EnterNext(sched::Vcpu::EnterNext()); }

/// The entries. The caller's words, if their size is not 0, and what of its registers outlives the
/// call, are saved in its context.
extern "C" HandOffNext SyscallChannelCallRegs(uint64_t handle, arch::UserFloats floats);
extern "C" HandOffNext SyscallChannelServe(uint64_t handle, arch::UserFloats floats);
/// The second with a zx_channel_serve_args_t.
extern "C" HandOffNext SyscallChannelServeBuffers(uint64_t handle, arch::UserFloats floats);
/// The first two with the words in registers still (the machine only: channel_live.cc), the floats
/// not in use, and no zx_channel_serve_args_t; and what is left of them when the switch takes more
/// than the common steps, the words saved.
extern "C" HandOffNext SyscallChannelCallRegsLive(uint64_t handle);
extern "C" HandOffNext SyscallChannelServeLive(uint64_t handle);
extern "C" HandOffNext SyscallFinishHandOver(ParkedThread* self);

}  // namespace sirocco
