// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstdint>
#include <optional>
#include <span>

#include "kernel/async/task.h"
#include "kernel/base/result.h"
#include "kernel/objects/channel.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/message.h"
#include "kernel/syscall/context.h"
#include "kernel/syscall/hand_off.h"
#include "kernel/syscall/handle_ref.h"
#include "kernel/syscall/user_ptr.h"

// How messages come out of and into user memory.

namespace sirocco {

/// What one plain call copies; more is copied by a coroutine, as much at a step.
inline constexpr uint32_t kMaxPlainBytes = Message::kSegmentBytes;

/// The bytes of a message that is to be sent: at a place, or, for an iovec, at several.
struct MessageSource {
  UserPtr<const void> bytes;
  uint32_t count;  // Bytes, or elements of the iovec.
  bool is_iovec;
};

/// A message with these bytes and room for handles. Plain: at most kMaxPlainBytes, no iovec.
/// **Errors** ZX_ERR_NO_MEMORY, ZX_ERR_INVALID_ARGS, kStatusPageMissing.
Result<MessagePtr> Compose(SyscallContext& ctx, UserPtr<const void> bytes, uint32_t size_bytes,
                           uint32_t handle_count);
/// The same of any size. **Errors** more: ZX_ERR_OUT_OF_RANGE: more than a message may have.
Task<Result<MessagePtr>> ComposeAsync(SyscallContext& ctx, MessageSource source,
                                      uint32_t handle_count);

/// Moves handles from the caller's table to `handles`, as many. All go, whatever happens.
/// **Errors** ZX_ERR_BAD_HANDLE; ZX_ERR_ACCESS_DENIED: no TRANSFER; ZX_ERR_NOT_SUPPORTED: the end
/// they are written to.
zx_status_t MoveHandles(SyscallContext& ctx, const KernelObject& channel, Side side,
                        std::span<const zx_handle_t> values, std::span<Handle> handles);
/// The same for dispositions; each gets its result. Returns the first failure.
zx_status_t MoveHandles(SyscallContext& ctx, const KernelObject& channel, Side side,
                        std::span<zx_handle_disposition_t> dispositions, std::span<Handle> handles);

enum class HandleFormat : uint8_t { kValue, kInfo };

/// Where a received message goes.
struct MessageTarget {
  UserOut<void> bytes;
  UserOut<void> handles;
  uint32_t max_bytes;
  uint32_t max_handles;
  HandleFormat format;
  UserOut<uint32_t> actual_bytes;  // These two may be null.
  UserOut<uint32_t> actual_handles;

  bool HasRoom(MessageSize size) const {
    return size.bytes <= max_bytes && size.handles <= max_handles;
  }
  uint32_t HandleBytes(uint32_t count) const {
    return count * static_cast<uint32_t>(format == HandleFormat::kInfo ? sizeof(zx_handle_info_t)
                                                                       : sizeof(zx_handle_t));
  }
};

/// Everything a message of some size needs, held: storing it cannot fail.
class HeldTarget {
 public:
  explicit HeldTarget(const MessageTarget& target) : target_(target) {}

  /// `bytes_done` are there already. **Errors** ZX_ERR_NO_MEMORY, ZX_ERR_INVALID_ARGS,
  /// kStatusPageMissing.
  zx_status_t Hold(SyscallContext& ctx, uint32_t size_bytes, uint32_t handle_count,
                   uint32_t bytes_done = 0);
  /// Stores a message of the size that was held. At most kMaxPlainBytes of it are not yet done.
  void Commit(Message& message);

 private:
  const MessageTarget& target_;
  uint32_t bytes_done_ = 0;
  HeldBytes bytes_;
  HeldBytes handles_;
  Held<uint32_t> actual_bytes_;
  Held<uint32_t> actual_handles_;
  std::optional<HandleReservation> slots_;
};

/// Stores the counts alone. **Errors** ZX_ERR_INVALID_ARGS, kStatusPageMissing.
zx_status_t StoreCounts(SyscallContext& ctx, const MessageTarget& target, MessageSize size);

/// The same, awaiting their pages. **Errors** ZX_ERR_INVALID_ARGS.
Task<zx_status_t> StoreCountsAsync(SyscallContext& ctx, MessageTarget target, MessageSize size);

/// Gives a short message, which fits, to the caller at once. **Errors** kStatusPageMissing, with
/// nothing done: also of a message that is longer than that; ZX_ERR_NO_MEMORY, ZX_ERR_INVALID_ARGS.
zx_status_t TryReceive(SyscallContext& ctx, const MessageTarget& target, Message& message);
/// The same of any message, awaiting the pages. It keeps its handles when that fails.
Task<zx_status_t> Receive(SyscallContext& ctx, MessageTarget target, Message& message);

/// A message was not sent, or a call's request: what follows from that. Returns `why`.
zx_status_t NoteUnsent(SyscallContext& ctx, zx_status_t why);

/// Ends a zx_channel_call with its reply: the call's result, or of StartCall.
uint64_t FinishCall(SyscallContext& ctx, const MessageTarget& target, MessagePtr reply);
/// Ends a zx_channel_serve with a request that fits, or, without one, with the size of one that
/// does not: the call's result, or of StartCall.
uint64_t FinishServe(SyscallContext& ctx, const HandleRef<Channel>& channel,
                     const MessageTarget& target, MessagePtr request, MessageSize needed);

/// zx_channel_serve with a zx_channel_serve_args_t, whose address is in the thread's context.
HandOffNext ServeWithBuffers(SyscallContext& ctx, HandleRef<Channel> channel);
/// The same with a reply that is composed, handles and all.
HandOffNext ServeAfterReply(SyscallContext& ctx, HandleRef<Channel> channel, MessagePtr reply,
                            const ParkedBuffers& buffers);
/// Such a call that is refused before it begins: the handles of its reply go all the same, if they
/// can be read without waiting. Returns `why`.
zx_status_t DiscardReply(SyscallContext& ctx, zx_status_t why);

}  // namespace sirocco
