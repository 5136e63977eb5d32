// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/errors.h>
#include <zircon/rights.h>
#include <zircon/syscalls/port.h>
#include <zircon/types.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "kernel/base/way.h"
#include "kernel/objects/channel.h"
#include "kernel/objects/event.h"
#include "kernel/objects/handle.h"
#include "kernel/objects/handle_changes.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/message.h"
#include "kernel/objects/parked_thread.h"
#include "kernel/objects/port.h"
#include "kernel/objects/timer.h"
#include "kernel/sched/executor.h"
#include "kernel/sched/timers.h"
#include "kernel/sched/vcpu_hand_over.h"
#include "kernel/syscall/channel_direct.h"
#include "kernel/syscall/context.h"
#include "kernel/syscall/create.h"
#include "kernel/syscall/thunk.h"

// Handlers of class `fast`, of entry `inline`, and the short ways of others (kernel/base/way.h):
// few instructions, inlined into their thunks.

namespace sirocco {

inline zx_status_t sys_handle_check_valid(SyscallContext& ctx, HandleValue handle) {
  return syscall::Handles(ctx).IsValid(handle) ? ZX_OK : ZX_ERR_BAD_HANDLE;
}

inline zx_status_t sys_handle_close(SyscallContext& ctx, HandleValue handle) {
  return ctx.handles().Close(handle);
}

template <Way kWay>
zx_status_t DuplicateHandle(SyscallContext& ctx, HandleValue handle, zx_rights_t rights,
                            UserOut<zx_handle_t> out) {
  TRY(const auto held, ctx.Hold<kWay>(out));
  TRY(const zx_handle_t copy, ctx.handles().Duplicate<kWay>(handle, rights));
  held.Store(copy);
  return ZX_OK;
}

inline zx_status_t sys_handle_duplicate(SyscallContext& ctx, HandleValue handle, zx_rights_t rights,
                                        UserOut<zx_handle_t> out) {
  return DuplicateHandle<Way::kLong>(ctx, handle, rights, out);
}
uint64_t short_handle_duplicate(SyscallContext& ctx, HandleValue handle, zx_rights_t rights,
                                UserOut<zx_handle_t> out, auto otherwise) {
  const zx_status_t status = DuplicateHandle<Way::kShort>(ctx, handle, rights, out);
  return status == kStatusLongWay ? otherwise() : syscall::ToResult(status);
}

template <Way kWay>
zx_status_t CreateEvent(SyscallContext& ctx, UserOut<zx_handle_t> out) {
  TRY(const auto held, ctx.Hold<kWay>(out));
  TRY(RefPtr<Event> event, Event::Create());
  Handle handle = Handle::OfNew(std::move(event), Side::kFirst, ZX_DEFAULT_EVENT_RIGHTS);
  TRY(const zx_handle_t value, ctx.handles().Install<kWay>(std::move(handle)));
  held.Store(value);
  return ZX_OK;
}

inline zx_status_t sys_event_create(SyscallContext& ctx, uint32_t, UserOut<zx_handle_t> out) {
  return CreateEvent<Way::kLong>(ctx, out);
}
uint64_t short_event_create(SyscallContext& ctx, uint32_t, UserOut<zx_handle_t> out,
                            auto otherwise) {
  const zx_status_t status = CreateEvent<Way::kShort>(ctx, out);
  return status == kStatusLongWay ? otherwise() : syscall::ToResult(status);
}

uint64_t short_channel_create(SyscallContext& ctx, uint32_t, UserOut<zx_handle_t> out0,
                              UserOut<zx_handle_t> out1, auto otherwise) {
  const zx_status_t status =
      CreatePair<Way::kShort>(ctx, out0, out1, ZX_DEFAULT_CHANNEL_RIGHTS, &Channel::Create);
  return status == kStatusLongWay ? otherwise() : syscall::ToResult(status);
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

/// Of a thread that is parked while it is to die.
uint64_t EndDying(ParkedThread& thread);
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

// --- Messages and packets: one that is short, there, and whole in known pages. ---

/// Copies a message to where there is room for it.
uint64_t FinishRead(Message* message, std::byte* bytes, std::byte* actual_bytes,
                    std::byte* actual_handles);
uint64_t WriteShort(SyscallContext& ctx, Channel& channel, Side side, const std::byte* bytes,
                    size_t size_bytes);

uint64_t short_channel_read(SyscallContext& ctx, const Found<Channel>& handle, uint32_t,
                            UserOut<void> bytes, UserOut<zx_handle_t>, uint32_t num_bytes, uint32_t,
                            UserOut<uint32_t> actual_bytes, UserOut<uint32_t> actual_handles,
                            auto otherwise) {
  std::byte* const place = ctx.FindWhole<Way::kShort>(bytes.address(), 1, arch::Access::kWrite);
  std::byte* byte_count;
  std::byte* handle_count;
  if (place == nullptr || !ctx.FindOptional<Way::kShort>(actual_bytes, &byte_count) ||
      !ctx.FindOptional<Way::kShort>(actual_handles, &handle_count)) [[unlikely]] {
    return otherwise();
  }
  const uint64_t in_page = kPageSize - (bytes.address() & (kPageSize - 1));
  const auto room = static_cast<uint32_t>(std::min<uint64_t>(num_bytes, in_page));
  // The places were found before the message is taken: one look into the queue does.
  Message* const message = handle.object.TakeShort(handle.side, room);
  if (message == nullptr) [[unlikely]]
    return otherwise();
  return FinishRead(message, place, byte_count, handle_count);
}

uint64_t short_channel_write(SyscallContext& ctx, const Found<Channel>& handle, uint32_t,
                             UserPtr<const void> bytes, uint32_t num_bytes,
                             UserPtr<const zx_handle_t>, uint32_t num_handles, auto otherwise) {
  if (num_handles != 0 || num_bytes > kMaxShortBytes) [[unlikely]]
    return otherwise();
  const std::byte* const whole =
      ctx.FindWhole<Way::kShort>(bytes.address(), num_bytes, arch::Access::kRead);
  if (whole == nullptr) [[unlikely]]
    return otherwise();
  return WriteShort(ctx, handle.object, handle.side, whole, num_bytes);
}

uint64_t FinishTake(Port& port, PortPacket& taken, std::byte* place);
bool GivePacket(ParkedThread& thread, Port& port, PortPacket* packet);
uint64_t QueueShort(SyscallContext& ctx, Port& port, const std::byte* content);

uint64_t short_port_wait(SyscallContext& ctx, const FoundWaited<Port>& handle,
                         zx_instant_mono_t deadline, UserOut<zx_port_packet_t> packet,
                         auto otherwise) {
  std::byte* const place =
      ctx.FindWhole<Way::kShort>(packet.address(), sizeof(zx_port_packet_t), arch::Access::kWrite);
  if (place == nullptr) [[unlikely]]
    return otherwise();
  PortPacket* taken;
  if (deadline != ZX_TIME_INFINITE) {
    taken = handle.object->TryTake();
    return taken == nullptr ? otherwise() : FinishTake(*handle.object, *taken, place);
  }
  ParkedThread& thread = ctx.thread().parked();
  switch (handle.object->TakeOrPark(
      {thread, handle.slot(), &GivePacket, packet.address()}, [&] { return handle.is_live(); },
      &taken)) {
    case Port::Taking::kTaken:
      return FinishTake(*handle.object, *taken, place);
    case Port::Taking::kParked:
      return thread.is_dying() ? EndDying(thread) : kEntryPending;
    case Port::Taking::kNeither:
      break;
  }
  return otherwise();
}

uint64_t short_port_queue(SyscallContext& ctx, Port& handle, UserPtr<const zx_port_packet_t> packet,
                          auto otherwise) {
  const std::byte* const content =
      ctx.FindWhole<Way::kShort>(packet.address(), sizeof(zx_port_packet_t), arch::Access::kRead);
  if (content == nullptr) [[unlikely]]
    return otherwise();
  return QueueShort(ctx, handle, content);
}

uint64_t short_timer_set(SyscallContext&, Timer& handle, zx_instant_mono_t deadline,
                         zx_duration_mono_t slack, auto otherwise) {
  sched::HartTimers& timers = sched::HartExecutor::Current().hart_timers();
  if (slack != 0 || !handle.TrySet(Instant(deadline), timers)) [[unlikely]]
    return otherwise();
  return syscall::ToResult(ZX_OK);
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

inline uint64_t sys_thread_legacy_yield(SyscallContext& ctx, uint32_t) {
  return ctx.vcpu().Yield(ZX_OK) ? kEntryPending : ZX_OK;
}

}  // namespace sirocco
