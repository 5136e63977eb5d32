// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// The hand-off pair as coroutines. The words travel in the thread's saved registers: the entry put
// them there, and takes them from there when the call ends at once; otherwise the next entry does.

#include <sirocco/channel_handoff.h>

#include <utility>

#include "kernel/objects/channel.h"
#include "kernel/objects/channel_call.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/thread.h"
#include "kernel/syscall/channel_io.h"
#include "kernel/syscall/context.h"
#include "kernel/syscall/handle_ref.h"

namespace sirocco {

namespace {

static_assert(arch::UserContext::kWords == ZX_CHANNEL_REGS_WORDS);

RegisterMessage Load(const arch::UserContext& context) {
  RegisterMessage message;
  for (size_t i = 0; i < message.words.size(); ++i) message.words[i] = context.word(i);
  message.size_bytes = static_cast<uint32_t>(context.word_bytes());
  return message;
}

void Store(const RegisterMessage& message, arch::UserContext& context) {
  for (size_t i = 0; i < message.words.size(); ++i) context.set_word(i, message.words[i]);
  context.set_word_bytes(message.size_bytes);
}

bool IsRegisterSize(uint64_t size_bytes) {
  return size_bytes >= ZX_CHANNEL_REGS_MIN_BYTES && size_bytes <= ZX_CHANNEL_REGS_MAX_BYTES;
}

Task<zx_status_t> CallRegisters(SyscallContext& ctx, HandleRef<Channel> channel) {
  arch::UserContext& context = ctx.thread().vcpu().context();
  CallWait call(*channel, channel.slot(), Load(context));
  auto waiting = ctx.Wait(call, Instant::Infinite());
  auto status = co_await waiting;
  if (status != ZX_OK) co_return status;
  MessagePtr reply = call.TakeReply();
  if (reply != nullptr) co_return ZX_ERR_BUFFER_TOO_SMALL;
  Store(call.registers(), context);
  co_return ZX_OK;
}

// Without a zx_channel_serve_args_t.
Task<zx_status_t> ServeRegisters(SyscallContext& ctx, HandleRef<Channel> channel) {
  arch::UserContext& context = ctx.thread().vcpu().context();
  if (context.word_bytes() != 0) {
    RegisterMessage reply = Load(context);
    CO_TRY_STATUS(channel->Reply(channel.side(), reply));
  }
  ServeWait serve(*channel, channel.slot(), 0, 0);
  auto waiting = ctx.Wait(serve, Instant::Infinite());
  auto status = co_await waiting;
  if (status != ZX_OK) co_return status;
  Store(serve.registers(), context);
  co_return ZX_OK;
}

template <typename Call>
uint64_t Start(uint64_t handle, Call call) {
  SyscallContext& ctx = SyscallContext::Current();
  auto found =
      ctx.handles().Get<Channel>(static_cast<HandleValue>(handle), ZX_RIGHT_READ | ZX_RIGHT_WRITE);
  if (!found.ok()) return SyscallContext::ToResult(found.status());
  auto reference = TakeRef(found->object);
  if (!reference.ok()) return SyscallContext::ToResult(reference.status());
  HandleRef<Channel> channel(std::move(reference).value(), found->slot, found->rights);
  const uint64_t result = ctx.StartCall(call(ctx, std::move(channel)));
  if (result != kEntryPending) ctx.thread().vcpu().context().clear_words();
  return result;
}

}  // namespace

extern "C" uint64_t SyscallChannelCallRegs(uint64_t handle) {
  const arch::UserContext& context = SyscallContext::Current().thread().vcpu().context();
  if (!IsRegisterSize(context.word_bytes())) return SyscallContext::ToResult(ZX_ERR_INVALID_ARGS);
  return Start(handle, [](SyscallContext& ctx, HandleRef<Channel> channel) {
    return CallRegisters(ctx, std::move(channel));
  });
}

extern "C" uint64_t SyscallChannelServe(uint64_t handle) {
  const arch::UserContext& context = SyscallContext::Current().thread().vcpu().context();
  const uint64_t size_bytes = context.word_bytes();
  if (size_bytes != 0 && !IsRegisterSize(size_bytes)) {
    return SyscallContext::ToResult(ZX_ERR_INVALID_ARGS);
  }
  return Start(handle, [](SyscallContext& ctx, HandleRef<Channel> channel) {
    if (ctx.thread().vcpu().context().word_arguments() != 0) {
      return ServeWithBuffers(ctx, std::move(channel));
    }
    return ServeRegisters(ctx, std::move(channel));
  });
}

}  // namespace sirocco
