// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/syscalls/object.h>
#include <zircon/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/atomic.h"
#include "kernel/objects/channel.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/parked_thread.h"
#include "kernel/objects/thread.h"
#include "kernel/sched/vcpu_hand_over.h"
#include "kernel/syscall/context.h"
#include "kernel/syscall/hand_off.h"
#include "kernel/syscall/parked_message.h"
#include "kernel/syscall/user_ptr.h"

// From thread to thread: somebody is parked in the channel for what we bring, and we park there for
// what they answer. One lock, held until the hart is theirs; no message, no queue. Whatever is not
// as usual goes the other way, before anything has changed.

namespace sirocco {

class HandOff {
 public:
  enum class Role { kCaller, kServer };

  /// The hand-off pair, from registers to registers.
  template <Role kRole>
  [[gnu::always_inline]] static HandOffNext Switch(uint64_t handle);
  /// zx_channel_serve, with bytes that lie in memory on one of both sides.
  static HandOffNext ReplyThroughMemory(uint64_t handle);
  /// zx_channel_call without a deadline. False: it takes more, and nothing was done.
  [[gnu::always_inline]] static bool TryCall(SyscallContext& ctx, const Found<Channel>& handle,
                                             UserPtr<const zx_channel_call_args_t> args,
                                             UserOut<uint32_t> actual_bytes,
                                             UserOut<uint32_t> actual_handles, uint64_t* result);

 private:
  // More handles than that go in a message.
  static constexpr uint32_t kMaxHandles = 8;
  // What a thread brings: bytes that are at hand, and handles that are in no table any more.
  struct Content {
    std::span<const std::byte> bytes;
    std::span<Handle> handles;
    MessageSize size() const {
      return {static_cast<uint32_t>(bytes.size()), static_cast<uint32_t>(handles.size())};
    }
  };

  // Gives the request to a server that is parked, and parks us with `buffers`.
  [[gnu::always_inline]] static bool TrySend(SyscallContext& ctx, const Found<Channel>& handle,
                                             const Content& request, const ParkedBuffers& buffers);
  // The same for a request with handles, which go whatever happens: the call's result.
  static uint64_t CallWithHandles(SyscallContext& ctx, const Found<Channel>& handle,
                                  const zx_channel_call_args_t& call,
                                  std::span<const std::byte> bytes, const std::byte* values,
                                  const ParkedBuffers& buffers);
  // Gives a reply to its caller, who is parked, and parks the server: the hart enters `*next`.
  // False: it takes more, and nothing was done.
  static bool TryReply(SyscallContext& ctx, HandleValue handle, const Content& reply,
                       const ParkedBuffers& buffers, arch::UserContext** next);

  static HandOffNext ReplyWithHandles(SyscallContext& ctx, HandleValue handle,
                                      std::span<const std::byte> bytes, const std::byte* values,
                                      uint32_t count, const ParkedBuffers& buffers);

  // Into the receiver's table, and their values to `place`. False: there is no room, and nothing
  // was done.
  static bool GiveHandles(SyscallContext& to, std::span<Handle> handles, std::byte* place);
  // A request into the registers of a server.
  static void StoreWords(arch::UserContext& context, std::span<const std::byte> bytes,
                         zx_txid_t txid);
  static HandOffNext EndSlowly(Channel& channel, ParkedThread& self, ParkedThread& peer)
      RELEASE(channel.lock_);
};

// The lock is released when our registers are saved; the analysis cannot follow it there.
inline bool HandOff::TrySend(SyscallContext& ctx, const Found<Channel>& handle,
                             const Content& request,
                             const ParkedBuffers& buffers) NO_THREAD_SAFETY_ANALYSIS {
  Channel& channel = handle.object;
  if (!channel.lock_.TryLock()) return false;
  Channel::End& here = channel.ends_[Index(handle.side)];
  Channel::End& there = channel.ends_[Index(Peer(handle.side))];
  ParkedThread* const peer = there.server;
  const bool to_words =
      request.bytes.size() <= RegisterMessage::kMaxBytes && request.handles.empty();
  ParkedPlaces places;
  ParkedThread& parked = ctx.thread().parked();
  // A kill that does not see us parked is seen here.
  StoreRelaxed(parked.object_, &channel);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (peer == nullptr || here.caller != nullptr || here.calls >= Channel::kTxidsPerEnd ||
      !handle.slot.IsWaited() || ctx.vcpu().attention_requested() ||
      !ctx.vcpu().MayHandOverTo(peer->vcpu()) ||
      (!to_words && (!peer->has_buffers() || !places.Find(*peer, request.size()))) ||
      (!request.handles.empty() &&
       !GiveHandles(SyscallContext::Of(peer->vcpu()), request.handles, places.handles()))) {
    StoreRelaxed(parked.object_, nullptr);
    channel.lock_.Unlock();
    return false;
  }
  Channel::UnparkLocked(there.server);
  parked.txid_ = Channel::MakeTxid(handle.side, here.calls++);
  arch::UserContext& context = peer->context();
  if (to_words) {
    StoreWords(context, request.bytes, parked.txid_);
  } else {
    places.Store(request.bytes, parked.txid_, request.size().handles);
    context.set_word_bytes(0);
  }
  context.set_result(SyscallContext::ToResult(ZX_OK));
  parked.slot_ = handle.slot;
  parked.buffers_ = buffers;
  here.caller = &parked;
  ctx.vcpu().HandOverAfterwards(peer->vcpu(), channel.lock_.HandOut());
  return true;
}

inline bool HandOff::TryCall(SyscallContext& ctx, const Found<Channel>& handle,
                             UserPtr<const zx_channel_call_args_t> args,
                             UserOut<uint32_t> actual_bytes, UserOut<uint32_t> actual_handles,
                             uint64_t* result) {
  const std::byte* const place = ctx.FindWhole(args);
  if (place == nullptr || !ctx.is_at_door()) return false;
  zx_channel_call_args_t call;
  CopyWhole<zx_channel_call_args_t>(&call, place);
  if (call.wr_num_bytes < sizeof(zx_txid_t)) return false;
  const std::byte* const bytes = ctx.FindWhole(reinterpret_cast<uintptr_t>(call.wr_bytes),
                                               call.wr_num_bytes, arch::Access::kRead);
  if (bytes == nullptr) return false;
  const ParkedBuffers buffers = {&DeliverReply,
                                 reinterpret_cast<uintptr_t>(call.rd_bytes),
                                 reinterpret_cast<uintptr_t>(call.rd_handles),
                                 call.rd_num_bytes,
                                 call.rd_num_handles,
                                 actual_bytes.address(),
                                 actual_handles.address()};
  if (call.wr_num_handles == 0) [[likely]] {
    *result = kEntryPending;
    return TrySend(ctx, handle, {{bytes, call.wr_num_bytes}, {}}, buffers);
  }
  if (call.wr_num_handles > kMaxHandles) return false;
  const std::byte* const values =
      ctx.FindWhole(reinterpret_cast<uintptr_t>(call.wr_handles),
                    call.wr_num_handles * sizeof(zx_handle_t), arch::Access::kRead);
  if (values == nullptr) return false;
  *result = CallWithHandles(ctx, handle, call, {bytes, call.wr_num_bytes}, values, buffers);
  return true;
}

/// The same call in every other case.
uint64_t CallSlowly(SyscallContext& ctx, const Found<Channel>& handle, uint32_t options,
                    zx_instant_mono_t deadline, UserPtr<const zx_channel_call_args_t> args,
                    UserOut<uint32_t> actual_bytes, UserOut<uint32_t> actual_handles);

/// With a request that is composed, handles and all.
uint64_t CallWith(SyscallContext& ctx, const Found<Channel>& handle, MessagePtr request,
                  const ParkedBuffers& buffers);

inline uint64_t sys_channel_call(SyscallContext& ctx, const Found<Channel>& handle,
                                 uint32_t options, zx_instant_mono_t deadline,
                                 UserPtr<const zx_channel_call_args_t> args,
                                 UserOut<uint32_t> actual_bytes, UserOut<uint32_t> actual_handles) {
  uint64_t result;
  if (options == 0 && Instant(deadline).is_infinite() &&
      HandOff::TryCall(ctx, handle, args, actual_bytes, actual_handles, &result)) [[likely]] {
    return result;
  }
  return CallSlowly(ctx, handle, options, deadline, args, actual_bytes, actual_handles);
}

}  // namespace sirocco
