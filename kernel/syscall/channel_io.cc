// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/syscall/channel_io.h"

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <utility>

#include "kernel/async/completion.h"

namespace sirocco {

Result<MessagePtr> Compose(SyscallContext& ctx, UserPtr<const void> bytes, uint32_t size_bytes,
                           uint32_t handle_count) {
  TRY(MessagePtr message, Message::Create(size_bytes, handle_count));
  if (size_bytes != 0) {
    TRY_STATUS(ctx.CopyBytesIn(bytes, message->segment(0)));
  }
  return message;
}

namespace {

/// The parts of an iovec, in the order of the message's bytes.
class Parts {
 public:
  explicit Parts(uint32_t count) : count_(count) {}

  zx_status_t Allocate() {
    parts_.reset(new (std::nothrow) zx_channel_iovec_t[count_]);
    return parts_ == nullptr ? ZX_ERR_NO_MEMORY : ZX_OK;
  }
  std::span<zx_channel_iovec_t> all() { return {parts_.get(), count_}; }

  /// **Errors** ZX_ERR_INVALID_ARGS: a reserved word is set; ZX_ERR_OUT_OF_RANGE: too many bytes.
  Result<uint32_t> TotalBytes() {
    uint64_t total = 0;
    for (const zx_channel_iovec_t& part : all()) {
      if (part.reserved != 0) return Error(ZX_ERR_INVALID_ARGS);
      total += part.capacity;
    }
    if (total > ZX_CHANNEL_MAX_MSG_BYTES) return Error(ZX_ERR_OUT_OF_RANGE);
    return static_cast<uint32_t>(total);
  }

 private:
  const uint32_t count_;
  std::unique_ptr<zx_channel_iovec_t[]> parts_;
};

/// Where the next bytes of a message go, across its segments.
class Filler {
 public:
  explicit Filler(Message& message) : message_(message) {}

  /// At most `wanted` bytes, contiguous; the caller fills all of them.
  std::span<std::byte> Next(size_t wanted) {
    const auto segment = message_.segment(done_ / Message::kSegmentBytes);
    const uint32_t begin = done_ % Message::kSegmentBytes;
    const auto next = segment.subspan(begin, std::min<size_t>(wanted, segment.size() - begin));
    done_ += static_cast<uint32_t>(next.size());
    return next;
  }
  bool is_at_step() const { return done_ % Message::kSegmentBytes == 0; }

 private:
  Message& message_;
  uint32_t done_ = 0;
};

Task<zx_status_t> FillFrom(SyscallContext& ctx, uint64_t address, size_t size_bytes,
                           Filler& filler) {
  while (size_bytes != 0) {
    const auto next = filler.Next(size_bytes);
    auto status = co_await ctx.CopyBytesInAsync(UserPtr<const void>(address), next);
    if (status != ZX_OK) co_return status;
    address += next.size();
    size_bytes -= next.size();
    if (!filler.is_at_step()) continue;
    async::YieldOp yield;  // A step is what a hart does in one go.
    co_await yield;
  }
  co_return ZX_OK;
}

Task<Result<MessagePtr>> ComposeFromParts(SyscallContext& ctx, UserPtr<const void> iovec,
                                          uint32_t count, uint32_t handle_count) {
  Parts parts(count);
  CO_TRY_STATUS(parts.Allocate());
  if (count != 0) {
    CO_TRY_STATUS(co_await ctx.CopyInAsync(iovec.As<const zx_channel_iovec_t>(), parts.all()));
  }
  CO_TRY(const uint32_t size_bytes, parts.TotalBytes());
  CO_TRY(MessagePtr message, Message::Create(size_bytes, handle_count));
  Filler filler(*message);
  for (const zx_channel_iovec_t& part : parts.all()) {
    if (part.capacity == 0) continue;
    const auto address = reinterpret_cast<uintptr_t>(part.buffer);
    auto status = co_await FillFrom(ctx, address, part.capacity, filler);
    if (status != ZX_OK) co_return Error(status);
  }
  co_return message;
}

}  // namespace

Task<Result<MessagePtr>> ComposeAsync(SyscallContext& ctx, MessageSource source,
                                      uint32_t handle_count) {
  if (source.is_iovec) {
    if (source.count > ZX_CHANNEL_MAX_MSG_IOVECS) co_return Error(ZX_ERR_OUT_OF_RANGE);
    auto composed = co_await ComposeFromParts(ctx, source.bytes, source.count, handle_count);
    co_return composed;
  }
  if (source.count > ZX_CHANNEL_MAX_MSG_BYTES) co_return Error(ZX_ERR_OUT_OF_RANGE);
  CO_TRY(MessagePtr message, Message::Create(source.count, handle_count));
  Filler filler(*message);
  auto status = co_await FillFrom(ctx, source.bytes.address(), source.count, filler);
  if (status != ZX_OK) co_return Error(status);
  co_return message;
}

namespace {

bool IsEnd(const Handle& handle, const KernelObject& channel, Side side) {
  return handle.object() == &channel && handle.side() == side;
}

}  // namespace

zx_status_t MoveHandles(SyscallContext& ctx, const KernelObject& channel, Side side,
                        std::span<const zx_handle_t> values, std::span<Handle> handles) {
  zx_status_t result = ZX_OK;
  const auto fail = [&result](zx_status_t status) {
    if (result == ZX_OK) result = status;
  };
  for (size_t i = 0; i < values.size(); ++i) {
    auto removed = ctx.handles().Remove(values[i]);
    if (!removed.ok()) {
      fail(removed.status());
      continue;
    }
    Handle& handle = handles[i] = std::move(removed).value();
    if (IsEnd(handle, channel, side)) {
      fail(ZX_ERR_NOT_SUPPORTED);
    } else if (!handle.has_rights(ZX_RIGHT_TRANSFER)) {
      fail(ZX_ERR_ACCESS_DENIED);
    }
  }
  return result;
}

namespace {

zx_status_t MoveOne(SyscallContext& ctx, const KernelObject& channel, Side side,
                    const zx_handle_disposition_t& disposition, Handle& handle) {
  zx_rights_t needed = ZX_RIGHT_TRANSFER;
  switch (disposition.operation) {
    case ZX_HANDLE_OP_MOVE: {
      TRY(handle, ctx.handles().Remove(disposition.handle));
      break;
    }
    case ZX_HANDLE_OP_DUPLICATE: {
      needed |= ZX_RIGHT_DUPLICATE;
      TRY(handle, ctx.handles().Copy(disposition.handle));
      break;
    }
    default:
      return ZX_ERR_INVALID_ARGS;
  }
  if (IsEnd(handle, channel, side)) return ZX_ERR_NOT_SUPPORTED;
  const bool any_type = disposition.type == ZX_OBJ_TYPE_NONE;
  if (!any_type && disposition.type != handle.object()->type()) return ZX_ERR_WRONG_TYPE;
  if (!handle.has_rights(needed)) return ZX_ERR_ACCESS_DENIED;
  if (disposition.rights == ZX_RIGHT_SAME_RIGHTS) return ZX_OK;
  if ((disposition.rights & ~handle.rights()) != 0) return ZX_ERR_INVALID_ARGS;
  handle.set_rights(disposition.rights);
  return ZX_OK;
}

}  // namespace

zx_status_t MoveHandles(SyscallContext& ctx, const KernelObject& channel, Side side,
                        std::span<zx_handle_disposition_t> dispositions,
                        std::span<Handle> handles) {
  zx_status_t result = ZX_OK;
  for (size_t i = 0; i < dispositions.size(); ++i) {
    zx_handle_disposition_t& disposition = dispositions[i];
    disposition.result = MoveOne(ctx, channel, side, disposition, handles[i]);
    if (result == ZX_OK) result = disposition.result;
  }
  return result;
}

zx_status_t HeldTarget::Hold(SyscallContext& ctx, uint32_t size_bytes, uint32_t handle_count,
                             uint32_t bytes_done) {
  bytes_done_ = bytes_done;
  if (size_bytes > bytes_done) {
    TRY(bytes_, ctx.HoldBytes(target_.bytes, size_bytes));
  }
  TRY(actual_bytes_, ctx.HoldOptional(target_.actual_bytes));
  TRY(actual_handles_, ctx.HoldOptional(target_.actual_handles));
  if (handle_count == 0) return ZX_OK;
  TRY(handles_, ctx.HoldBytes(target_.handles, target_.HandleBytes(handle_count)));
  TRY(HandleReservation slots, ctx.handles().Reserve(handle_count));
  slots_.emplace(std::move(slots));
  return ZX_OK;
}

void HeldTarget::Commit(Message& message) {
  if (message.size_bytes() > bytes_done_) bytes_.CopyFrom(message.segment(0));
  actual_bytes_.Store(message.size_bytes());
  actual_handles_.Store(message.handle_count());
  const std::span<Handle> handles = message.handles();
  if (handles.empty()) return;
  std::array<zx_handle_info_t, ZX_CHANNEL_MAX_MSG_HANDLES> infos;
  std::array<zx_handle_t, ZX_CHANNEL_MAX_MSG_HANDLES> values;
  for (size_t i = 0; i < handles.size(); ++i) {
    infos[i] = {ZX_HANDLE_INVALID, handles[i].object()->type(), handles[i].rights(), 0};
  }
  slots_->Install(handles, values.data());
  if (target_.format == HandleFormat::kValue) {
    handles_.CopyFrom(std::as_bytes(std::span(values).first(handles.size())));
    return;
  }
  for (size_t i = 0; i < handles.size(); ++i) infos[i].handle = values[i];
  handles_.CopyFrom(std::as_bytes(std::span(infos).first(handles.size())));
}

zx_status_t StoreCounts(SyscallContext& ctx, const MessageTarget& target, MessageSize size) {
  TRY(const auto actual_bytes, ctx.HoldOptional(target.actual_bytes));
  TRY(const auto actual_handles, ctx.HoldOptional(target.actual_handles));
  actual_bytes.Store(size.bytes);
  actual_handles.Store(size.handles);
  return ZX_OK;
}

namespace {

// Plain: all of the buffers at once; their size does not burden the coroutine's frame.
zx_status_t HoldAndCommit(SyscallContext& ctx, const MessageTarget& target, Message& message,
                          uint32_t bytes_done) {
  HeldTarget held(target);
  TRY_STATUS(held.Hold(ctx, message.size_bytes(), message.handle_count(), bytes_done));
  held.Commit(message);
  return ZX_OK;
}

zx_status_t HoldAndCopy(SyscallContext& ctx, UserOut<void> to, std::span<const std::byte> bytes) {
  TRY(const HeldBytes held, ctx.HoldBytes(to, bytes.size()));
  held.CopyFrom(bytes);
  return ZX_OK;
}

Task<zx_status_t> CopySegments(SyscallContext& ctx, UserOut<void> bytes, Message& message) {
  for (uint32_t i = 0; i < message.segment_count(); ++i) {
    const UserOut<void> to(bytes.address() + i * Message::kSegmentBytes);
    const auto segment = message.segment(i);
    auto status = co_await ctx.PrepareOut(to.address(), segment.size());
    if (status == ZX_OK) status = HoldAndCopy(ctx, to, segment);
    if (status != ZX_OK) co_return status;
    async::YieldOp yield;
    co_await yield;
  }
  co_return ZX_OK;
}

Task<zx_status_t> PrepareTarget(SyscallContext& ctx, const MessageTarget& target,
                                uint32_t size_bytes, uint32_t handle_count) {
  zx_status_t status = ZX_OK;
  if (size_bytes != 0) {
    status = co_await ctx.PrepareOut(target.bytes.address(), size_bytes);
  }
  if (status == ZX_OK && handle_count != 0) {
    status = co_await ctx.PrepareOut(target.handles.address(), target.HandleBytes(handle_count));
  }
  if (status == ZX_OK && !target.actual_bytes.is_null()) {
    status = co_await ctx.PrepareOut(target.actual_bytes);
  }
  if (status == ZX_OK && !target.actual_handles.is_null()) {
    status = co_await ctx.PrepareOut(target.actual_handles);
  }
  co_return status;
}

}  // namespace

Task<zx_status_t> StoreCountsAsync(SyscallContext& ctx, MessageTarget target, MessageSize size) {
  for (;;) {
    auto status = StoreCounts(ctx, target, size);
    if (status != kStatusPageMissing) co_return status;
    status = co_await PrepareTarget(ctx, target, 0, 0);
    if (status != ZX_OK) co_return status;
  }
}

zx_status_t TryReceive(SyscallContext& ctx, const MessageTarget& target, Message& message) {
  if (message.size_bytes() > kMaxPlainBytes) return kStatusPageMissing;
  return HoldAndCommit(ctx, target, message, 0);
}

Task<zx_status_t> Receive(SyscallContext& ctx, MessageTarget target, Message& message) {
  uint32_t bytes_done = 0;
  if (message.size_bytes() > kMaxPlainBytes) {
    auto copied = co_await CopySegments(ctx, target.bytes, message);
    if (copied != ZX_OK) co_return copied;
    bytes_done = message.size_bytes();
  }
  for (;;) {
    auto status = HoldAndCommit(ctx, target, message, bytes_done);
    if (status != kStatusPageMissing) co_return status;
    status = co_await PrepareTarget(ctx, target, message.size_bytes() - bytes_done,
                                    message.handle_count());
    if (status != ZX_OK) co_return status;
  }
}

}  // namespace sirocco
