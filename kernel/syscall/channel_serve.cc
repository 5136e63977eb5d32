// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <sirocco/channel_handoff.h>
#include <zircon/syscalls/object.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "kernel/objects/channel_call.h"
#include "kernel/objects/thread.h"
#include "kernel/syscall/channel_io.h"
#include "kernel/syscall/discard.h"
#include "kernel/syscall/parked_call.h"
#include "kernel/syscall/parked_message.h"
#include "kernel/syscall/thunk.h"

namespace sirocco {

namespace {

using Args = zx_channel_serve_args_t;

template <typename T>
uint64_t AddressOf(T* pointer) {
  return reinterpret_cast<uintptr_t>(pointer);
}

UserPtr<const zx_handle_t> HandlesOf(const Args& args) {
  return UserPtr<const zx_handle_t>(AddressOf(args.wr_handles));
}

zx_status_t CheckReply(const Args& args, const RegisterMessage& words) {
  if (args.wr_num_bytes != 0 && words.size_bytes != 0) return ZX_ERR_INVALID_ARGS;
  const bool has_reply = args.wr_num_bytes != 0 || words.size_bytes != 0;
  if (!has_reply && args.wr_num_handles != 0) return ZX_ERR_INVALID_ARGS;
  return args.wr_num_handles > ZX_CHANNEL_MAX_MSG_HANDLES ? ZX_ERR_OUT_OF_RANGE : ZX_OK;
}

zx_status_t MoveReplyHandles(SyscallContext& ctx, const HandleRef<Channel>& channel,
                             const Args& args, Message& reply) {
  if (args.wr_num_handles == 0) return ZX_OK;
  std::array<zx_handle_t, ZX_CHANNEL_MAX_MSG_HANDLES> values;
  const std::span<zx_handle_t> used(values.data(), args.wr_num_handles);
  TRY_STATUS(ctx.CopyIn(HandlesOf(args), used));
  return MoveHandles(ctx, *channel, channel.side(), std::span<const zx_handle_t>(used),
                     reply.handles());
}

// Brings the handles' array in, which reaches over two pages at most.
Task<zx_status_t> PrepareHandles(SyscallContext& ctx, const Args& args) {
  std::byte byte[1];
  const uint64_t begin = AddressOf(args.wr_handles);
  auto status = co_await ctx.CopyBytesInAsync(UserPtr<const void>(begin), byte);
  if (status != ZX_OK) co_return status;
  const uint64_t last = begin + args.wr_num_handles * sizeof(zx_handle_t) - 1;
  status = co_await ctx.CopyBytesInAsync(UserPtr<const void>(last), byte);
  co_return status;
}

// The handles of a reply that is refused go all the same.
Task<zx_status_t> Refuse(SyscallContext& ctx, const Args& args, zx_status_t why) {
  if (args.wr_num_handles == 0) co_return why;
  for (;;) {
    auto status = DiscardHandles(ctx, HandlesOf(args), args.wr_num_handles, why);
    if (status != kStatusPageMissing) co_return status;
    status = co_await PrepareHandles(ctx, args);
    if (status != ZX_OK) co_return why;
  }
}

// A reply from registers with handles: an ordinary message of the words.
Result<MessagePtr> MessageOfWords(RegisterMessage& words, uint32_t handle_count) {
  TRY(MessagePtr message, Message::Create(words.size_bytes, handle_count));
  std::ranges::copy(words.bytes(), message->segment(0).data());
  return message;
}

Task<zx_status_t> SendReply(SyscallContext& ctx, HandleRef<Channel> channel, const Args& args,
                            RegisterMessage words) {
  auto status = CheckReply(args, words);
  if (status != ZX_OK) {
    status = co_await Refuse(ctx, args, status);
    co_return status;
  }
  if (args.wr_num_bytes == 0 && words.size_bytes == 0) co_return ZX_OK;
  if (args.wr_num_bytes == 0 && args.wr_num_handles == 0) {
    co_return channel->Reply(channel.side(), words);
  }
  Result<MessagePtr> reply(Error{ZX_ERR_INTERNAL});
  if (args.wr_num_bytes != 0) {
    const MessageSource source{UserPtr<const void>(AddressOf(args.wr_bytes)), args.wr_num_bytes,
                               false};
    reply = co_await ComposeAsync(ctx, source, args.wr_num_handles);
  } else {
    reply = MessageOfWords(words, args.wr_num_handles);
  }
  if (!reply.ok()) {
    status = co_await Refuse(ctx, args, reply.status());
    co_return status;
  }
  for (;;) {
    status = MoveReplyHandles(ctx, channel, args, *reply.value());
    if (status != kStatusPageMissing) break;
    status = co_await PrepareHandles(ctx, args);
    if (status != ZX_OK) co_return status;
  }
  if (status == ZX_OK) status = channel->Write(channel.side(), std::move(reply).value());
  co_return status;
}

// A short reply at once, or kStatusPageMissing with nothing done: SendReply does it, or says why
// not.
zx_status_t TrySendReply(SyscallContext& ctx, const HandleRef<Channel>& channel, const Args& args,
                         RegisterMessage words) {
  if (CheckReply(args, words) != ZX_OK || args.wr_num_bytes > kMaxPlainBytes) {
    return kStatusPageMissing;
  }
  if (args.wr_num_bytes == 0 && words.size_bytes == 0) return ZX_OK;
  if (args.wr_num_bytes == 0 && args.wr_num_handles == 0) {
    return channel->Reply(channel.side(), words);
  }
  const UserPtr<const void> bytes(AddressOf(args.wr_bytes));
  auto reply = args.wr_num_bytes != 0 ? Compose(ctx, bytes, args.wr_num_bytes, args.wr_num_handles)
                                      : MessageOfWords(words, args.wr_num_handles);
  if (!reply.ok()) return kStatusPageMissing;
  TRY_STATUS(MoveReplyHandles(ctx, channel, args, *reply.value()));
  return channel->Write(channel.side(), std::move(reply).value());
}

MessageTarget TargetOf(const Args& args, uint64_t address) {
  return {UserOut<void>(AddressOf(args.rd_bytes)),
          UserOut<void>(AddressOf(args.rd_handles)),
          args.rd_num_bytes,
          args.rd_num_handles,
          HandleFormat::kValue,
          UserOut<uint32_t>(address + offsetof(Args, actual_bytes)),
          UserOut<uint32_t>(address + offsetof(Args, actual_handles))};
}

// A request that came whole: it is in the buffers, or, if `status` says they failed, the first in
// the queue again.
zx_status_t EndRequest(SyscallContext& ctx, const HandleRef<Channel>& channel, MessagePtr request,
                       zx_status_t status) {
  if (status == ZX_OK) {
    ctx.vcpu().context().set_word_bytes(0);
  } else {
    channel->PutBack(channel.side(), std::move(request));
  }
  return status;
}

// With the request, or without one for the size of one that has no room. At once, or says
// kStatusPageMissing with nothing done.
zx_status_t TryGiveRequest(SyscallContext& ctx, const HandleRef<Channel>& channel,
                           const MessageTarget& target, MessagePtr& request, MessageSize needed) {
  if (request == nullptr) {
    TRY_STATUS(StoreCounts(ctx, target, needed));
    return ZX_ERR_BUFFER_TOO_SMALL;
  }
  const zx_status_t received = TryReceive(ctx, target, *request);
  if (received == kStatusPageMissing) return received;
  return EndRequest(ctx, channel, std::move(request), received);
}

Task<zx_status_t> GiveRequest(SyscallContext& ctx, HandleRef<Channel> channel, MessageTarget target,
                              MessagePtr request, MessageSize needed) {
  if (request == nullptr) {
    auto stored = co_await StoreCountsAsync(ctx, target, needed);
    co_return stored == ZX_OK ? ZX_ERR_BUFFER_TOO_SMALL : stored;
  }
  auto received = co_await Receive(ctx, target, *request);
  co_return EndRequest(ctx, channel, std::move(request), received);
}

// A server that is not parked in its channel: another one is, or its request was there already.
class AwaitRequest {
 public:
  AwaitRequest(HandleRef<Channel> channel, const MessageTarget& target)
      : channel_(std::move(channel)),
        target_(target),
        serve_(*channel_, channel_.slot(), target.max_bytes, target.max_handles) {}

  ServeWait& operation() { return serve_; }
  uint64_t End(SyscallContext& ctx) {
    const zx_status_t status = serve_.status();
    if (status != ZX_OK && status != ZX_ERR_BUFFER_TOO_SMALL) return syscall::ToResult(status);
    MessagePtr request = serve_.TakeRequest();
    if (status == ZX_OK && request == nullptr) {
      serve_.registers().CopyTo(ctx.vcpu().context());
      return ZX_OK;
    }
    return FinishServe(ctx, channel_, target_, std::move(request), serve_.needed());
  }

 private:
  const HandleRef<Channel> channel_;
  const MessageTarget target_;
  ServeWait serve_;
};

// Reads `args`, whose counts will be written. False: not all of it is there.
bool ReadArgs(SyscallContext& ctx, uint64_t address, Args* args) {
  const UserOut<Args> place(address);
  if (const std::byte* const whole = ctx.FindWhole(place)) [[likely]] {
    CopyWhole<Args>(args, whole);
    return true;
  }
  return ctx.CopyIn(UserPtr<const Args>(address), std::span(args, 1)) == ZX_OK &&
         ctx.Hold(place).ok();
}

// With pages to await, or a reply that is long or wrong.
Task<zx_status_t> ServeSlowly(SyscallContext& ctx, HandleRef<Channel> channel) {
  arch::UserContext& context = ctx.thread().vcpu().context();
  const uint64_t address = context.word_arguments();
  Args args;
  // The counts that are written at the end are told bad before a reply goes or a request is taken.
  CO_TRY_STATUS(co_await ctx.PrepareOut(address, sizeof(args)));
  CO_TRY_STATUS(co_await ctx.CopyInAsync(UserPtr<const Args>(address), std::span(&args, 1)));
  auto sent = co_await SendReply(ctx, channel, args, RegisterMessage::From(context));
  CO_TRY_STATUS(NoteUnsent(ctx, sent));
  const MessageTarget target = TargetOf(args, address);
  ServeWait serve(*channel, channel.slot(), target.max_bytes, target.max_handles);
  auto waiting = ctx.Wait(serve, Instant::Infinite());
  auto status = co_await waiting;
  if (status != ZX_OK && status != ZX_ERR_BUFFER_TOO_SMALL) co_return status;
  MessagePtr request = serve.TakeRequest();
  if (status == ZX_OK && request == nullptr) {
    serve.registers().CopyTo(context);
    co_return ZX_OK;
  }
  status = TryGiveRequest(ctx, channel, target, request, serve.needed());
  if (status == kStatusPageMissing) {
    status = co_await GiveRequest(ctx, channel, target, std::move(request), serve.needed());
  }
  co_return status;
}

}  // namespace

zx_status_t DiscardReply(SyscallContext& ctx, zx_status_t why) {
  const UserPtr<const Args> address(ctx.thread().vcpu().context().word_arguments());
  if (address.is_null()) return why;
  const auto args = ctx.CopyIn(address);
  if (args.ok())
    static_cast<void>(DiscardHandles(ctx, HandlesOf(*args), args->wr_num_handles, why));
  return why;
}

uint64_t FinishServe(SyscallContext& ctx, const HandleRef<Channel>& channel,
                     const MessageTarget& target, MessagePtr request, MessageSize needed) {
  const zx_status_t status = TryGiveRequest(ctx, channel, target, request, needed);
  if (status != kStatusPageMissing) [[likely]]
    return syscall::ToResult(status);
  return ctx.StartCall(GiveRequest(ctx, channel, target, std::move(request), needed));
}

namespace {

// The reply is sent.
HandOffNext AwaitNext(SyscallContext& ctx, HandleRef<Channel> channel,
                      const MessageTarget& target) {
  if (channel->ParkServer(ctx.thread().parked(), channel.slot(), BuffersOfServe(target))) {
    return EndParked();
  }
  return EndWith(
      ctx, ParkedCall<AwaitRequest>::Start(ctx, Instant::Infinite(), std::move(channel), target));
}

}  // namespace

HandOffNext ServeAfterReply(SyscallContext& ctx, HandleRef<Channel> channel, MessagePtr reply,
                            const ParkedBuffers& buffers) {
  const zx_status_t sent = channel->Write(channel.side(), std::move(reply));
  if (sent != ZX_OK) return EndWith(ctx, NoteUnsent(ctx, sent));
  return AwaitNext(ctx, std::move(channel), TargetOf(buffers, HandleFormat::kValue));
}

HandOffNext ServeWithBuffers(SyscallContext& ctx, HandleRef<Channel> channel) {
  const arch::UserContext& context = ctx.vcpu().context();
  const uint64_t address = context.word_arguments();
  Args args;
  if (ReadArgs(ctx, address, &args)) {
    const zx_status_t sent = TrySendReply(ctx, channel, args, RegisterMessage::From(context));
    if (sent == ZX_OK) return AwaitNext(ctx, std::move(channel), TargetOf(args, address));
    if (sent != kStatusPageMissing) return EndWith(ctx, NoteUnsent(ctx, sent));
  }
  auto call = ServeSlowly(ctx, std::move(channel));
  if (call.is_done()) return EndWith(ctx, DiscardReply(ctx, ZX_ERR_NO_MEMORY));
  return EndWith(ctx, ctx.StartCall(std::move(call)));
}

}  // namespace sirocco
