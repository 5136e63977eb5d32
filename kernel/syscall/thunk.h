// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/objects/process.h"
#include "kernel/objects/thread.h"
#include "kernel/sched/vcpu.h"
#include "kernel/syscall/context.h"

// What the generated thunks share: the short ways, in line.

namespace sirocco::syscall {

constexpr uint64_t ToResult(zx_status_t status) { return SyscallContext::ToResult(status); }

/// SyscallContext::Current() where a thread is known to call.
inline SyscallContext& CallersContext() {
  return static_cast<Thread*>(sched::Vcpu::Current()->user_data())->call_context();
}

inline HandleTable& Handles(SyscallContext& ctx) { return ctx.process().handles(); }

}  // namespace sirocco::syscall
