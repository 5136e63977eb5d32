// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sirocco/channel_handoff.h>
#include <zircon/rights.h>
#include <zircon/syscalls/object.h>
#include <zircon/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/atomic.h"
#include "kernel/base/result.h"
#include "kernel/base/units.h"
#include "kernel/objects/channel.h"
#include "kernel/objects/handle.h"
#include "kernel/objects/handle_changes.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/parked_thread.h"
#include "kernel/objects/thread.h"
#include "kernel/sched/vcpu_hand_over.h"
#include "kernel/syscall/context.h"
#include "kernel/syscall/hand_off.h"
#include "kernel/syscall/handle_ref.h"
#include "kernel/syscall/parked_message.h"
#include "kernel/syscall/user_ptr.h"

// From thread to thread: somebody is parked in the channel for what we bring, and we park there for
// what they answer. One lock, held until the hart is theirs; no message, no queue. Whatever is not
// as usual goes the other way, before anything has changed; handles that have left their table by
// then go along in a message.
//
//   registers   Switch: the hand-off pair without buffers
//   words       CallInWords, ReplyInWords: from and to known pages, at most one handle; in line
//   memory      TryCall, ReplyThroughMemory: any size, at any place that is at hand, up to 8
//   handles

namespace sirocco {

class HandOff {
 public:
  enum class Role { kCaller, kServer };

  /// The hand-off pair, from registers to registers.
  template <Role kRole, typename Words>
  [[gnu::always_inline]] static HandOffNext Switch(uint64_t handle, Words words,
                                                   arch::UserFloats floats);
  /// What is left of a switch of live words that takes more than the common steps: `self` is the
  /// thread that brought them, and they are saved. The channel's lock is held until the end.
  static HandOffNext FinishSwitch(ParkedThread& self);
  /// How many handles a message of words brings.
  enum class Load : uint32_t { kNoHandle = 0, kOneHandle = 1 };

  /// zx_channel_serve, with bytes that lie in memory on one of both sides: as words, or in any way.
  template <Load kLoad>
  [[gnu::always_inline]] static HandOffNext ReplyInWords(uint64_t handle, arch::UserFloats floats);
  static HandOffNext ReplyWithHandle(uint64_t handle, arch::UserFloats floats);
  static HandOffNext ReplyThroughMemory(uint64_t handle);
  /// zx_channel_call without a deadline: as words, or `otherwise()`.
  template <Load kLoad>
  [[gnu::always_inline]] static uint64_t CallInWords(SyscallContext& ctx,
                                                     const FoundWaited<Channel>& handle,
                                                     UserPtr<const zx_channel_call_args_t> args,
                                                     UserOut<uint32_t> actual_bytes,
                                                     UserOut<uint32_t> actual_handles,
                                                     auto otherwise);
  /// The whole call as words with one handle, or its long way.
  using LongWay = uint64_t(uint64_t handle, uint64_t options, uint64_t deadline, uint64_t args,
                           uint64_t actual_bytes, uint64_t actual_handles);
  static uint64_t CallWithHandle(uint64_t handle, uint64_t options, uint64_t deadline,
                                 uint64_t args, uint64_t actual_bytes, uint64_t actual_handles,
                                 LongWay* long_way);
  /// The same in any way. False: it takes more, and nothing was done.
  static bool TryCall(SyscallContext& ctx, const Found<Channel>& handle,
                      UserPtr<const zx_channel_call_args_t> args, UserOut<uint32_t> actual_bytes,
                      UserOut<uint32_t> actual_handles, uint64_t* result);

 private:
  static constexpr zx_rights_t kRights = ZX_RIGHT_READ | ZX_RIGHT_WRITE;
  static bool IsRegisterSize(uint64_t size_bytes) {
    return size_bytes - ZX_CHANNEL_REGS_MIN_BYTES <=
           ZX_CHANNEL_REGS_MAX_BYTES - ZX_CHANNEL_REGS_MIN_BYTES;
  }
  // What is left when nobody is parked, or something is not as it should be.
  static HandOffNext Call(uint64_t handle);
  static HandOffNext Serve(uint64_t handle);
  static Result<HandleRef<Channel>> FindChannel(SyscallContext& ctx, uint64_t handle);

  // More handles than that go in a message.
  static constexpr uint32_t kMaxHandles = 8;
  class FewHandles;
  // What a thread brings: bytes that are at hand, and handles that are in no table any more.
  struct Content {
    std::span<const std::byte> bytes;
    std::span<Handle> handles;
    MessageSize size() const {
      return {static_cast<uint32_t>(bytes.size()), static_cast<uint32_t>(handles.size())};
    }
  };

  // Gives the request to a server that is parked, and parks us with `buffers`.
  static bool TrySend(SyscallContext& ctx, const Found<Channel>& handle, const Content& request,
                      const ParkedBuffers& buffers);
  // The same for a request with handles, which go whatever happens: the call's result.
  static uint64_t CallWithHandles(SyscallContext& ctx, const Found<Channel>& handle,
                                  const zx_channel_call_args_t& call,
                                  std::span<const std::byte> bytes, const std::byte* values,
                                  const ParkedBuffers& buffers);
  // Gives a reply to its caller, who is parked, and parks the server: the hart enters `*next`.
  // False: it takes more, and nothing was done.
  static bool TryReply(SyscallContext& ctx, HandleValue handle, const Content& reply,
                       const ParkedBuffers& buffers, HandOffNext* next);

  static HandOffNext ReplyWithHandles(SyscallContext& ctx, HandleValue handle,
                                      std::span<const std::byte> bytes, const std::byte* values,
                                      uint32_t count, const ParkedBuffers& buffers);

  // The same by way of the queue: the call's result.
  static uint64_t SendMessage(SyscallContext& ctx, const Found<Channel>& handle,
                              const Content& request, const ParkedBuffers& buffers);

  // By way of the queue, or to whoever waits otherwise.
  static HandOffNext SendReply(SyscallContext& ctx, Result<HandleRef<Channel>> channel,
                               const Content& reply, const ParkedBuffers& buffers);

  // Into the receiver's table, and their values to `place`. False: there is no room, and nothing
  // was done.
  static bool GiveHandles(SyscallContext& to, std::span<Handle> handles, std::byte* place);
  // A request into the registers of a server.
  static void StoreWords(arch::UserContext& context, std::span<const std::byte> bytes,
                         zx_txid_t txid);

  // Whether the caller may park at `here`, and the hart go on with `server`, who may be null. Its
  // place is published before: a kill that does not see us parked is seen here.
  [[gnu::always_inline]] static bool MaySend(const SyscallContext& ctx, const Channel::End& here,
                                             const ParkedThread* server) {
    return server != nullptr && here.caller == nullptr && Channel::HasFreshTxid(here) &&
           !ctx.vcpu().attention_requested() && ctx.vcpu().MayHandOverTo(server->vcpu());
  }
  // Sizes as a program's structures have them, two in a word: bytes, and above them handles.
  static constexpr int kHandlesShift = 32;
  static constexpr uint64_t Handles(Load load) {
    return static_cast<uint64_t>(load) << kHandlesShift;
  }
  static bool IsOfWords(uint64_t size_bytes) {
    return (size_bytes & (sizeof(uint64_t) - 1)) == 0 &&
           size_bytes - sizeof(uint64_t) <= kPageSize - sizeof(uint64_t);
  }
  static bool IsAligned(const std::byte* place, size_t alignment) {
    return (reinterpret_cast<uintptr_t>(place) & (alignment - 1)) == 0;
  }

  // The arguments of either call, if what they send is of words: all of it known, as compilers
  // place such things. Read where they are, each field once.
  template <typename Args, Load kLoad>
  class WordArgs {
   public:
    /// False: not so. has_one_handle() says whether the other load may be.
    [[gnu::always_inline]] bool Find(SyscallContext& ctx, uint64_t address, arch::Access access) {
      if (!ctx.KnowsPages()) return false;
      args_ = ctx.FindKnown(address, sizeof(Args), access);
      if (args_ == nullptr || !IsAligned(args_, alignof(Args))) return false;
      size_ = LoadUser<uint64_t>(args_ + offsetof(Args, wr_num_bytes)) - Handles(kLoad);
      if (!IsOfWords(size_)) return false;
      bytes_ = ctx.FindKnown(LoadUser<uint64_t>(args_ + offsetof(Args, wr_bytes)), size_,
                             arch::Access::kRead);
      return bytes_ != nullptr && IsAligned(bytes_, sizeof(uint64_t)) &&
             (kLoad == Load::kNoHandle || FindHandle(ctx));
    }
    bool has_one_handle() const { return (size_ + Handles(kLoad)) >> kHandlesShift == 1; }
    const std::byte* bytes() const { return bytes_; }
    uint64_t size() const { return size_; }
    HandleValue handle() const { return handle_; }
    /// For what comes back.
    [[gnu::always_inline]] ParkedBuffers Buffers(ParkedBuffers::Deliver deliver,
                                                 uint64_t actual_bytes,
                                                 uint64_t actual_handles) const {
      const auto room = LoadUser<uint64_t>(args_ + offsetof(Args, rd_num_bytes));
      return {deliver,
              LoadUser<uint64_t>(args_ + offsetof(Args, rd_bytes)),
              LoadUser<uint64_t>(args_ + offsetof(Args, rd_handles)),
              static_cast<uint32_t>(room),
              static_cast<uint32_t>(room >> kHandlesShift),
              actual_bytes,
              actual_handles};
    }

   private:
    [[gnu::always_inline]] bool FindHandle(SyscallContext& ctx) {
      const std::byte* const value =
          ctx.FindKnown(LoadUser<uint64_t>(args_ + offsetof(Args, wr_handles)), sizeof(zx_handle_t),
                        arch::Access::kRead);
      if (value == nullptr || !IsAligned(value, alignof(zx_handle_t))) return false;
      handle_ = LoadUser<zx_handle_t>(value);
      return true;
    }

    const std::byte* args_ = nullptr;
    const std::byte* bytes_ = nullptr;
    uint64_t size_ = 0;
    HandleValue handle_ = ZX_HANDLE_INVALID;
  };

  // Where a message of words goes: known, as compilers place such things, and not where it comes
  // from.
  template <Load kLoad>
  class WordPlaces {
   public:
    [[gnu::always_inline]] bool Find(const ParkedThread& thread, const std::byte* from,
                                     uint64_t size_bytes) {
      const ParkedBuffers& buffers = thread.buffers();
      SyscallContext& receiver = SyscallContext::Of(thread.vcpu());
      if (!thread.has_buffers() || size_bytes > buffers.max_bytes || !receiver.KnowsPages())
        return false;
      bytes_ = receiver.FindKnown(buffers.bytes, size_bytes, arch::Access::kWrite);
      return bytes_ != nullptr && IsAligned(bytes_, sizeof(uint64_t)) &&
             reinterpret_cast<uintptr_t>(bytes_) - reinterpret_cast<uintptr_t>(from) >=
                 size_bytes &&
             FindCounts(receiver, buffers.actual_bytes, buffers.actual_handles) &&
             (kLoad == Load::kNoHandle || FindHandle(receiver, buffers));
    }
    /// Moves the handle from the sender's table to the receiver's. False: it takes more. Then it is
    /// in `*handle`, or nothing was done and that is none.
    [[gnu::always_inline]] bool MoveHandle(HandleTable& from, HandleValue value,
                                           const Channel& channel, const ParkedThread& receiver,
                                           Handle* handle) {
      *handle = from.TakeToTransfer(value, channel);
      return *handle && SyscallContext::Of(receiver.vcpu()).handles().TryInstall(*handle, &handle_);
    }
    [[gnu::always_inline]] void Store(const std::byte* from, uint64_t size_bytes,
                                      zx_txid_t txid) const {
      CopyWords(bytes_, from, size_bytes);
      StoreUser<zx_txid_t>(bytes_, txid);
      if constexpr (kLoad != Load::kNoHandle) StoreUser<zx_handle_t>(handle_place_, handle_);
      if (are_counts_one_word_) return StoreUser(actual_bytes_, size_bytes | Handles(kLoad));
      if (actual_bytes_ != nullptr) StoreUser(actual_bytes_, static_cast<uint32_t>(size_bytes));
      if (actual_handles_ != nullptr) StoreUser(actual_handles_, static_cast<uint32_t>(kLoad));
    }

   private:
    [[gnu::always_inline]] bool FindHandle(SyscallContext& receiver, const ParkedBuffers& buffers) {
      if (buffers.max_handles == 0 || buffers.deliver == &DeliverReplyEtc) return false;
      handle_place_ =
          receiver.FindKnown(buffers.handles, sizeof(zx_handle_t), arch::Access::kWrite);
      return handle_place_ != nullptr && IsAligned(handle_place_, alignof(zx_handle_t));
    }
    [[gnu::always_inline]] bool FindCounts(SyscallContext& receiver, uint64_t bytes,
                                           uint64_t handles) {
      // As zx_channel_serve_args_t has them.
      are_counts_one_word_ = handles - bytes == sizeof(uint32_t) && bytes % sizeof(uint64_t) == 0;
      if (are_counts_one_word_) {
        actual_bytes_ = receiver.FindKnown(bytes, sizeof(uint64_t), arch::Access::kWrite);
        return actual_bytes_ != nullptr;
      }
      return FindCount(receiver, bytes, &actual_bytes_) &&
             FindCount(receiver, handles, &actual_handles_);
    }
    [[gnu::always_inline]] static bool FindCount(SyscallContext& receiver, uint64_t address,
                                                 std::byte** place) {
      if (address == 0) return true;
      *place = receiver.FindKnown(address, sizeof(uint32_t), arch::Access::kWrite);
      return *place != nullptr && IsAligned(*place, sizeof(uint32_t));
    }

    std::byte* bytes_ = nullptr;
    std::byte* actual_bytes_ = nullptr;
    std::byte* actual_handles_ = nullptr;
    std::byte* handle_place_ = nullptr;
    zx_handle_t handle_ = ZX_HANDLE_INVALID;
    bool are_counts_one_word_ = false;
  };

  static HandOffNext FinishHandOver(Channel& channel, ParkedThread& self, ParkedThread& peer)
      RELEASE(channel.lock_);
};

// The lock is released when our registers are saved; the analysis cannot follow it there.
template <HandOff::Load kLoad>
inline uint64_t HandOff::CallInWords(SyscallContext& ctx, const FoundWaited<Channel>& handle,
                                     UserPtr<const zx_channel_call_args_t> args,
                                     UserOut<uint32_t> actual_bytes,
                                     UserOut<uint32_t> actual_handles,
                                     auto otherwise) NO_THREAD_SAFETY_ANALYSIS {
  WordArgs<zx_channel_call_args_t, kLoad> call;
  if (!ctx.is_at_door() || !call.Find(ctx, args.address(), arch::Access::kRead)) [[unlikely]] {
    if constexpr (kLoad == Load::kNoHandle) {
      if (call.has_one_handle()) return otherwise(&CallWithHandle);
    }
    return otherwise();
  }
  // Where we wait, if we do: before anything is stored where the arguments may lie, too.
  ParkedThread& parked = ctx.thread().parked();
  parked.slot_ = handle.slot();
  parked.buffers_ = call.Buffers(&DeliverReply, actual_bytes.address(), actual_handles.address());
  Channel& channel = *handle.object;
  if (!channel.lock_.TryLock()) [[unlikely]]
    return otherwise();
  const auto [here, there] = channel.EndsLocked(handle.side);
  ParkedThread* const peer = there.server;
  StoreRelaxed(parked.object_, &channel);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  WordPlaces<kLoad> places;
  Handle moved;
  const bool to_words = kLoad == Load::kNoHandle && call.size() <= RegisterMessage::kMaxBytes;
  if (!handle.is_live() || !MaySend(ctx, here, peer) ||
      (!to_words && !places.Find(*peer, call.bytes(), call.size())) ||
      (kLoad == Load::kOneHandle &&
       !places.MoveHandle(ctx.handles(), call.handle(), channel, *peer, &moved))) [[unlikely]] {
    StoreRelaxed(parked.object_, nullptr);
    channel.lock_.Unlock();
    if (kLoad == Load::kNoHandle || !moved) return otherwise();
    return SendMessage(ctx, handle.found(), {{call.bytes(), call.size()}, {&moved, 1}},
                       parked.buffers_);
  }
  // The places first: what is left to do then needs few registers.
  Channel::UnparkLocked(there.server);
  const zx_txid_t txid = Channel::FreshTxid(here);
  parked.txid_ = txid;
  here.caller = &parked;
  arch::UserContext& context = peer->context();
  context.set_result(SyscallContext::ToResult(ZX_OK));
  ctx.vcpu().HandOverAfterwards(peer->vcpu(), channel.lock_.HandOut());
  if (!to_words) [[likely]] {
    context.set_word_bytes(0);
    places.Store(call.bytes(), call.size(), txid);
    return kEntryPending;
  }
  CopyWords(context.words(), call.bytes(), call.size());
  ZeroWords(context.words() + call.size(), context.words() + RegisterMessage::kMaxBytes);
  context.set_low_word(txid);
  context.set_word_bytes(call.size());
  return kEntryPending;
}

uint64_t short_channel_call(SyscallContext& ctx, const FoundWaited<Channel>& handle, uint32_t,
                            zx_instant_mono_t deadline, UserPtr<const zx_channel_call_args_t> args,
                            UserOut<uint32_t> actual_bytes, UserOut<uint32_t> actual_handles,
                            auto otherwise) {
  if (deadline != ZX_TIME_INFINITE) [[unlikely]]
    return otherwise();
  return HandOff::CallInWords<HandOff::Load::kNoHandle>(ctx, handle, args, actual_bytes,
                                                        actual_handles, otherwise);
}

/// The same call in every other case.
uint64_t CallSlowly(SyscallContext& ctx, const Found<Channel>& handle, uint32_t options,
                    zx_instant_mono_t deadline, UserPtr<const zx_channel_call_args_t> args,
                    UserOut<uint32_t> actual_bytes, UserOut<uint32_t> actual_handles);

/// With a request that is composed, handles and all.
uint64_t CallWith(SyscallContext& ctx, const Found<Channel>& handle, MessagePtr request,
                  const ParkedBuffers& buffers);

}  // namespace sirocco
