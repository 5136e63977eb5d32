// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "kernel/objects/parked_thread.h"
#include "kernel/syscall/channel_io.h"
#include "kernel/syscall/context.h"
#include "kernel/syscall/user_ptr.h"

namespace sirocco {

/// What a thread waits with that is parked in zx_channel_call, zx_channel_call_etc.
ParkedBuffers BuffersOfCall(const MessageTarget& target);
/// And in zx_channel_serve.
ParkedBuffers BuffersOfServe(const MessageTarget& target);
/// And back.
MessageTarget TargetOf(const ParkedBuffers& buffers, HandleFormat format);
/// What they are delivered by.
void DeliverReply(ParkedThread& thread, Channel& channel, MessagePtr message, MessageSize needed);
void DeliverReplyEtc(ParkedThread& thread, Channel& channel, MessagePtr message,
                     MessageSize needed);
void DeliverRequest(ParkedThread& thread, Channel& channel, MessagePtr message, MessageSize needed);

/// The buffers of a parked thread as they are when a message comes; one that is not there, or
/// reaches over the end of a page, makes that go the other way.
///
/// The sender writes through the direct map, on a hart that may never have been in the receiver's
/// space: pages and tables that are taken away meanwhile outlive its quiet point.
class ParkedPlaces {
 public:
  /// False: the message has no room, or a buffer is not at hand.
  [[gnu::always_inline]] bool Find(const ParkedThread& thread, MessageSize size) {
    const ParkedBuffers& buffers = thread.buffers();
    if (!buffers.HasRoom(size)) [[unlikely]]
      return false;
    SyscallContext& receiver = SyscallContext::Of(thread.vcpu());
    bytes_ = receiver.FindWhole(buffers.bytes, size.bytes, arch::Access::kWrite);
    if (size.handles != 0) {
      if (buffers.deliver == &DeliverReplyEtc) return false;
      handles_ = receiver.FindWhole(buffers.handles, size.handles * sizeof(zx_handle_t),
                                    arch::Access::kWrite);
      if (handles_ == nullptr) return false;
    }
    return bytes_ != nullptr &&
           receiver.FindOptional(UserOut<uint32_t>(buffers.actual_bytes), &actual_bytes_) &&
           receiver.FindOptional(UserOut<uint32_t>(buffers.actual_handles), &actual_handles_);
  }
  /// Where the values of the handles go.
  std::byte* handles() const { return handles_; }
  /// Stores `bytes`, of which the first four are `txid` whatever they are in memory, and the
  /// counts.
  [[gnu::always_inline]] void Store(std::span<const std::byte> bytes, zx_txid_t txid,
                                    uint32_t handle_count) const {
    std::memmove(bytes_, bytes.data(), bytes.size());  // Both may be one program's.
    CopyWhole<zx_txid_t>(bytes_, &txid);
    StoreOptional(actual_bytes_, static_cast<uint32_t>(bytes.size()));
    StoreOptional(actual_handles_, handle_count);
  }

 private:
  std::byte* bytes_ = nullptr;
  std::byte* handles_ = nullptr;
  std::byte* actual_bytes_ = nullptr;
  std::byte* actual_handles_ = nullptr;
};

}  // namespace sirocco
