// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/channel_call.h"

#include <sirocco/channel_handoff.h>
#include <zircon/syscalls/object.h>

#include <array>
#include <type_traits>
#include <utility>

#include "kernel/objects/process.h"
#include "kernel/objects/thread.h"
#include "kernel/syscall/channel_io.h"
#include "kernel/syscall/discard.h"
#include "kernel/syscall/handle_ref.h"
#include "kernel/syscall/handlers.h"
#include "kernel/syscall/page_finder.h"
#include "kernel/syscall/parked_call.h"
#include "kernel/syscall/parked_receiver.h"
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
  return MoveHandles(ctx, *channel, channel.side(), std::span<const zx_handle_t>(used), request);
}

zx_status_t MoveRequestHandles(SyscallContext& ctx, const HandleRef<Channel>& channel,
                               const zx_channel_call_etc_args_t& args, Message& request) {
  if (args.wr_num_handles == 0) return ZX_OK;
  std::array<zx_handle_disposition_t, ZX_CHANNEL_MAX_MSG_HANDLES> dispositions;
  const std::span<zx_handle_disposition_t> used(dispositions.data(), args.wr_num_handles);
  const UserPtr<const zx_handle_disposition_t> address(AddressOf(args.wr_handles));
  TRY_STATUS(ctx.CopyIn(address, used));
  TRY(const HeldBytes results, ctx.HoldBytes(UserOut<void>(address.address()), used.size_bytes()));
  const zx_status_t status = MoveHandles(ctx, *channel, channel.side(), used, request);
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

// What became of a call, at once: its status, or kStatusPageMissing, and then `reply` is to be
// received by EndCallSlowly.
zx_status_t EndCall(SyscallContext& ctx, CallWait& call, const MessageTarget& target,
                    MessagePtr& reply) {
  const zx_status_t status = call.status();
  if (status == ZX_ERR_SHOULD_WAIT) {
    ctx.process().Kill(ZX_TASK_RETCODE_EXCEPTION_KILL);  // As zx_channel_write does.
  }
  if (status != ZX_OK) return status;
  TRY(reply, TakeReply(call));
  if (target.HasRoom(reply->size_bytes(), reply->handle_count())) {
    return TryReceive(ctx, target, *reply);
  }
  // And the reply is dropped.
  TRY_STATUS(StoreCounts(ctx, target, reply->size_bytes(), reply->handle_count()));
  return ZX_ERR_BUFFER_TOO_SMALL;
}

Task<zx_status_t> EndCallSlowly(SyscallContext& ctx, MessageTarget target, MessagePtr reply) {
  if (target.HasRoom(reply->size_bytes(), reply->handle_count())) {
    auto received = co_await Receive(ctx, target, *reply);
    co_return received;
  }
  auto stored = co_await StoreCountsAsync(ctx, target, reply->size_bytes(), reply->handle_count());
  co_return stored == ZX_OK ? ZX_ERR_BUFFER_TOO_SMALL : stored;
}

// From the request to the reply in the caller's buffers.
class Exchange {
 public:
  Exchange(SyscallContext& ctx, HandleRef<Channel> channel, const MessageTarget& target)
      : channel_(std::move(channel)),
        target_(target),
        receiver_(ctx, target_, ParkedReceiver::Kind::kCaller),
        call_(*channel_, channel_.slot(), &receiver_) {}

  const HandleRef<Channel>& channel() const { return channel_; }
  CallWait& operation() { return call_; }
  uint64_t End(SyscallContext& ctx) {
    MessagePtr reply;
    const zx_status_t status = EndCall(ctx, call_, target_, reply);
    if (status != kStatusPageMissing) [[likely]]
      return ToResult(status);
    return ctx.StartCall(EndCallSlowly(ctx, target_, std::move(reply)));
  }

 private:
  const HandleRef<Channel> channel_;
  const MessageTarget target_;
  ParkedReceiver receiver_;
  CallWait call_;
};

// The server whose buffers the request is in by now, if one waits and all of that is at hand.
template <typename Args>
sched::Vcpu* SendDirectly(SyscallContext& ctx, PageFinder& pages, Exchange& exchange,
                          const Args& args) {
  if (args.wr_num_handles != 0 || args.wr_num_bytes < sizeof(zx_txid_t)) return nullptr;
  const std::byte* const bytes =
      pages.Find(AddressOf(args.wr_bytes), args.wr_num_bytes, arch::Access::kRead);
  if (bytes == nullptr) return nullptr;
  CallWait& call = exchange.operation();
  DirectReceiver* const server =
      exchange.channel()->CallDirectly(call, ctx.vcpu(), args.wr_num_bytes);
  if (server == nullptr) return nullptr;
  return &static_cast<ParkedReceiver*>(server)->Take({bytes, args.wr_num_bytes}, call.txid());
}

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
  co_await waiting;
  MessagePtr reply;
  status = EndCall(ctx, call, target, reply);
  if (status == kStatusPageMissing) {
    status = co_await EndCallSlowly(ctx, target, std::move(reply));
  }
  co_return status;
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
  PageFinder pages(ctx);
  Args args;
  if (const std::byte* const whole = pages.Find(address)) [[likely]] {
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
  auto& call = ParkedCall<Exchange>::Create(ctx, ctx, std::move(channel), target);
  if (sched::Vcpu* const server = SendDirectly(ctx, pages, call.body(), args)) {
    return call.RunBehind(*server, Instant(deadline));
  }
  auto request = ComposeShort(ctx, args, options);
  zx_status_t status = request.status();
  if (status == ZX_OK) {
    status = MoveRequestHandles(ctx, call.body().channel(), args, *request.value());
    if (status == ZX_OK) {
      call.body().operation().set_request(std::move(request).value());
      return call.Run(Instant(deadline));
    }
    call.Discard();
    return ToResult(status);
  }
  call.Discard();
  return status == kStatusPageMissing ? ToResult(status) : refuse(status);
}

}  // namespace

uint64_t sys_channel_call(SyscallContext& ctx, Found<Channel> handle, uint32_t options,
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
