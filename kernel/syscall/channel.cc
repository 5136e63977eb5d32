// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/channel.h"

#include <zircon/rights.h>
#include <zircon/syscalls/object.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <utility>

#include "kernel/objects/process.h"
#include "kernel/syscall/channel_io.h"
#include "kernel/syscall/create.h"
#include "kernel/syscall/discard.h"
#include "kernel/syscall/fast_calls.h"
#include "kernel/syscall/handle_ref.h"
#include "kernel/syscall/handlers.h"

namespace sirocco {

zx_status_t sys_channel_create(SyscallContext& ctx, uint32_t, UserOut<zx_handle_t> out0,
                               UserOut<zx_handle_t> out1) {
  return CreatePair(ctx, out0, out1, ZX_DEFAULT_CHANNEL_RIGHTS, &Channel::Create);
}

namespace {

uint64_t ToResult(zx_status_t status) { return SyscallContext::ToResult(status); }

zx_status_t Send(SyscallContext& ctx, Channel& channel, Side side, MessagePtr message) {
  const zx_status_t status = channel.Write(side, std::move(message));
  if (status != ZX_OK) [[unlikely]]
    return NoteUnsent(ctx, status);
  return ZX_OK;
}

// --- Writing. `Entry` is a handle or a disposition. ---

template <typename Entry>
using Entries = std::array<Entry, ZX_CHANNEL_MAX_MSG_HANDLES>;

// Handles leave their owner whatever happens, so even a refused call takes them.
template <typename Entry>
zx_status_t Refuse(SyscallContext& ctx, UserPtr<const Entry> handles, uint32_t count,
                   zx_status_t why) {
  return DiscardHandles(ctx, handles, count, why);
}

zx_status_t FinishWrite(SyscallContext& ctx, Channel& channel, Side side,
                        std::span<zx_handle_t> values, UserPtr<const zx_handle_t>,
                        MessagePtr message) {
  TRY_STATUS(MoveHandles(ctx, channel, side, values, message->handles()));
  return Send(ctx, channel, side, std::move(message));
}

zx_status_t FinishWrite(SyscallContext& ctx, Channel& channel, Side side,
                        std::span<zx_handle_disposition_t> dispositions,
                        UserPtr<const zx_handle_disposition_t> address, MessagePtr message) {
  HeldBytes results;
  if (!dispositions.empty()) {
    TRY(results, ctx.HoldBytes(UserOut<void>(address.address()), dispositions.size_bytes()));
  }
  zx_status_t status = MoveHandles(ctx, channel, side, dispositions, message->handles());
  if (status == ZX_OK) return Send(ctx, channel, side, std::move(message));
  results.CopyFrom(std::as_bytes(dispositions));
  return status;
}

template <typename Entry>
zx_status_t WritePlain(SyscallContext& ctx, const Found<Channel>& channel,
                       UserPtr<const void> bytes, uint32_t size_bytes, UserPtr<const Entry> handles,
                       uint32_t count) {
  auto message = Compose(ctx, bytes, size_bytes, count);
  if (message.status() == kStatusPageMissing) return kStatusPageMissing;
  if (!message.ok()) return Refuse(ctx, handles, count, message.status());
  if (count == 0) return Send(ctx, channel.object, channel.side, std::move(message).value());
  Entries<Entry> entries;
  const std::span<Entry> used(entries.data(), count);
  TRY_STATUS(ctx.CopyIn(handles, used));
  return FinishWrite(ctx, channel.object, channel.side, used, handles, std::move(message).value());
}

// Plain: keeps the array of handles out of the coroutine's frame. The pages may have to be awaited.
template <typename Entry>
zx_status_t TryFinish(SyscallContext& ctx, const HandleRef<Channel>& channel,
                      UserPtr<const Entry> handles, uint32_t count, MessagePtr& message) {
  Entries<Entry> entries;
  const std::span<Entry> used(entries.data(), count);
  if (count != 0) {
    TRY_STATUS(ctx.CopyIn(handles, used));
    if constexpr (std::is_same_v<Entry, zx_handle_disposition_t>) {
      TRY_STATUS(ctx.HoldBytes(UserOut<void>(handles.address()), used.size_bytes()).status());
    }
  }
  return FinishWrite(ctx, *channel, channel.side(), used, handles, std::move(message));
}

template <typename Entry>
Task<zx_status_t> WriteLong(SyscallContext& ctx, HandleRef<Channel> channel, MessageSource source,
                            UserPtr<const Entry> handles, uint32_t count) {
  auto message = co_await ComposeAsync(ctx, source, count);
  zx_status_t status = message.status();
  for (;;) {
    if (message.ok()) {
      status = TryFinish(ctx, channel, handles, count, message.value());
    } else {
      status = Refuse(ctx, handles, count, message.status());
    }
    if (status != kStatusPageMissing) co_return status;
    // The handles' page is missing: not a word of them was taken.
    std::byte first[1];
    std::byte last[1];
    const uint64_t end = handles.address() + count * sizeof(Entry);
    status = co_await ctx.CopyBytesInAsync(handles.template As<const void>(), first);
    if (status == ZX_OK) {
      status = co_await ctx.CopyBytesInAsync(UserPtr<const void>(end - 1), last);
    }
    if constexpr (std::is_same_v<Entry, zx_handle_disposition_t>) {
      if (status == ZX_OK) {
        status = co_await ctx.PrepareOut(handles.address(), end - handles.address());
      }
    }
    if (status != ZX_OK) co_return status;
  }
}

template <typename Entry>
[[gnu::noinline]] uint64_t Write(SyscallContext& ctx, const Found<Channel>& channel,
                                 uint32_t options, UserPtr<const void> bytes, uint32_t num_bytes,
                                 UserPtr<const Entry> handles, uint32_t num_handles) {
  if (num_handles > ZX_CHANNEL_MAX_MSG_HANDLES) return ToResult(ZX_ERR_OUT_OF_RANGE);
  const bool is_iovec = (options & ZX_CHANNEL_WRITE_USE_IOVEC) != 0;
  if (!is_iovec && num_bytes <= kMaxPlainBytes) {
    return ToResult(WritePlain(ctx, channel, bytes, num_bytes, handles, num_handles));
  }
  auto kept = Keep(channel);
  if (!kept.ok()) return ToResult(Refuse(ctx, handles, num_handles, kept.status()));
  const MessageSource source{bytes, num_bytes, is_iovec};
  auto call = WriteLong(ctx, std::move(kept).value(), source, handles, num_handles);
  if (!call.is_done()) return ctx.StartCall(std::move(call));
  return ToResult(Refuse(ctx, handles, num_handles, ZX_ERR_NO_MEMORY));
}

// --- Reading. ---

zx_status_t Discard(Channel& channel, Side side, const Channel::Head& head) {
  channel.Take(side, head);  // Null if another reader was quicker; what we saw is gone either way.
  return ZX_ERR_BUFFER_TOO_SMALL;
}

zx_status_t ReadPlain(SyscallContext& ctx, const Found<Channel>& channel, uint32_t options,
                      const MessageTarget& target, bool* is_long) {
  for (;;) {
    TRY(const Channel::Head head, channel.object.Peek(channel.side));
    if (!target.HasRoom(head.size)) {
      TRY_STATUS(StoreCounts(ctx, target, head.size));
      if ((options & ZX_CHANNEL_READ_MAY_DISCARD) == 0) return ZX_ERR_BUFFER_TOO_SMALL;
      return Discard(channel.object, channel.side, head);
    }
    *is_long = head.size.bytes > kMaxPlainBytes;
    if (*is_long) return ZX_OK;
    HeldTarget held(target);
    TRY_STATUS(held.Hold(ctx, head.size.bytes, head.size.handles));
    MessagePtr message = channel.object.Take(channel.side, head);
    if (message == nullptr) continue;  // Another reader took it.
    held.Commit(*message);
    return ZX_OK;
  }
}

Task<zx_status_t> ReadLong(SyscallContext& ctx, HandleRef<Channel> channel, MessageTarget target) {
  for (;;) {
    CO_TRY(const Channel::Head head, channel->Peek(channel.side()));
    if (!target.HasRoom(head.size)) {
      auto stored = co_await StoreCountsAsync(ctx, target, head.size);
      co_return stored == ZX_OK ? ZX_ERR_BUFFER_TOO_SMALL : stored;
    }
    // A bad buffer is told before the message leaves the queue.
    auto status = co_await ctx.PrepareOut(target.bytes.address(), head.size.bytes);
    if (status != ZX_OK) co_return status;
    MessagePtr message = channel->Take(channel.side(), head);
    if (message == nullptr) continue;
    status = co_await Receive(ctx, target, *message);
    if (status != ZX_OK) channel->PutBack(channel.side(), std::move(message));
    co_return status;
  }
}

template <HandleFormat format, typename Entry>
[[gnu::noinline]] uint64_t Read(SyscallContext& ctx, const Found<Channel>& channel,
                                uint32_t options, UserOut<void> bytes, UserOut<Entry> handles,
                                uint32_t num_bytes, uint32_t num_handles,
                                UserOut<uint32_t> actual_bytes, UserOut<uint32_t> actual_handles) {
  const MessageTarget target{
      bytes,         handles.template As<void>(), num_bytes, num_handles, format, actual_bytes,
      actual_handles};
  bool is_long = false;
  const zx_status_t status = ReadPlain(ctx, channel, options, target, &is_long);
  if (status != ZX_OK || !is_long) return ToResult(status);
  auto kept = Keep(channel);
  if (!kept.ok()) return ToResult(kept.status());
  return ctx.StartCall(ReadLong(ctx, std::move(kept).value(), target));
}

}  // namespace

[[gnu::noinline, gnu::cold]] zx_status_t NoteUnsent(SyscallContext& ctx, zx_status_t why) {
  // Nobody reads it: a policy exception, which nobody handles yet.
  if (why == ZX_ERR_SHOULD_WAIT) ctx.process().Kill(ZX_TASK_RETCODE_EXCEPTION_KILL);
  return why;
}

uint64_t FinishRead(Message* message, std::byte* bytes, std::byte* actual_bytes,
                    std::byte* actual_handles) {
  const std::span<const std::byte> content = message->short_bytes();
  std::memcpy(bytes, content.data(), content.size());
  StoreOptional(actual_bytes, static_cast<uint32_t>(content.size()));
  StoreOptional(actual_handles, uint32_t{0});
  Message::DestroyShort(message);
  return ToResult(ZX_OK);
}

uint64_t WriteShort(SyscallContext& ctx, Channel& channel, Side side, const std::byte* bytes,
                    size_t size_bytes) {
  MessagePtr message = Message::CreateShort({bytes, size_bytes});
  if (message == nullptr) [[unlikely]]
    return ToResult(ZX_ERR_NO_MEMORY);
  return ToResult(Send(ctx, channel, side, std::move(message)));
}

uint64_t sys_channel_write(SyscallContext& ctx, Found<Channel> handle, uint32_t options,
                           UserPtr<const void> bytes, uint32_t num_bytes,
                           UserPtr<const zx_handle_t> handles, uint32_t num_handles) {
  return Write(ctx, handle, options, bytes, num_bytes, handles, num_handles);
}

uint64_t sys_channel_write_etc(SyscallContext& ctx, Found<Channel> handle, uint32_t options,
                               UserPtr<const void> bytes, uint32_t num_bytes,
                               UserOut<zx_handle_disposition_t> handles, uint32_t num_handles) {
  return Write(ctx, handle, options, bytes, num_bytes,
               UserPtr<const zx_handle_disposition_t>(handles.address()), num_handles);
}

uint64_t sys_channel_read(SyscallContext& ctx, Found<Channel> handle, uint32_t options,
                          UserOut<void> bytes, UserOut<zx_handle_t> handles, uint32_t num_bytes,
                          uint32_t num_handles, UserOut<uint32_t> actual_bytes,
                          UserOut<uint32_t> actual_handles) {
  return Read<HandleFormat::kValue>(ctx, handle, options, bytes, handles, num_bytes, num_handles,
                                    actual_bytes, actual_handles);
}

uint64_t sys_channel_read_etc(SyscallContext& ctx, Found<Channel> handle, uint32_t options,
                              UserOut<void> bytes, UserOut<zx_handle_info_t> handles,
                              uint32_t num_bytes, uint32_t num_handles,
                              UserOut<uint32_t> actual_bytes, UserOut<uint32_t> actual_handles) {
  return Read<HandleFormat::kInfo>(ctx, handle, options, bytes, handles, num_bytes, num_handles,
                                   actual_bytes, actual_handles);
}

}  // namespace sirocco
