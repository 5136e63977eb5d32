// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// The hand-off pair. Three ways, each falling into the next before it has changed anything:
//
//   direct   somebody is parked for what we bring: the hart goes on with them, and we are parked.
//            One lock: channel_switch.h, and channel_live.cc, where the words stay in registers.
//   parked   we would wait: we do so as registers alone, and the executor goes on.
//   awaited  one of Channel's operations waits, as for any other call. The first to come to an end
//            is parked; who comes behind it is here.

#include <sirocco/channel_handoff.h>

#include <utility>

#include "kernel/objects/channel.h"
#include "kernel/objects/channel_call.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/thread.h"
#include "kernel/syscall/channel_direct.h"
#include "kernel/syscall/channel_io.h"
#include "kernel/syscall/channel_switch.h"
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

// The hart has the peer already.
HandOffNext HandOff::FinishSwitch(ParkedThread& self) NO_THREAD_SAFETY_ANALYSIS {
  ParkedThread& peer = SyscallContext::Current().thread().parked();
  GiveWords(self.context(), peer.context());
  auto& channel = static_cast<Channel&>(*self.object_.load(std::memory_order_relaxed));
  return FinishHandOver(channel, self, peer);
}

extern "C" HandOffNext SyscallChannelCallRegs(uint64_t handle, arch::UserFloats floats) {
  return HandOff::Switch<HandOff::Role::kCaller>(handle, SavedWords(), floats);
}

extern "C" HandOffNext SyscallChannelServe(uint64_t handle, arch::UserFloats floats) {
  return HandOff::Switch<HandOff::Role::kServer>(handle, SavedWords(), floats);
}

extern "C" HandOffNext SyscallFinishHandOver(ParkedThread* self) {
  return HandOff::FinishSwitch(*self);
}

}  // namespace sirocco
