// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// The hand-off pair. Three ways, each falling into the next before it has changed anything:
//
//   direct   somebody is parked for what we bring: the hart goes on with them, and we are parked.
//            One lock, and the words never leave the registers but for our own context.
//   parked   we would wait: we do so as registers alone, and the executor goes on.
//   awaited  one of Channel's operations waits, as for any other call. The first to come to an end
//            is parked; who comes behind it is here.

#include <sirocco/channel_handoff.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <utility>

#include "kernel/base/atomic.h"
#include "kernel/objects/channel.h"
#include "kernel/objects/channel_call.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/thread.h"
#include "kernel/sched/vcpu_hand_over.h"
#include "kernel/syscall/channel_direct.h"
#include "kernel/syscall/channel_io.h"
#include "kernel/syscall/context.h"
#include "kernel/syscall/hand_off.h"
#include "kernel/syscall/handle_ref.h"
#include "kernel/syscall/parked_call.h"
#include "kernel/syscall/parked_message.h"
#include "kernel/syscall/user_ptr.h"

namespace sirocco {

static_assert(arch::UserContext::kWords == ZX_CHANNEL_REGS_WORDS);

namespace {

constexpr zx_rights_t kRights = ZX_RIGHT_READ | ZX_RIGHT_WRITE;

bool IsRegisterSize(uint64_t size_bytes) {
  return size_bytes - ZX_CHANNEL_REGS_MIN_BYTES <=
         ZX_CHANNEL_REGS_MAX_BYTES - ZX_CHANNEL_REGS_MIN_BYTES;
}

class AwaitReply {
 public:
  AwaitReply(HandleRef<Channel> channel, const RegisterMessage& request)
      : channel_(std::move(channel)), call_(*channel_, channel_.slot(), request) {}

  CallWait& operation() { return call_; }
  uint64_t End(SyscallContext& ctx) {
    const zx_status_t status = call_.status();
    if (status != ZX_OK) return SyscallContext::ToResult(status);
    // A peer that writes ordinary messages answers in registers too, if it fits.
    if (MessagePtr reply = call_.TakeReply()) {
      if (!reply->fits_registers()) return SyscallContext::ToResult(ZX_ERR_BUFFER_TOO_SMALL);
      reply->CopyTo(call_.registers());
    }
    call_.registers().CopyTo(ctx.vcpu().context());
    return ZX_OK;
  }

 private:
  const HandleRef<Channel> channel_;
  CallWait call_;
};

// Without a zx_channel_serve_args_t, and the reply is sent.
class AwaitRequest {
 public:
  explicit AwaitRequest(HandleRef<Channel> channel)
      : channel_(std::move(channel)), serve_(*channel_, channel_.slot(), 0, 0) {}

  ServeWait& operation() { return serve_; }
  uint64_t End(SyscallContext& ctx) {
    if (serve_.status() == ZX_OK) serve_.registers().CopyTo(ctx.vcpu().context());
    return SyscallContext::ToResult(serve_.status());
  }

 private:
  const HandleRef<Channel> channel_;
  ServeWait serve_;
};

Result<HandleRef<Channel>> FindChannel(SyscallContext& ctx, uint64_t handle) {
  TRY(auto found,
      ctx.handles().Get<Channel>(static_cast<HandleValue>(handle), ZX_RIGHT_READ | ZX_RIGHT_WRITE));
  TRY(RefPtr<Channel> reference, TakeRef(found.object));
  return HandleRef<Channel>(std::move(reference), found.slot, found.rights);
}

[[gnu::noinline]] HandOffNext Call(uint64_t handle) {
  SyscallContext& ctx = SyscallContext::Current();
  Thread& thread = ctx.thread();
  const arch::UserContext& context = thread.vcpu().context();
  if (!IsRegisterSize(context.word_bytes())) return EndWith(ctx, ZX_ERR_INVALID_ARGS);
  auto channel = FindChannel(ctx, handle);
  if (!channel.ok()) return EndWith(ctx, channel.status());
  RegisterMessage request = RegisterMessage::From(context);
  if (channel.value()->ParkCaller(thread.parked(), channel->slot(), request)) return EndParked();
  return EndWith(ctx,
                 ParkedCall<AwaitReply>::Start(ctx, Instant::Infinite(), std::move(channel).value(),
                                               RegisterMessage::From(context)));
}

[[gnu::noinline]] HandOffNext Serve(uint64_t handle) {
  SyscallContext& ctx = SyscallContext::Current();
  Thread& thread = ctx.thread();
  const arch::UserContext& context = thread.vcpu().context();
  if (context.word_bytes() != 0 && !IsRegisterSize(context.word_bytes())) {
    return EndWith(ctx, DiscardReply(ctx, ZX_ERR_INVALID_ARGS));
  }
  auto found = FindChannel(ctx, handle);
  if (!found.ok()) return EndWith(ctx, DiscardReply(ctx, found.status()));
  HandleRef<Channel> channel = std::move(found).value();
  if (context.word_arguments() != 0) {
    return ServeWithBuffers(ctx, std::move(channel));
  }
  if (context.word_bytes() != 0) {
    RegisterMessage reply = RegisterMessage::From(context);
    const zx_status_t sent = channel->Reply(channel.side(), reply);
    if (sent != ZX_OK) return EndWith(ctx, sent);
  }
  if (channel->ParkServer(thread.parked(), channel.slot())) return EndParked();
  return EndWith(ctx,
                 ParkedCall<AwaitRequest>::Start(ctx, Instant::Infinite(), std::move(channel)));
}

}  // namespace

// The switch takes more than the common steps.
[[gnu::noinline, gnu::cold]] HandOffNext HandOff::EndSlowly(Channel& channel, ParkedThread& self,
                                                            ParkedThread& peer) {
  RegisterMessage::From(self.context()).CopyTo(peer.context());
  peer.context().set_result(SyscallContext::ToResult(ZX_OK));
  arch::UserContext* const next = peer.vcpu().FinishHandOver();
  channel.lock_.Unlock();
  self.CancelIfDying();
  return {next, nullptr};
}

// The lock is released by whoever takes the words over; the analysis cannot follow it there.
template <HandOff::Role kRole>
inline HandOffNext HandOff::Switch(uint64_t handle) NO_THREAD_SAFETY_ANALYSIS {
  constexpr bool kIsCaller = kRole == Role::kCaller;
  constexpr auto kOtherwise = kIsCaller ? &Call : &Serve;
  SyscallContext& ctx = SyscallContext::Current();
  Thread& thread = ctx.thread();
  sched::Vcpu& self = thread.vcpu();
  arch::UserContext& context = self.context();
  if (!kIsCaller && context.word_arguments() != 0) return ReplyThroughMemory(handle);
  if (!IsRegisterSize(context.word_bytes())) return kOtherwise(handle);
  const auto found = ctx.handles().FindWaited<Channel>(static_cast<HandleValue>(handle), kRights);
  if (found.object == nullptr) return kOtherwise(handle);

  Channel& channel = *found.object;
  if (!channel.lock_.TryLock()) return kOtherwise(handle);
  Channel::End& here = channel.ends_[Index(found.side)];
  Channel::End& there = channel.ends_[Index(Peer(found.side))];
  ParkedThread*& our_place = kIsCaller ? here.caller : here.server;
  ParkedThread*& their_place = kIsCaller ? there.server : there.caller;
  ParkedThread* const peer = their_place;
  // Whom we switch to is there, our place is free, and a server would wait.
  if (peer == nullptr || our_place != nullptr || !found.is_live() ||
      !self.MayHandOverTo(peer->vcpu()) ||
      (kIsCaller ? here.calls >= Channel::kTxidsPerEnd
                 : peer->txid_ != static_cast<zx_txid_t>(context.word(0)) ||
                       !here.queue.is_empty() || peer->has_buffers())) {
    channel.lock_.Unlock();
    return kIsCaller ? kOtherwise(handle) : ReplyThroughMemory(handle);
  }
  Channel::UnparkLocked(their_place);
  ParkedThread& parked = thread.parked();
  parked.slot_ = found.slot();
  parked.buffers_.deliver = nullptr;
  StoreRelaxed(parked.object_, &channel);
  our_place = &parked;
  if constexpr (kIsCaller) {
    parked.txid_ = Channel::MakeTxid(found.side, here.calls++);
    context.set_low_word(parked.txid_);
  }
  sched::Vcpu& next = peer->vcpu();
  if (!self.HandOverTo(next)) [[unlikely]]
    return EndSlowly(channel, parked, *peer);
  return {&next.context(), &channel.lock_.HandOut()};
}

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
  std::memcpy(place, values, handles.size() * sizeof(zx_handle_t));
  return true;
}

uint64_t HandOff::CallWithHandles(SyscallContext& ctx, const Found<Channel>& handle,
                                  const zx_channel_call_args_t& call,
                                  std::span<const std::byte> bytes, const std::byte* values,
                                  const ParkedBuffers& buffers) {
  const uint32_t count = call.wr_num_handles;
  zx_handle_t names[kMaxHandles];
  std::memcpy(names, values, count * sizeof(zx_handle_t));
  Handle handles[kMaxHandles];
  const Content request = {bytes, std::span(handles).first(count)};
  zx_status_t status =
      MoveHandles(ctx, handle.object, handle.side, std::span(names).first(count), request.handles);
  if (status != ZX_OK) return SyscallContext::ToResult(status);
  if (TrySend(ctx, handle, request, buffers)) return kEntryPending;
  auto message = Message::Create(bytes, request.handles);
  if (!message.ok()) return SyscallContext::ToResult(message.status());
  return CallWith(ctx, handle, std::move(message).value(), buffers);
}

bool HandOff::TryReply(SyscallContext& ctx, HandleValue handle, const Content& reply,
                       const ParkedBuffers& buffers,
                       arch::UserContext** next) NO_THREAD_SAFETY_ANALYSIS {
  const auto found = ctx.handles().FindWaited<Channel>(handle, kRights);
  if (found.object == nullptr) return false;
  sched::Vcpu& self = ctx.vcpu();
  zx_txid_t txid;
  CopyWhole<zx_txid_t>(&txid, reply.bytes.data());
  Channel& channel = *found.object;
  if (!channel.lock_.TryLock()) return false;
  Channel::End& here = channel.ends_[Index(found.side)];
  Channel::End& there = channel.ends_[Index(Peer(found.side))];
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
  if (self.HandOverTo(peer->vcpu())) [[likely]] {
    channel.lock_.Unlock();
    *next = &peer->context();
    return true;
  }
  *next = peer->vcpu().FinishHandOver();
  channel.lock_.Unlock();
  parked.CancelIfDying();
  return true;
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
  arch::UserContext* next;
  if (args.wr_num_handles == 0) [[likely]] {
    if (TryReply(ctx, value, {bytes, {}}, buffers, &next)) return {next, nullptr};
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
  auto channel = FindChannel(ctx, handle);
  if (!channel.ok()) return EndWith(ctx, DiscardReply(ctx, channel.status()));
  zx_handle_t names[kMaxHandles];
  std::memcpy(names, values, count * sizeof(zx_handle_t));
  Handle handles[kMaxHandles];
  const Content reply = {bytes, std::span(handles).first(count)};
  const zx_status_t moved =
      MoveHandles(ctx, **channel, channel->side(), std::span(names).first(count), reply.handles);
  if (moved != ZX_OK) return EndWith(ctx, moved);
  arch::UserContext* next;
  if (TryReply(ctx, handle, reply, buffers, &next)) return {next, nullptr};
  auto message = Message::Create(bytes, reply.handles);
  if (!message.ok()) return EndWith(ctx, message.status());
  return ServeAfterReply(ctx, std::move(channel).value(), std::move(message).value(), buffers);
}

extern "C" HandOffNext SyscallChannelCallRegs(uint64_t handle) {
  return HandOff::Switch<HandOff::Role::kCaller>(handle);
}

extern "C" HandOffNext SyscallChannelServe(uint64_t handle) {
  return HandOff::Switch<HandOff::Role::kServer>(handle);
}

}  // namespace sirocco
