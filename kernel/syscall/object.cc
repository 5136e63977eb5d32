// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/port.h>
#include <zircon/types.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "kernel/async/timer.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/job.h"
#include "kernel/objects/parked_thread.h"
#include "kernel/objects/port_observer.h"
#include "kernel/objects/process.h"
#include "kernel/objects/thread.h"
#include "kernel/syscall/create.h"
#include "kernel/syscall/fast_calls.h"
#include "kernel/syscall/handle_ref.h"
#include "kernel/syscall/handlers.h"
#include "kernel/syscall/parked_call.h"
#include "kernel/syscall/thunk.h"
#include "kernel/syscall/wait_set.h"

namespace sirocco {

zx_status_t sys_object_signal_peer(SyscallContext&, Found<KernelObject> handle, uint32_t clear_mask,
                                   uint32_t set_mask) {
  if (!handle.object.info().is_peered) return ZX_ERR_NOT_SUPPORTED;
  TRY_STATUS(CheckUserSignals(handle.object.info(), clear_mask | set_mask));
  return handle.object.SignalEnd(Peer(handle.side), clear_mask, set_mask);
}

namespace {

Task<zx_status_t> StoreObserved(SyscallContext& ctx, UserOut<zx_signals_t> to,
                                zx_signals_t observed, zx_status_t status) {
  auto stored = co_await ctx.StoreAsync(to, observed);
  co_return stored == ZX_OK ? status : stored;
}

uint64_t EndWait(SyscallContext& ctx, UserOut<zx_signals_t> to, zx_signals_t observed,
                 zx_status_t status) {
  const zx_status_t stored = ctx.Store(to, observed);
  if (stored == kStatusPageMissing) [[unlikely]]
    return ctx.StartCall(StoreObserved(ctx, to, observed, status));
  return syscall::ToResult(stored == ZX_OK ? status : stored);
}

class WaitOne {
 public:
  WaitOne(HandleRef<KernelObject> handle, zx_signals_t signals, UserOut<zx_signals_t> observed)
      : handle_(std::move(handle)), observed_(observed), wait_(*handle_, signals, handle_.slot()) {}

  KernelObject::SignalWait& operation() { return wait_; }
  uint64_t End(SyscallContext& ctx) {
    return EndWait(ctx, observed_, wait_.observed(), wait_.status());
  }

 private:
  const HandleRef<KernelObject> handle_;
  const UserOut<zx_signals_t> observed_;
  KernelObject::SignalWait wait_;
};

// What a thread has that was parked, and whose program's page was not there for the signals.
class LateSignals {
 public:
  LateSignals(zx_status_t status, zx_signals_t observed, UserOut<zx_signals_t> to)
      : status_(status), observed_(observed), to_(to) {}
  uint64_t End(SyscallContext& ctx) { return EndWait(ctx, to_, observed_, status_); }

 private:
  const zx_status_t status_;
  const zx_signals_t observed_;
  const UserOut<zx_signals_t> to_;
};

// SignalObserver::Notify of a parked thread.
bool GiveSignals(SignalObserver& observer, zx_status_t status, zx_signals_t observed) {
  auto& thread = static_cast<ParkedThread&>(observer);
  SyscallContext& ctx = SyscallContext::Of(thread.vcpu());
  const UserOut<zx_signals_t> to(thread.place());
  thread.Leave();
  std::byte* place;
  if (!ctx.FindOptional(to, &place)) [[unlikely]] {
    RestOfCall<LateSignals>::Deliver(ctx, status, observed, to);
    return false;
  }
  StoreOptional(place, observed);
  ctx.vcpu().FinishCall(syscall::ToResult(status));
  return false;
}

[[gnu::noinline]] uint64_t WaitForSignalSlowly(SyscallContext& ctx,
                                               const Found<KernelObject>& handle,
                                               zx_signals_t signals, zx_instant_mono_t deadline,
                                               UserOut<zx_signals_t> observed) {
  using syscall::ToResult;
  if (!handle.object.info().is_waitable) return ToResult(ZX_ERR_NOT_SUPPORTED);
  ParkedThread& thread = ctx.thread().parked();
  if (Instant(deadline).is_infinite() &&
      thread.WaitForSignals<Way::kLong>(handle.object, handle.slot, signals, &GiveSignals,
                                        observed.address())) {
    thread.CancelIfDying();
    return kEntryPending;
  }
  auto kept = Keep(handle);
  if (!kept.ok()) return ToResult(kept.status());
  return ParkedCall<WaitOne>::Start(ctx, Instant(deadline), std::move(kept).value(), signals,
                                    observed);
}

}  // namespace

[[gnu::cold]] uint64_t EndDying(ParkedThread& thread) {
  thread.Cancel();
  return kEntryPending;
}

uint64_t WaitForSignal(SyscallContext& ctx, const Found<KernelObject>& handle, zx_signals_t signals,
                       zx_instant_mono_t deadline, UserOut<zx_signals_t> observed) {
  ParkedThread& thread = ctx.thread().parked();
  if (deadline != ZX_TIME_INFINITE || !handle.object.info().is_waitable ||
      !thread.WaitForSignals<Way::kShort>(handle.object, handle.slot, signals, &GiveSignals,
                                          observed.address())) [[unlikely]] {
    return WaitForSignalSlowly(ctx, handle, signals, deadline, observed);
  }
  if (thread.is_dying()) [[unlikely]]
    return EndDying(thread);
  return kEntryPending;
}

Task<zx_status_t> sys_object_wait_many(SyscallContext& ctx, UserOut<zx_wait_item_t> items,
                                       size_t num_items, zx_instant_mono_t deadline) {
  if (num_items > ZX_WAIT_MANY_MAX_ITEMS) co_return ZX_ERR_OUT_OF_RANGE;
  if (num_items == 0) {
    async::SleepOp sleep{Instant(deadline)};
    auto sleeping = ctx.Wait(sleep, Instant::Infinite(), ZX_THREAD_STATE_BLOCKED_WAIT_MANY);
    auto slept = co_await sleeping;
    co_return slept == ZX_OK ? ZX_ERR_TIMED_OUT : slept;
  }
  CO_TRY(WaitSet set, WaitSet::Create(num_items));
  CO_TRY_STATUS(
      co_await ctx.CopyInAsync(UserPtr<const zx_wait_item_t>(items.address()), set.items()));
  CO_TRY_STATUS(set.Resolve(ctx.handles()));
  async::SelectAny first(set.operations());
  auto waiting = ctx.Wait(first, deadline, ZX_THREAD_STATE_BLOCKED_WAIT_MANY);
  auto result = co_await waiting;
  set.StorePending();
  const size_t size_bytes = num_items * sizeof(zx_wait_item_t);
  CO_TRY_STATUS(co_await ctx.PrepareOut(items.address(), size_bytes));
  CO_TRY(const HeldBytes out, ctx.HoldBytes(items.As<void>(), size_bytes));
  out.CopyFrom(std::as_bytes(set.items()));
  co_return result.status;
}

zx_status_t sys_object_wait_async(SyscallContext&, Found<KernelObject> handle, Port& port,
                                  uint64_t key, zx_signals_t signals, uint32_t options) {
  constexpr uint32_t kBothClocks = ZX_WAIT_ASYNC_TIMESTAMP | ZX_WAIT_ASYNC_BOOT_TIMESTAMP;
  if ((options & kBothClocks) == kBothClocks) return ZX_ERR_INVALID_ARGS;
  if (!handle.object.info().is_waitable) return ZX_ERR_NOT_SUPPORTED;
  return PortObserver::Register(port, handle.object, handle.slot, signals, key, options);
}

zx_status_t sys_object_get_child(SyscallContext& ctx, Found<KernelObject> handle, uint64_t koid,
                                 zx_rights_t rights, UserOut<zx_handle_t> out) {
  if (rights == ZX_RIGHT_SAME_RIGHTS) rights = handle.rights;
  if ((rights & ~handle.rights) != 0) return ZX_ERR_ACCESS_DENIED;
  return CreateHandle(ctx, out, rights, [&]() -> Result<RefPtr<KernelObject>> {
    RefPtr<KernelObject> child;
    switch (handle.object.type()) {
      case ZX_OBJ_TYPE_JOB:
        child = static_cast<Job&>(handle.object).FindChild(koid);
        break;
      case ZX_OBJ_TYPE_PROCESS:
        child = static_cast<Process&>(handle.object).FindThread(koid);
        break;
      default:
        return Error(ZX_ERR_WRONG_TYPE);
    }
    if (!child) return Error(ZX_ERR_NOT_FOUND);
    return child;
  });
}

zx_status_t sys_object_get_property(SyscallContext& ctx, Found<KernelObject> handle,
                                    uint32_t property, UserOut<void> value, size_t value_size) {
  if ((handle.rights & ZX_RIGHT_GET_PROPERTY) == 0) return ZX_ERR_ACCESS_DENIED;
  switch (property) {
    case ZX_PROP_NAME: {
      if (value_size < ZX_MAX_NAME_LEN) return ZX_ERR_BUFFER_TOO_SMALL;
      char name[ZX_MAX_NAME_LEN];
      TRY_STATUS(handle.object.GetName(name));
      TRY(const HeldBytes held, ctx.HoldBytes(value, sizeof(name)));
      held.CopyFrom(std::as_bytes(std::span(name)));
      return ZX_OK;
    }
    case ZX_PROP_PROCESS_VDSO_BASE_ADDRESS: {
      if (handle.object.type() != ZX_OBJ_TYPE_PROCESS) return ZX_ERR_WRONG_TYPE;
      if (value_size < sizeof(uintptr_t)) return ZX_ERR_BUFFER_TOO_SMALL;
      TRY(const auto held, ctx.Hold(UserOut<uintptr_t>(value.address())));
      held.Store(static_cast<Process&>(handle.object).space().vdso_base());
      return ZX_OK;
    }
    default:
      return ZX_ERR_NOT_SUPPORTED;
  }
}

zx_status_t sys_object_set_property(SyscallContext& ctx, Found<KernelObject> handle,
                                    uint32_t property, UserPtr<const void> value,
                                    size_t value_size) {
  if ((handle.rights & ZX_RIGHT_SET_PROPERTY) == 0) return ZX_ERR_ACCESS_DENIED;
  if (property != ZX_PROP_NAME) return ZX_ERR_NOT_SUPPORTED;
  char name[ZX_MAX_NAME_LEN] = {};
  const size_t size = std::min(value_size, sizeof(name) - 1);
  if (size != 0) {
    TRY_STATUS(ctx.CopyIn(value.As<const char>(), std::span(name, size)));
  }
  return handle.object.SetName(std::string_view(name));  // Up to a NUL.
}

}  // namespace sirocco
