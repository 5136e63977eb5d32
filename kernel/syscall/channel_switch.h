// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstdint>

#include "kernel/arch/user.h"
#include "kernel/base/atomic.h"
#include "kernel/objects/channel.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/parked_thread.h"
#include "kernel/objects/thread.h"
#include "kernel/sched/vcpu_hand_over.h"
#include "kernel/syscall/channel_direct.h"
#include "kernel/syscall/context.h"
#include "kernel/syscall/hand_off.h"

// The direct switch of the hand-off pair, once for words that are saved, and once for words that
// stay in registers.

namespace sirocco {

/// Saved words, to a thread that waits in the other call of the pair.
inline void GiveWords(const arch::UserContext& from, arch::UserContext& to) {
  RegisterMessage::From(from).CopyTo(to);
  to.set_result(SyscallContext::ToResult(ZX_OK));
}

/// The words that the running thread brings, in its context.
class SavedWords {
 public:
  static constexpr bool kAreLive = false;

  template <uint32_t bytes>
  uint64_t SizeBeyond() const {
    return context_.word_bytes() - bytes;
  }
  bool HasLowWord(zx_txid_t txid) const { return static_cast<zx_txid_t>(context_.word(0)) == txid; }
  void set_low_word(zx_txid_t txid) { context_.set_low_word(txid); }

 private:
  arch::UserContext& context_ = SyscallContext::Current().vcpu().context();
};

// The lock is released by FinishSwitch, or in sight; the analysis cannot follow it there.
template <HandOff::Role kRole, typename Words>
inline HandOffNext HandOff::Switch(uint64_t handle, Words words,
                                   arch::UserFloats floats) NO_THREAD_SAFETY_ANALYSIS {
  constexpr bool kIsCaller = kRole == Role::kCaller;
  const auto otherwise = [handle] {
    if constexpr (Words::kAreLive) {
      return kIsCaller ? Words::SaveAndCall(handle) : Words::SaveAndServe(handle);
    } else {
      return kIsCaller ? Call(handle) : Serve(handle);
    }
  };
  SyscallContext& ctx = SyscallContext::Current();
  sched::Vcpu& self = ctx.vcpu();
  constexpr uint32_t kMin = ZX_CHANNEL_REGS_MIN_BYTES;
  if (words.template SizeBeyond<kMin>() > ZX_CHANNEL_REGS_MAX_BYTES - kMin) return otherwise();
  const auto found = ctx.handles().FindWaited<Channel>(static_cast<HandleValue>(handle), kRights);
  if (!found.is_found) return otherwise();

  Channel& channel = *found.object;
  if (!channel.lock_.TryLock()) return otherwise();
  const auto [here, there] = channel.EndsLocked(found.side);
  ParkedThread*& our_place = kIsCaller ? here.caller : here.server;
  ParkedThread*& their_place = kIsCaller ? there.server : there.caller;
  ParkedThread* const peer = their_place;
  sched::Vcpu* next = nullptr;
  const auto may_hand_over = [&self, &next, peer] {
    next = &peer->vcpu();
    return Words::kAreLive ? self.MayHandOverToEqual(*next) : self.MayHandOverTo(*next);
  };
  // Whom we switch to is there, our place is free, and a server would wait.
  if (peer == nullptr || our_place != nullptr || !found.is_live() || !may_hand_over() ||
      (kIsCaller
           ? !Channel::HasFreshTxid(here)
           : !words.HasLowWord(peer->txid_) || !here.queue.is_empty() || peer->has_buffers())) {
    channel.lock_.Unlock();
    if constexpr (!Words::kAreLive && !kIsCaller) return ReplyThroughMemory(handle);
    return otherwise();
  }
  Channel::UnparkLocked(their_place, *peer);
  ParkedThread& parked = ctx.thread().parked();
  parked.slot_ = found.slot();
  parked.buffers_.deliver = nullptr;
  StoreRelaxed(parked.object_, &channel);
  our_place = &parked;
  if constexpr (kIsCaller) {
    parked.txid_ = Channel::FreshTxid(here);
    words.set_low_word(parked.txid_);
  }
  if constexpr (Words::kAreLive) {
    if (!self.HandOverToEqual(*next, floats)) [[unlikely]]
      return Words::SaveAndFinish(parked);
    channel.lock_.Unlock();
    return Words::SwitchTo(next->context());
  } else {
    GiveWords(self.context(), next->context());
    if (!self.HandOverTo(*next, floats)) [[unlikely]]
      return FinishHandOver(channel, parked, *peer);
    channel.lock_.Unlock();
    return EnterNext(&next->context());
  }
}

}  // namespace sirocco
