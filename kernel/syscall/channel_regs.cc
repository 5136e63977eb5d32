// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// The hand-off pair. Three ways, each falling into the next before it has changed anything:
//
//   direct   somebody is parked for what we bring: the hart goes on with them, and we are parked.
//            One lock, and the words never leave the registers but for our own context.
//   parked   we would wait: we do so as registers alone, and the executor goes on.
//   awaited  a coroutine waits with one of Channel's operations. The first to come to an end is
//            parked; who comes behind it, or brings buffers, is here.

#include <sirocco/channel_handoff.h>

#include <utility>

#include "kernel/base/atomic.h"
#include "kernel/objects/channel.h"
#include "kernel/objects/channel_call.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/thread.h"
#include "kernel/sched/vcpu_hand_over.h"
#include "kernel/syscall/channel_io.h"
#include "kernel/syscall/context.h"
#include "kernel/syscall/hand_off.h"
#include "kernel/syscall/handle_ref.h"

namespace sirocco {

static_assert(arch::UserContext::kWords == ZX_CHANNEL_REGS_WORDS);

namespace {

constexpr zx_rights_t kRights = ZX_RIGHT_READ | ZX_RIGHT_WRITE;

bool IsRegisterSize(uint64_t size_bytes) {
  return size_bytes - ZX_CHANNEL_REGS_MIN_BYTES <=
         ZX_CHANNEL_REGS_MAX_BYTES - ZX_CHANNEL_REGS_MIN_BYTES;
}

Task<zx_status_t> AwaitReply(SyscallContext& ctx, HandleRef<Channel> channel) {
  arch::UserContext& context = ctx.thread().vcpu().context();
  CallWait call(*channel, channel.slot(), RegisterMessage::From(context));
  auto waiting = ctx.Wait(call, Instant::Infinite());
  auto status = co_await waiting;
  if (status != ZX_OK) co_return status;
  // A peer that writes ordinary messages answers in registers too, if it fits.
  if (MessagePtr reply = call.TakeReply()) {
    if (!reply->fits_registers()) co_return ZX_ERR_BUFFER_TOO_SMALL;
    reply->CopyTo(call.registers());
  }
  call.registers().CopyTo(context);
  co_return ZX_OK;
}

// Without a zx_channel_serve_args_t, and the reply is sent.
Task<zx_status_t> AwaitRequest(SyscallContext& ctx, HandleRef<Channel> channel) {
  ServeWait serve(*channel, channel.slot(), 0, 0);
  auto waiting = ctx.Wait(serve, Instant::Infinite());
  auto status = co_await waiting;
  if (status != ZX_OK) co_return status;
  serve.registers().CopyTo(ctx.thread().vcpu().context());
  co_return ZX_OK;
}

HandOffNext EndWith(SyscallContext& ctx, uint64_t result) {
  arch::UserContext& context = ctx.thread().vcpu().context();
  context.set_result(result);
  return {&context, nullptr};
}

HandOffNext EndWith(SyscallContext& ctx, zx_status_t status) {
  return EndWith(ctx, SyscallContext::ToResult(status));
}

HandOffNext EndOrSuspend(SyscallContext& ctx, uint64_t result) {
  if (result == kEntryPending) return {sched::Vcpu::SuspendCurrent(), nullptr};
  return EndWith(ctx, result);
}

HandOffNext Start(SyscallContext& ctx, Task<zx_status_t> call) {
  return EndOrSuspend(ctx, ctx.StartCall(std::move(call)));
}

Result<HandleRef<Channel>> FindChannel(SyscallContext& ctx, uint64_t handle) {
  TRY(auto found,
      ctx.handles().Get<Channel>(static_cast<HandleValue>(handle), ZX_RIGHT_READ | ZX_RIGHT_WRITE));
  TRY(RefPtr<Channel> reference, TakeRef(found.object));
  return HandleRef<Channel>(std::move(reference), found.slot, found.rights);
}

HandOffNext Parked() { return {sched::Vcpu::EnterNext(), nullptr}; }

[[gnu::noinline]] HandOffNext Call(uint64_t handle) {
  SyscallContext& ctx = SyscallContext::Current();
  Thread& thread = ctx.thread();
  const arch::UserContext& context = thread.vcpu().context();
  if (!IsRegisterSize(context.word_bytes())) return EndWith(ctx, ZX_ERR_INVALID_ARGS);
  auto channel = FindChannel(ctx, handle);
  if (!channel.ok()) return EndWith(ctx, channel.status());
  RegisterMessage request = RegisterMessage::From(context);
  if (channel.value()->ParkCaller(thread.parked(), channel->slot(), request)) return Parked();
  return Start(ctx, AwaitReply(ctx, std::move(channel).value()));
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
    return EndOrSuspend(ctx, ServeWithBuffers(ctx, std::move(channel)));
  }
  if (context.word_bytes() != 0) {
    RegisterMessage reply = RegisterMessage::From(context);
    const zx_status_t sent = channel->Reply(channel.side(), reply);
    if (sent != ZX_OK) return EndWith(ctx, sent);
  }
  if (channel->ParkServer(thread.parked(), channel.slot())) return Parked();
  return Start(ctx, AwaitRequest(ctx, std::move(channel)));
}

}  // namespace

/// The direct way, or the next.
class HandOff {
 public:
  enum class Role { kCaller, kServer };

  template <Role kRole>
  [[gnu::always_inline]] static HandOffNext Switch(uint64_t handle);

 private:
  static HandOffNext EndSlowly(Channel& channel, ParkedThread& self, ParkedThread& peer)
      RELEASE(channel.lock_);
};

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
  if (!IsRegisterSize(context.word_bytes())) return kOtherwise(handle);
  if (!kIsCaller && context.word_arguments() != 0) return kOtherwise(handle);
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
      (kIsCaller
           ? here.calls >= Channel::kTxidsPerEnd
           : peer->txid_ != static_cast<zx_txid_t>(context.word(0)) || !here.queue.is_empty())) {
    channel.lock_.Unlock();
    return kOtherwise(handle);
  }
  Channel::UnparkLocked(their_place);
  ParkedThread& parked = thread.parked();
  parked.slot_ = found.slot();
  StoreRelaxed(parked.channel_, &channel);
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

extern "C" HandOffNext SyscallChannelCallRegs(uint64_t handle) {
  return HandOff::Switch<HandOff::Role::kCaller>(handle);
}

extern "C" HandOffNext SyscallChannelServe(uint64_t handle) {
  return HandOff::Switch<HandOff::Role::kServer>(handle);
}

}  // namespace sirocco
