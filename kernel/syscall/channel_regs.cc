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

namespace sirocco {

static_assert(arch::UserContext::kWords == ZX_CHANNEL_REGS_WORDS);

namespace {

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

}  // namespace

Result<HandleRef<Channel>> HandOff::FindChannel(SyscallContext& ctx, uint64_t handle) {
  TRY(auto found, ctx.handles().Get<Channel>(static_cast<HandleValue>(handle), kRights));
  TRY(RefPtr<Channel> reference, TakeRef(found.object));
  return HandleRef<Channel>(std::move(reference), found.slot, found.rights);
}

[[gnu::noinline]] HandOffNext HandOff::Call(uint64_t handle) {
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

[[gnu::noinline]] HandOffNext HandOff::Serve(uint64_t handle) {
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

// The switch takes more than the common steps.
[[gnu::noinline, gnu::cold]] HandOffNext HandOff::EndSlowly(Channel& channel, ParkedThread& self,
                                                            ParkedThread& peer) {
  RegisterMessage::From(self.context()).CopyTo(peer.context());
  peer.context().set_result(SyscallContext::ToResult(ZX_OK));
  return FinishHandOver(channel, self, peer);
}

// The lock is released by whoever takes the words over; the analysis cannot follow it there.
template <HandOff::Role kRole>
inline HandOffNext HandOff::Switch(uint64_t handle,
                                   arch::UserFloats floats) NO_THREAD_SAFETY_ANALYSIS {
  constexpr bool kIsCaller = kRole == Role::kCaller;
  constexpr auto kOtherwise = kIsCaller ? &Call : &Serve;
  SyscallContext& ctx = SyscallContext::Current();
  Thread& thread = ctx.thread();
  sched::Vcpu& self = ctx.vcpu();
  arch::UserContext& context = self.context();
  if (!IsRegisterSize(context.word_bytes())) return kOtherwise(handle);
  const auto found = ctx.handles().FindWaited<Channel>(static_cast<HandleValue>(handle), kRights);
  if (found.object == nullptr) return kOtherwise(handle);

  Channel& channel = *found.object;
  if (!channel.lock_.TryLock()) return kOtherwise(handle);
  const auto [here, there] = channel.EndsLocked(found.side);
  ParkedThread*& our_place = kIsCaller ? here.caller : here.server;
  ParkedThread*& their_place = kIsCaller ? there.server : there.caller;
  ParkedThread* const peer = their_place;
  // Whom we switch to is there, our place is free, and a server would wait.
  if (peer == nullptr || our_place != nullptr || !found.is_live() ||
      !self.MayHandOverTo(peer->vcpu()) ||
      (kIsCaller ? !Channel::HasFreshTxid(here)
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
    parked.txid_ = Channel::FreshTxid(here);
    context.set_low_word(parked.txid_);
  }
  sched::Vcpu& next = peer->vcpu();
  if (!self.HandOverTo(next, floats)) [[unlikely]]
    return EndSlowly(channel, parked, *peer);
  return SwitchTo(next.context(), channel.lock_.HandOut());
}

extern "C" HandOffNext SyscallChannelCallRegs(uint64_t handle, arch::UserFloats floats) {
  return HandOff::Switch<HandOff::Role::kCaller>(handle, floats);
}

extern "C" HandOffNext SyscallChannelServe(uint64_t handle, arch::UserFloats floats) {
  return HandOff::Switch<HandOff::Role::kServer>(handle, floats);
}

}  // namespace sirocco
