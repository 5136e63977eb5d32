// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/errors.h>
#include <zircon/types.h>

#include "kernel/base/way.h"
#include "kernel/objects/event.h"
#include "kernel/objects/handle.h"
#include "kernel/objects/handle_changes.h"
#include "kernel/objects/handle_table.h"
#include "kernel/syscall/channel_direct.h"
#include "kernel/syscall/context.h"
#include "kernel/syscall/thunk.h"

// Handlers of class `fast`, and of entry `inline`: few instructions, inlined into their thunks. One
// with a short way (kernel/base/way.h) is a template of it.

namespace sirocco {

inline zx_status_t sys_handle_check_valid(SyscallContext& ctx, HandleValue handle) {
  return syscall::Handles(ctx).IsValid(handle) ? ZX_OK : ZX_ERR_BAD_HANDLE;
}

inline zx_status_t sys_handle_close(SyscallContext& ctx, HandleValue handle) {
  return ctx.handles().Close(handle);
}

template <Way kWay>
zx_status_t sys_handle_duplicate(SyscallContext& ctx, HandleValue handle, zx_rights_t rights,
                                 UserOut<zx_handle_t> out) {
  TRY(const auto held, ctx.Hold<kWay>(out));
  TRY(const zx_handle_t copy, ctx.handles().Duplicate<kWay>(handle, rights));
  held.Store(copy);
  return ZX_OK;
}

template <Way kWay>
zx_status_t sys_event_create(SyscallContext& ctx, uint32_t, UserOut<zx_handle_t> out) {
  TRY(const auto held, ctx.Hold<kWay>(out));
  TRY(RefPtr<Event> event, Event::Create());
  Handle handle = Handle::OfNew(std::move(event), Side::kFirst, ZX_DEFAULT_EVENT_RIGHTS);
  TRY(const zx_handle_t value, ctx.handles().Install<kWay>(std::move(handle)));
  held.Store(value);
  return ZX_OK;
}

inline zx_status_t CheckUserSignals(const ObjectType& type, zx_signals_t changed) {
  // Who may change any may change ZX_USER_SIGNAL_7, which is the sign, and so bit 32: one look at
  // words as registers hold them tells both.
  const auto wanted = int64_t{static_cast<int32_t>(changed)} | int64_t{1} << 32;
  if ((wanted & ~int64_t{static_cast<int32_t>(type.user_signals)}) == 0) [[likely]]
    return ZX_OK;
  return type.user_signals == 0 ? ZX_ERR_NOT_SUPPORTED : ZX_ERR_INVALID_ARGS;
}

inline zx_status_t sys_object_signal(SyscallContext&, const Found<KernelObject>& handle,
                                     uint32_t clear_mask, uint32_t set_mask) {
  TRY_STATUS(CheckUserSignals(handle.object.info(), clear_mask | set_mask));
  handle.object.UpdateSignals(handle.side, clear_mask, set_mask);
  return ZX_OK;
}

/// zx_object_wait_one when there is nothing yet.
uint64_t WaitForSignal(SyscallContext& ctx, const Found<KernelObject>& handle, zx_signals_t signals,
                       zx_instant_mono_t deadline, UserOut<zx_signals_t> observed);

inline uint64_t sys_object_wait_one(SyscallContext& ctx, const Found<KernelObject>& handle,
                                    zx_signals_t signals, zx_instant_mono_t deadline,
                                    UserOut<zx_signals_t> observed) {
  const zx_signals_t now = handle.object.signals(handle.side);
  if ((now & signals) == 0) {  // What cannot be waited for never has any.
    return WaitForSignal(ctx, handle, signals, deadline, observed);
  }
  return syscall::ToResult(ctx.Store(observed, now));
}

namespace syscall {
/// The sum as 32-bit registers have it: users may overflow it.
template <typename... Words>
constexpr zx_status_t Sum(Words... words) {
  return static_cast<zx_status_t>((0u + ... + static_cast<uint32_t>(words)));
}
}  // namespace syscall

#define SYSCALL_TEST(count)                                                             \
  inline constexpr auto sys_syscall_test_##count = [](SyscallContext&, auto... words) { \
    static_assert(sizeof...(words) == (count));                                         \
    return syscall::Sum(words...);                                                      \
  }
SYSCALL_TEST(0);
SYSCALL_TEST(1);
SYSCALL_TEST(2);
SYSCALL_TEST(3);
SYSCALL_TEST(4);
SYSCALL_TEST(5);
SYSCALL_TEST(6);
SYSCALL_TEST(7);
SYSCALL_TEST(8);
#undef SYSCALL_TEST

}  // namespace sirocco
