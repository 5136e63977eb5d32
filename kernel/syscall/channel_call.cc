// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/channel_call.h"

#include <sirocco/channel_handoff.h>
#include <zircon/syscalls/object.h>

#include <array>
#include <type_traits>
#include <utility>

#include "kernel/objects/thread.h"
#include "kernel/syscall/channel_direct.h"
#include "kernel/syscall/channel_io.h"
#include "kernel/syscall/discard.h"
#include "kernel/syscall/handle_ref.h"
#include "kernel/syscall/handlers.h"
#include "kernel/syscall/parked_call.h"
#include "kernel/syscall/parked_message.h"
#include "kernel/syscall/thunk.h"

namespace sirocco {

namespace {

using syscall::ToResult;

template <typename T>
uint64_t AddressOf(T* pointer) {
  return reinterpret_cast<uintptr_t>(pointer);
}

zx_status_t MoveRequestHandles(SyscallContext& ctx, const HandleRef<Channel>& channel,
                               const zx_channel_call_args_t& args, Message& request) {
  if (args.wr_num_handles == 0) return ZX_OK;
  std::array<zx_handle_t, ZX_CHANNEL_MAX_MSG_HANDLES> values;
  const std::span<zx_handle_t> used(values.data(), args.wr_num_handles);
  TRY_STATUS(ctx.CopyIn(UserPtr<const zx_handle_t>(AddressOf(args.wr_handles)), used));
  return MoveHandles(ctx, *channel, channel.side(), std::span<const zx_handle_t>(used),
                     request.handles());
}

zx_status_t MoveRequestHandles(SyscallContext& ctx, const HandleRef<Channel>& channel,
                               const zx_channel_call_etc_args_t& args, Message& request) {
  if (args.wr_num_handles == 0) return ZX_OK;
  std::array<zx_handle_disposition_t, ZX_CHANNEL_MAX_MSG_HANDLES> dispositions;
  const std::span<zx_handle_disposition_t> used(dispositions.data(), args.wr_num_handles);
  const UserPtr<const zx_handle_disposition_t> address(AddressOf(args.wr_handles));
  TRY_STATUS(ctx.CopyIn(address, used));
  TRY(const HeldBytes results, ctx.HoldBytes(UserOut<void>(address.address()), used.size_bytes()));
  const zx_status_t status = MoveHandles(ctx, *channel, channel.side(), used, request.handles());
  if (status != ZX_OK) results.CopyFrom(std::as_bytes(used));
  return status;
}

// A page of the handles' array is missing: brings it in, writable where results go.
Task<zx_status_t> PrepareHandles(SyscallContext& ctx, const zx_channel_call_args_t& args) {
  const uint64_t begin = AddressOf(args.wr_handles);
  std::byte byte[1];
  auto status = co_await ctx.CopyBytesInAsync(UserPtr<const void>(begin), byte);
  if (status != ZX_OK) co_return status;
  const uint64_t last = begin + args.wr_num_handles * sizeof(zx_handle_t) - 1;
  status = co_await ctx.CopyBytesInAsync(UserPtr<const void>(last), byte);
  co_return status;
}

Task<zx_status_t> PrepareHandles(SyscallContext& ctx, const zx_channel_call_etc_args_t& args) {
  auto status = co_await ctx.PrepareOut(AddressOf(args.wr_handles),
                                        args.wr_num_handles * sizeof(zx_handle_disposition_t));
  co_return status;
}

template <typename Args>
zx_status_t CheckRequest(const Args& args, uint32_t options) {
  if (args.wr_num_handles > ZX_CHANNEL_MAX_MSG_HANDLES) return ZX_ERR_OUT_OF_RANGE;
  const bool is_iovec = (options & ZX_CHANNEL_WRITE_USE_IOVEC) != 0;
  return !is_iovec && args.wr_num_bytes < sizeof(zx_txid_t) ? ZX_ERR_INVALID_ARGS : ZX_OK;
}

// The handles of a call that is refused go all the same.
template <typename Args>
Task<zx_status_t> RefuseCall(SyscallContext& ctx, const Args& args, zx_status_t why) {
  using Entry = std::remove_const_t<std::remove_pointer_t<decltype(args.wr_handles)>>;
  if (args.wr_num_handles == 0) co_return why;
  for (;;) {
    auto status = DiscardHandles(ctx, UserPtr<const Entry>(AddressOf(args.wr_handles)),
                                 args.wr_num_handles, why);
    if (status != kStatusPageMissing) co_return status;
    status = co_await PrepareHandles(ctx, args);
    if (status != ZX_OK) co_return why;
  }
}

// A reply that came in registers becomes a message: what follows knows one kind.
Result<MessagePtr> TakeReply(CallWait& call) {
  MessagePtr reply = call.TakeReply();
  if (reply != nullptr) return reply;
  return Message::Create(call.registers());
}

// Gives the reply to the caller at once, or says kStatusPageMissing with nothing done. One that has
// no room is dropped.
zx_status_t TryGiveReply(SyscallContext& ctx, const MessageTarget& target, Message& reply) {
  if (target.HasRoom(reply.size())) return TryReceive(ctx, target, reply);
  TRY_STATUS(StoreCounts(ctx, target, reply.size()));
  return ZX_ERR_BUFFER_TOO_SMALL;
}

Task<zx_status_t> GiveReply(SyscallContext& ctx, MessageTarget target, MessagePtr reply) {
  if (target.HasRoom(reply->size())) {
    auto received = co_await Receive(ctx, target, *reply);
    co_return received;
  }
  auto stored = co_await StoreCountsAsync(ctx, target, reply->size());
  co_return stored == ZX_OK ? ZX_ERR_BUFFER_TOO_SMALL : stored;
}

// A call that is not parked in its channel: it has a deadline, or another one is.
class Exchange {
 public:
  Exchange(HandleRef<Channel> channel, const MessageTarget& target, MessagePtr request)
      : channel_(std::move(channel)),
        target_(target),
        call_(*channel_, channel_.slot(), std::move(request)) {}

  CallWait& operation() { return call_; }
  uint64_t End(SyscallContext& ctx) {
    if (call_.status() != ZX_OK) return ToResult(NoteUnsent(ctx, call_.status()));
    auto reply = TakeReply(call_);
    if (!reply.ok()) return ToResult(reply.status());
    return FinishCall(ctx, target_, std::move(reply).value());
  }

 private:
  const HandleRef<Channel> channel_;
  const MessageTarget target_;
  CallWait call_;
};

// With a request that is too long to be composed at once.
template <typename Args>
Task<zx_status_t> ExchangeLong(SyscallContext& ctx, HandleRef<Channel> channel, uint32_t options,
                               Args args, Instant deadline, MessageTarget target) {
  zx_status_t status = CheckRequest(args, options);
  if (status != ZX_OK) {
    status = co_await RefuseCall(ctx, args, status);
    co_return status;
  }
  const MessageSource source{UserPtr<const void>(AddressOf(args.wr_bytes)), args.wr_num_bytes,
                             (options & ZX_CHANNEL_WRITE_USE_IOVEC) != 0};
  auto request = co_await ComposeAsync(ctx, source, args.wr_num_handles);
  status = request.status();
  if (status == ZX_OK && request.value()->size_bytes() < sizeof(zx_txid_t)) {
    status = ZX_ERR_INVALID_ARGS;
  }
  if (status != ZX_OK) {
    status = co_await RefuseCall(ctx, args, status);
    co_return status;
  }
  for (;;) {
    status = MoveRequestHandles(ctx, channel, args, *request.value());
    if (status == ZX_OK) break;
    if (status != kStatusPageMissing) co_return status;
    status = co_await PrepareHandles(ctx, args);
    if (status != ZX_OK) co_return status;
  }
  CallWait call(*channel, channel.slot(), std::move(request).value());
  auto waiting = ctx.Wait(call, deadline);
  status = co_await waiting;
  if (status != ZX_OK) co_return NoteUnsent(ctx, status);
  CO_TRY(MessagePtr reply, TakeReply(call));
  status = TryGiveReply(ctx, target, *reply);
  if (status == kStatusPageMissing) {
    status = co_await GiveReply(ctx, target, std::move(reply));
  }
  co_return status;
}

uint64_t SendAndWait(SyscallContext& ctx, HandleRef<Channel> channel, Instant deadline,
                     MessagePtr request, const MessageTarget& target) {
  if (deadline.is_infinite() &&
      channel->ParkCaller(ctx.thread().parked(), channel.slot(), request, BuffersOfCall(target))) {
    return kEntryPending;
  }
  return ParkedCall<Exchange>::Start(ctx, deadline, std::move(channel), target, std::move(request));
}

// Plain.
template <typename Args>
Result<MessagePtr> ComposeShort(SyscallContext& ctx, const Args& args, uint32_t options) {
  const zx_status_t status = CheckRequest(args, options);
  if (status != ZX_OK) return Error(status);
  return Compose(ctx, UserPtr<const void>(AddressOf(args.wr_bytes)), args.wr_num_bytes,
                 args.wr_num_handles);
}

template <typename Args>
uint64_t Call(SyscallContext& ctx, const Found<Channel>& found, uint32_t options,
              zx_instant_mono_t deadline, UserPtr<const Args> address, HandleFormat format,
              UserOut<uint32_t> actual_bytes, UserOut<uint32_t> actual_handles) {
  using Entry = std::remove_const_t<std::remove_pointer_t<decltype(Args::wr_handles)>>;
  Args args;
  if (const std::byte* const whole = ctx.FindWhole(address)) [[likely]] {
    CopyWhole<Args>(&args, whole);
  } else {
    const zx_status_t status = ctx.CopyIn(address, std::span(&args, 1));
    if (status != ZX_OK) return ToResult(status);
  }
  // The handles of a call that is refused go all the same.
  const auto refuse = [&ctx, &args](zx_status_t why) {
    const UserPtr<const Entry> handles(AddressOf(args.wr_handles));
    return ToResult(DiscardHandles(ctx, handles, args.wr_num_handles, why));
  };
  auto kept = Keep(found);
  if (!kept.ok()) return refuse(kept.status());
  HandleRef<Channel> channel = std::move(kept).value();
  const MessageTarget target{UserOut<void>(AddressOf(args.rd_bytes)),
                             UserOut<void>(AddressOf(args.rd_handles)),
                             args.rd_num_bytes,
                             args.rd_num_handles,
                             format,
                             actual_bytes,
                             actual_handles};
  const bool is_iovec = (options & ZX_CHANNEL_WRITE_USE_IOVEC) != 0;
  if (is_iovec || args.wr_num_bytes > kMaxPlainBytes) {
    auto call = ExchangeLong(ctx, std::move(channel), options, args, Instant(deadline), target);
    return call.is_done() ? refuse(ZX_ERR_NO_MEMORY) : ctx.StartCall(std::move(call));
  }
  auto composed = ComposeShort(ctx, args, options);
  zx_status_t status = composed.status();
  if (status == kStatusPageMissing) return ToResult(status);
  if (status != ZX_OK) return refuse(status);
  MessagePtr request = std::move(composed).value();
  status = MoveRequestHandles(ctx, channel, args, *request);
  if (status != ZX_OK) return ToResult(status);
  return SendAndWait(ctx, std::move(channel), Instant(deadline), std::move(request), target);
}

}  // namespace

uint64_t FinishCall(SyscallContext& ctx, const MessageTarget& target, MessagePtr reply) {
  const zx_status_t status = TryGiveReply(ctx, target, *reply);
  if (status != kStatusPageMissing) [[likely]]
    return ToResult(status);
  return ctx.StartCall(GiveReply(ctx, target, std::move(reply)));
}

uint64_t CallWith(SyscallContext& ctx, const Found<Channel>& handle, MessagePtr request,
                  const ParkedBuffers& buffers) {
  auto channel = Keep(handle);
  if (!channel.ok()) return ToResult(channel.status());
  return SendAndWait(ctx, std::move(channel).value(), Instant::Infinite(), std::move(request),
                     TargetOf(buffers, HandleFormat::kValue));
}

uint64_t CallSlowly(SyscallContext& ctx, const Found<Channel>& handle, uint32_t options,
                    zx_instant_mono_t deadline, UserPtr<const zx_channel_call_args_t> args,
                    UserOut<uint32_t> actual_bytes, UserOut<uint32_t> actual_handles) {
  return Call(ctx, handle, options, deadline, args, HandleFormat::kValue, actual_bytes,
              actual_handles);
}

uint64_t sys_channel_call_etc(SyscallContext& ctx, Found<Channel> handle, uint32_t options,
                              zx_instant_mono_t deadline, UserOut<zx_channel_call_etc_args_t> args,
                              UserOut<uint32_t> actual_bytes, UserOut<uint32_t> actual_handles) {
  return Call(ctx, handle, options, deadline,
              UserPtr<const zx_channel_call_etc_args_t>(args.address()), HandleFormat::kInfo,
              actual_bytes, actual_handles);
}

}  // namespace sirocco
