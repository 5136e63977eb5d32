// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// From memory to memory: the reply in words, and the long way of both, for any size, at any place
// that is at hand, and with handles.
#include "kernel/syscall/channel_direct.h"

#include <sirocco/channel_handoff.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "kernel/base/atomic.h"
#include "kernel/objects/channel.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/parked_thread.h"
#include "kernel/objects/thread.h"
#include "kernel/sched/vcpu_hand_over.h"
#include "kernel/syscall/channel_io.h"
#include "kernel/syscall/context.h"
#include "kernel/syscall/discard.h"
#include "kernel/syscall/hand_off.h"
#include "kernel/syscall/handle_ref.h"
#include "kernel/syscall/handlers.h"
#include "kernel/syscall/parked_message.h"
#include "kernel/syscall/user_ptr.h"

namespace sirocco {

namespace {

// A few, one at a time: they may lie anywhere.
void CopyValues(std::byte* to, const std::byte* from, size_t count) {
  for (size_t i = 0; i < count * sizeof(zx_handle_t); i += sizeof(zx_handle_t)) {
    CopyWhole<zx_handle_t>(to + i, from + i);
  }
}

}  // namespace

// Handles on their way; none is made that is not there.
class HandOff::FewHandles {
 public:
  explicit FewHandles(uint32_t count) : count_(count) {
    std::uninitialized_default_construct_n(handles_, count);
  }
  FewHandles(const FewHandles&) = delete;
  FewHandles& operator=(const FewHandles&) = delete;
  ~FewHandles() { std::destroy_n(handles_, count_); }

  std::span<Handle> all() { return {handles_, count_}; }

 private:
  const uint32_t count_;
  union {
    Handle handles_[kMaxHandles];
  };
};

void HandOff::StoreWords(arch::UserContext& context, std::span<const std::byte> bytes,
                         zx_txid_t txid) {
  RegisterMessage message;
  message.size_bytes = static_cast<uint32_t>(bytes.size());
  std::ranges::copy(bytes, message.bytes().data());
  message.set_txid(txid);
  message.CopyTo(context);
}

bool HandOff::GiveHandles(SyscallContext& to, std::span<Handle> handles, std::byte* place) {
  auto slots = to.handles().Reserve(static_cast<uint32_t>(handles.size()));
  if (!slots.ok()) return false;
  zx_handle_t values[kMaxHandles];
  slots->Install(handles, values);
  CopyValues(place, reinterpret_cast<const std::byte*>(values), handles.size());
  return true;
}

uint64_t HandOff::CallWithHandles(SyscallContext& ctx, const Found<Channel>& handle,
                                  const zx_channel_call_args_t& call,
                                  std::span<const std::byte> bytes, const std::byte* values,
                                  const ParkedBuffers& buffers) {
  const uint32_t count = call.wr_num_handles;
  zx_handle_t names[kMaxHandles];
  CopyValues(reinterpret_cast<std::byte*>(names), values, count);
  FewHandles handles(count);
  const Content request = {bytes, handles.all()};
  zx_status_t status =
      MoveHandles(ctx, handle.object, handle.side, std::span(names).first(count), request.handles);
  if (status != ZX_OK) return SyscallContext::ToResult(status);
  if (TrySend(ctx, handle, request, buffers)) return kEntryPending;
  return SendMessage(ctx, handle, request, buffers);
}

[[gnu::noinline, gnu::cold]] uint64_t HandOff::SendMessage(SyscallContext& ctx,
                                                           const Found<Channel>& handle,
                                                           const Content& request,
                                                           const ParkedBuffers& buffers) {
  auto message = Message::Create(request.bytes, request.handles);
  if (!message.ok()) return SyscallContext::ToResult(message.status());
  return CallWith(ctx, handle, std::move(message).value(), buffers);
}

[[gnu::noinline, gnu::flatten]] uint64_t HandOff::CallWithHandle(uint64_t handle, uint64_t options,
                                                                 uint64_t deadline, uint64_t args,
                                                                 uint64_t actual_bytes,
                                                                 uint64_t actual_handles,
                                                                 LongWay* long_way) {
  const auto otherwise = [&] {
    return long_way(handle, options, deadline, args, actual_bytes, actual_handles);
  };
  SyscallContext& ctx = SyscallContext::Current();
  const auto found = ctx.handles().FindWaited<Channel>(static_cast<HandleValue>(handle), kRights);
  if (!found.is_found) [[unlikely]]
    return otherwise();
  return CallInWords<Load::kOneHandle>(ctx, found, UserPtr<const zx_channel_call_args_t>(args),
                                       UserOut<uint32_t>(actual_bytes),
                                       UserOut<uint32_t>(actual_handles), otherwise);
}

bool HandOff::TryReply(SyscallContext& ctx, HandleValue handle, const Content& reply,
                       const ParkedBuffers& buffers, HandOffNext* next) NO_THREAD_SAFETY_ANALYSIS {
  const auto found = ctx.handles().FindWaited<Channel>(handle, kRights);
  if (!found.is_found) return false;
  sched::Vcpu& self = ctx.vcpu();
  zx_txid_t txid;
  CopyWhole<zx_txid_t>(&txid, reply.bytes.data());
  Channel& channel = *found.object;
  if (!channel.lock_.TryLock()) return false;
  const auto [here, there] = channel.EndsLocked(found.side);
  ParkedThread* const peer = there.caller;
  ParkedPlaces places;
  if (peer == nullptr || peer->txid_ != txid || here.server != nullptr || !found.is_live() ||
      !here.queue.is_empty() || !self.MayHandOverTo(peer->vcpu()) ||
      (peer->has_buffers()
           ? !places.Find(*peer, reply.size())
           : reply.bytes.size() > RegisterMessage::kMaxBytes || !reply.handles.empty()) ||
      (!reply.handles.empty() &&
       !GiveHandles(SyscallContext::Of(peer->vcpu()), reply.handles, places.handles()))) {
    channel.lock_.Unlock();
    return false;
  }
  Channel::UnparkLocked(there.caller);
  if (peer->has_buffers()) {
    places.Store(reply.bytes, txid, reply.size().handles);
  } else {
    StoreWords(peer->context(), reply.bytes, txid);
  }
  peer->context().set_result(SyscallContext::ToResult(ZX_OK));
  ParkedThread& parked = ctx.thread().parked();
  parked.slot_ = found.slot();
  parked.buffers_ = buffers;
  StoreRelaxed(parked.object_, &channel);
  here.server = &parked;
  if (!self.HandOverTo(peer->vcpu())) [[unlikely]] {
    *next = FinishHandOver(channel, parked, *peer);
    return true;
  }
  channel.lock_.Unlock();
  *next = EnterNext(&peer->context());
  return true;
}

// The lock is released when our registers are saved; the analysis cannot follow it there.
bool HandOff::TrySend(SyscallContext& ctx, const Found<Channel>& handle, const Content& request,
                      const ParkedBuffers& buffers) NO_THREAD_SAFETY_ANALYSIS {
  Channel& channel = handle.object;
  if (!channel.lock_.TryLock()) return false;
  const auto [here, there] = channel.EndsLocked(handle.side);
  ParkedThread* const peer = there.server;
  const bool to_words =
      request.bytes.size() <= RegisterMessage::kMaxBytes && request.handles.empty();
  ParkedPlaces places;
  ParkedThread& parked = ctx.thread().parked();
  StoreRelaxed(parked.object_, &channel);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (!handle.slot.IsWaited() || !MaySend(ctx, here, peer) ||
      (!to_words && (!peer->has_buffers() || !places.Find(*peer, request.size()))) ||
      (!request.handles.empty() &&
       !GiveHandles(SyscallContext::Of(peer->vcpu()), request.handles, places.handles()))) {
    StoreRelaxed(parked.object_, nullptr);
    channel.lock_.Unlock();
    return false;
  }
  Channel::UnparkLocked(there.server);
  parked.txid_ = Channel::FreshTxid(here);
  arch::UserContext& context = peer->context();
  if (to_words) {
    StoreWords(context, request.bytes, parked.txid_);
  } else {
    places.Store(request.bytes, parked.txid_, request.size().handles);
    context.set_word_bytes(0);
  }
  context.set_result(SyscallContext::ToResult(ZX_OK));
  parked.slot_ = handle.slot;
  parked.buffers_ = buffers;
  here.caller = &parked;
  ctx.vcpu().HandOverAfterwards(peer->vcpu(), channel.lock_.HandOut());
  return true;
}

bool HandOff::TryCall(SyscallContext& ctx, const Found<Channel>& handle,
                      UserPtr<const zx_channel_call_args_t> args, UserOut<uint32_t> actual_bytes,
                      UserOut<uint32_t> actual_handles, uint64_t* result) {
  const std::byte* const place = ctx.FindWhole(args);
  if (place == nullptr || !ctx.is_at_door()) return false;
  zx_channel_call_args_t call;
  CopyWhole<zx_channel_call_args_t>(&call, place);
  if (call.wr_num_bytes < sizeof(zx_txid_t)) return false;
  const std::byte* const bytes = ctx.FindWhole(reinterpret_cast<uintptr_t>(call.wr_bytes),
                                               call.wr_num_bytes, arch::Access::kRead);
  if (bytes == nullptr) return false;
  const ParkedBuffers buffers = {&DeliverReply,
                                 reinterpret_cast<uintptr_t>(call.rd_bytes),
                                 reinterpret_cast<uintptr_t>(call.rd_handles),
                                 call.rd_num_bytes,
                                 call.rd_num_handles,
                                 actual_bytes.address(),
                                 actual_handles.address()};
  if (call.wr_num_handles == 0) [[likely]] {
    *result = kEntryPending;
    return TrySend(ctx, handle, {{bytes, call.wr_num_bytes}, {}}, buffers);
  }
  if (call.wr_num_handles > kMaxHandles) return false;
  const std::byte* const values =
      ctx.FindWhole(reinterpret_cast<uintptr_t>(call.wr_handles),
                    call.wr_num_handles * sizeof(zx_handle_t), arch::Access::kRead);
  if (values == nullptr) return false;
  *result = CallWithHandles(ctx, handle, call, {bytes, call.wr_num_bytes}, values, buffers);
  return true;
}

uint64_t sys_channel_call(SyscallContext& ctx, Found<Channel> handle, uint32_t options,
                          zx_instant_mono_t deadline, UserPtr<const zx_channel_call_args_t> args,
                          UserOut<uint32_t> actual_bytes, UserOut<uint32_t> actual_handles) {
  uint64_t result;
  if (options == 0 && Instant(deadline).is_infinite() &&
      HandOff::TryCall(ctx, handle, args, actual_bytes, actual_handles, &result)) [[likely]] {
    return result;
  }
  return CallSlowly(ctx, handle, options, deadline, args, actual_bytes, actual_handles);
}

template <HandOff::Load kLoad>
inline HandOffNext HandOff::ReplyInWords(uint64_t handle,
                                         arch::UserFloats floats) NO_THREAD_SAFETY_ANALYSIS {
  using Args = zx_channel_serve_args_t;
  SyscallContext& ctx = SyscallContext::Current();
  const arch::UserContext& context = ctx.vcpu().context();
  const uint64_t address = context.word_arguments();
  WordArgs<Args, kLoad> args;
  if (context.word_bytes() != 0) [[unlikely]]
    return ReplyThroughMemory(handle);
  if (!args.Find(ctx, address, arch::Access::kWrite)) [[unlikely]] {
    const bool has_handle = kLoad == Load::kNoHandle && args.has_one_handle();
    return has_handle ? ReplyWithHandle(handle, floats) : ReplyThroughMemory(handle);
  }
  const auto found = ctx.handles().FindWaited<Channel>(static_cast<HandleValue>(handle), kRights);
  if (!found.is_found) [[unlikely]]
    return ReplyThroughMemory(handle);
  // Where we wait, if we do: before anything is stored where the arguments may lie, too.
  ParkedThread& parked = ctx.thread().parked();
  parked.slot_ = found.slot();
  parked.buffers_ = args.Buffers(&DeliverRequest, address + offsetof(Args, actual_bytes),
                                 address + offsetof(Args, actual_handles));
  const auto txid = LoadUser<zx_txid_t>(args.bytes());
  Channel& channel = *found.object;
  if (!channel.lock_.TryLock()) [[unlikely]]
    return ReplyThroughMemory(handle);
  const auto [here, there] = channel.EndsLocked(found.side);
  ParkedThread* const peer = there.caller;
  sched::Vcpu& self = ctx.vcpu();
  WordPlaces<kLoad> places;
  Handle moved;
  if (peer == nullptr || peer->txid_ != txid || here.server != nullptr || !found.is_live() ||
      !here.queue.is_empty() || !self.MayHandOverTo(peer->vcpu()) ||
      !places.Find(*peer, args.bytes(), args.size()) ||
      (kLoad == Load::kOneHandle &&
       !places.MoveHandle(ctx.handles(), args.handle(), channel, *peer, &moved))) [[unlikely]] {
    channel.lock_.Unlock();
    if (kLoad == Load::kNoHandle || !moved) return ReplyThroughMemory(handle);
    return SendReply(ctx, FindChannel(ctx, handle), {{args.bytes(), args.size()}, {&moved, 1}},
                     parked.buffers_);
  }
  // The places first: what is left to do then needs few registers.
  Channel::UnparkLocked(there.caller);
  StoreRelaxed(parked.object_, &channel);
  here.server = &parked;
  peer->context().set_result(SyscallContext::ToResult(ZX_OK));
  places.Store(args.bytes(), args.size(), txid);
  if (!self.HandOverTo(peer->vcpu(), floats)) [[unlikely]]
    return FinishHandOver(channel, parked, *peer);
  channel.lock_.Unlock();
  return EnterNext(&peer->context());
}

extern "C" HandOffNext SyscallChannelServeBuffers(uint64_t handle, arch::UserFloats floats) {
  return HandOff::ReplyInWords<HandOff::Load::kNoHandle>(handle, floats);
}

[[gnu::noinline, gnu::flatten]] HandOffNext HandOff::ReplyWithHandle(uint64_t handle,
                                                                     arch::UserFloats floats) {
  return ReplyInWords<Load::kOneHandle>(handle, floats);
}

// The switch takes more than the common steps.
[[gnu::noinline, gnu::cold]] HandOffNext HandOff::FinishHandOver(Channel& channel,
                                                                 ParkedThread& self,
                                                                 ParkedThread& peer) {
  arch::UserContext* const next = peer.vcpu().FinishHandOver();
  channel.lock_.Unlock();
  self.CancelIfDying();
  return EnterNext(next);
}

HandOffNext HandOff::ReplyThroughMemory(uint64_t handle) {
  using Args = zx_channel_serve_args_t;
  const auto value = static_cast<HandleValue>(handle);
  SyscallContext& ctx = SyscallContext::Current();
  const arch::UserContext& context = ctx.vcpu().context();
  const uint64_t address = context.word_arguments();
  Args args = {};
  if (address != 0) {
    const std::byte* const place = ctx.FindWhole(UserOut<Args>(address));
    if (place == nullptr) return Serve(handle);
    CopyWhole<Args>(&args, place);
  }
  RegisterMessage words;
  std::span<const std::byte> bytes;
  if (context.word_bytes() != 0) {
    if (!IsRegisterSize(context.word_bytes()) || args.wr_num_bytes != 0) return Serve(handle);
    words = RegisterMessage::From(context);
    bytes = words.bytes();
  } else {
    const std::byte* const place = ctx.FindWhole(reinterpret_cast<uintptr_t>(args.wr_bytes),
                                                 args.wr_num_bytes, arch::Access::kRead);
    if (place == nullptr || args.wr_num_bytes < sizeof(zx_txid_t)) return Serve(handle);
    bytes = {place, args.wr_num_bytes};
  }
  const ParkedBuffers buffers = {address == 0 ? nullptr : &DeliverRequest,
                                 reinterpret_cast<uintptr_t>(args.rd_bytes),
                                 reinterpret_cast<uintptr_t>(args.rd_handles),
                                 args.rd_num_bytes,
                                 args.rd_num_handles,
                                 address + offsetof(Args, actual_bytes),
                                 address + offsetof(Args, actual_handles)};
  HandOffNext next;
  if (args.wr_num_handles == 0) [[likely]] {
    if (TryReply(ctx, value, {bytes, {}}, buffers, &next)) return next;
    return Serve(handle);
  }
  if (args.wr_num_handles > kMaxHandles) return Serve(handle);
  const std::byte* const values =
      ctx.FindWhole(reinterpret_cast<uintptr_t>(args.wr_handles),
                    args.wr_num_handles * sizeof(zx_handle_t), arch::Access::kRead);
  if (values == nullptr) return Serve(handle);
  return ReplyWithHandles(ctx, value, bytes, values, args.wr_num_handles, buffers);
}

// The handles go whatever happens.
HandOffNext HandOff::ReplyWithHandles(SyscallContext& ctx, HandleValue handle,
                                      std::span<const std::byte> bytes, const std::byte* values,
                                      uint32_t count, const ParkedBuffers& buffers) {
  Result<HandleRef<Channel>> channel = FindChannel(ctx, handle);
  if (!channel.ok()) return EndWith(ctx, DiscardReply(ctx, channel.status()));
  zx_handle_t names[kMaxHandles];
  CopyValues(reinterpret_cast<std::byte*>(names), values, count);
  FewHandles handles(count);
  const Content reply = {bytes, handles.all()};
  const zx_status_t moved =
      MoveHandles(ctx, **channel, channel->side(), std::span(names).first(count), reply.handles);
  if (moved != ZX_OK) return EndWith(ctx, moved);
  HandOffNext next;
  if (TryReply(ctx, handle, reply, buffers, &next)) return next;
  return SendReply(ctx, std::move(channel), reply, buffers);
}

[[gnu::noinline, gnu::cold]] HandOffNext HandOff::SendReply(SyscallContext& ctx,
                                                            Result<HandleRef<Channel>> channel,
                                                            const Content& reply,
                                                            const ParkedBuffers& buffers) {
  if (!channel.ok()) return EndWith(ctx, channel.status());
  auto message = Message::Create(reply.bytes, reply.handles);
  if (!message.ok()) return EndWith(ctx, message.status());
  return ServeAfterReply(ctx, std::move(channel).value(), std::move(message).value(), buffers);
}

}  // namespace sirocco
