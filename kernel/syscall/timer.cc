// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/timer.h"

#include <zircon/rights.h>
#include <zircon/syscalls/object.h>

#include "kernel/async/completion.h"
#include "kernel/async/executor.h"
#include "kernel/syscall/create.h"
#include "kernel/syscall/handlers.h"

namespace sirocco {

zx_status_t sys_timer_create(SyscallContext& ctx, uint32_t options, zx_clock_t clock_id,
                             UserOut<zx_handle_t> out) {
  if (options > ZX_TIMER_SLACK_LATE) return ZX_ERR_INVALID_ARGS;
  // The machine never sleeps: both clocks are one.
  if (clock_id != ZX_CLOCK_MONOTONIC && clock_id != ZX_CLOCK_BOOT) return ZX_ERR_INVALID_ARGS;
  return CreateHandle(ctx, out, ZX_DEFAULT_TIMER_RIGHTS,
                      [options] { return Timer::Create(options); });
}

zx_status_t sys_timer_set(SyscallContext&, Timer& handle, zx_instant_mono_t deadline,
                          zx_duration_mono_t slack) {
  if (slack < 0) return ZX_ERR_OUT_OF_RANGE;
  return handle.Set(Instant(deadline), Nanoseconds(slack));
}

zx_status_t sys_timer_cancel(SyscallContext&, Timer& handle) {
  handle.Cancel();
  return ZX_OK;
}

Task<zx_status_t> sys_nanosleep(SyscallContext& ctx, zx_instant_mono_t deadline) {
  if (Instant(deadline) <= async::CurrentExecutor().timers().Now()) {
    async::YieldOp yield;
    auto yielded = co_await yield;
    co_return yielded;
  }
  async::SleepOp sleep{Instant(deadline)};
  auto sleeping = ctx.Wait(sleep, Instant::Infinite(), ZX_THREAD_STATE_BLOCKED_SLEEPING);
  auto status = co_await sleeping;
  co_return status;
}

}  // namespace sirocco
