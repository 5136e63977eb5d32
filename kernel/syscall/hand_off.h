// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstdint>

#include "kernel/arch/switch_user.h"
#include "kernel/arch/user.h"
#include "kernel/sched/vcpu.h"
#include "kernel/sync/spin_lock.h"
#include "kernel/syscall/context.h"

namespace sirocco {

/// What the hart does after a call of the hand-off pair; the call's results are in the context.
struct HandOffNext {
  /// Whom to enter; null: the executor goes on.
  arch::UserContext* context;
  /// Not null: a direct switch. The caller's words and their size are those of `context`, and are
  /// taken over before this lock, which is held, is released. All else is ZX_OK and zero.
  internal::SpinWord* lock;
};

/// The call has ended with `result`, or is kEntryPending.
inline HandOffNext EndWith(SyscallContext& ctx, uint64_t result) {
  if (result == kEntryPending)
    return {sched::Vcpu::SuspendCurrent(arch::ReadUserFloats()), nullptr};
  arch::UserContext& context = ctx.vcpu().context();
  context.set_result(result);
  return {&context, nullptr};
}
inline HandOffNext EndWith(SyscallContext& ctx, zx_status_t status) {
  return EndWith(ctx, SyscallContext::ToResult(status));
}
/// Its thread is parked, and may run elsewhere already.
inline HandOffNext EndParked() { return {sched::Vcpu::EnterNext(), nullptr}; }

/// The entries. The caller's words, if their size is not 0, and what of its registers outlives the
/// call, are saved in its context.
extern "C" HandOffNext SyscallChannelCallRegs(uint64_t handle, arch::UserFloats floats);
extern "C" HandOffNext SyscallChannelServe(uint64_t handle, arch::UserFloats floats);
/// The second with a zx_channel_serve_args_t.
extern "C" HandOffNext SyscallChannelServeBuffers(uint64_t handle, arch::UserFloats floats);

}  // namespace sirocco
