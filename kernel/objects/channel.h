// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/syscalls/object.h>
#include <zircon/types.h>

#include <array>
#include <coroutine>
#include <cstdint>
#include <new>
#include <utility>

#include "kernel/async/completion.h"
#include "kernel/base/atomic.h"
#include "kernel/base/list.h"
#include "kernel/base/ref_ptr.h"
#include "kernel/base/result.h"
#include "kernel/objects/kernel_object.h"
#include "kernel/objects/message.h"
#include "kernel/objects/parked_thread.h"
#include "kernel/sync/annotations.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco {

class CallWait;
class ServeWait;

/// Messages between two ends, each a queue of what the other wrote. A reply goes straight to the
/// call that waits for it, a request to a server that waits for one.
///
/// Locking: `lock_` guards both ends. Bytes are copied with no lock held, before a message is
/// linked and after it is taken.
class Channel final : public KernelObject {
 public:
  static constexpr zx_obj_type_t kType = ZX_OBJ_TYPE_CHANNEL;
  static constexpr uint32_t kMaxUnread = 3500;

  /// **Errors** ZX_ERR_NO_MEMORY.
  static Result<RefPtr<Channel>> Create() {
    auto* channel = new (std::nothrow) Channel;
    if (channel == nullptr) [[unlikely]]
      return Error(ZX_ERR_NO_MEMORY);
    return AdoptRef(channel);
  }

  /// Sends `message`, written at `side`, or destroys it. **Errors** ZX_ERR_PEER_CLOSED;
  /// ZX_ERR_SHOULD_WAIT: the peer has too many unread messages.
  zx_status_t Write(Side side, MessagePtr message) EXCLUDES(lock_) {
    return Write(side, message.release());
  }

  /// The first message of `side`'s queue, as it was when asked.
  struct Head {
    uint64_t ticket;
    MessageSize size;
  };
  /// **Errors** ZX_ERR_SHOULD_WAIT: the queue is empty; ZX_ERR_PEER_CLOSED: and stays so.
  Result<Head> Peek(Side side) EXCLUDES(lock_);
  /// Takes the message that `head` describes; null if somebody else did.
  MessagePtr Take(Side side, const Head& head) EXCLUDES(lock_);
  /// Takes the first message if it is a short one of at most `max_bytes`: it is the caller's. Else
  /// null. In line, so that a call that has nothing else to do needs no frame.
  [[gnu::always_inline]] Message* TakeShort(Side side, uint32_t max_bytes) EXCLUDES(lock_) {
    Guard guard(lock_);
    End& end = ends_[Index(side)];
    Message* const front = end.queue.Front();
    if (front == nullptr || !front->is_short() || front->size_bytes() > max_bytes) return nullptr;
    RemoveFirstLocked(side, end, *front);
    return front;
  }
  /// Whoever took `message` from `side` could not keep it: it is the first again.
  void PutBack(Side side, MessagePtr message) EXCLUDES(lock_);

  /// Sends a reply from registers, written at `side`. To a call it needs no memory.
  /// **Errors** as Write, and ZX_ERR_NO_MEMORY.
  zx_status_t Reply(Side side, RegisterMessage& reply) EXCLUDES(lock_);

  /// The peer gets ZX_CHANNEL_PEER_CLOSED; our unread messages are destroyed, some at a step.
  CloseStep OnZeroHandles(Side side, CloseList& list) override;

  // --- Parked threads. One an end may be parked for a reply, and one for a request; others wait by
  // CallWait and ServeWait. ---

  /// Sends `request` from the end that `slot` leads to, and parks the running thread there for the
  /// reply. Its registers are saved; when this returns true it may run on another hart already.
  /// False, and nothing done: it would not wait, there is no memory, or somebody is parked there.
  bool ParkCaller(ParkedThread& thread, HandleSlot slot, RegisterMessage& request) EXCLUDES(lock_);
  /// The same of a message, for a thread whose call then answers kEntryPending. When this returns
  /// true the call's end may have come already.
  bool ParkCaller(ParkedThread& thread, HandleSlot slot, MessagePtr& request,
                  const ParkedBuffers& buffers) EXCLUDES(lock_);
  /// As the first, for a server that waits for a request.
  bool ParkServer(ParkedThread& thread, HandleSlot slot, const ParkedBuffers& buffers = {})
      EXCLUDES(lock_);

  bool CancelParked(ParkedThread& thread) override EXCLUDES(lock_);

 private:
  friend class CallWait;
  friend class HandOff;
  friend class ServeWait;

  struct End {
    List<Message> queue;
    List<CallWait> callers;   // Wait for a reply that comes to this end.
    List<ServeWait> servers;  // Wait for a request that comes to this end.
    ParkedThread* caller = nullptr;
    ParkedThread* server = nullptr;
    uint64_t taken = 0;  // How often the first message was taken or put back.
    uint32_t queued = 0;
    zx_txid_t next_txid = 0;   // For a call from here: every second number, see HasFreshTxid.
    uint32_t own_handles = 0;  // Handles to this end that lie in its own queue.
    bool is_closed = false;
  };

  Channel();
  ~Channel() override;

  // Whether a message may go to `side`.
  zx_status_t CheckRoomLocked(Side side) REQUIRES(lock_);
  // Whether a message may go to `end`, and its place is the queue: nobody waits for it but by the
  // signal.
  static bool IsPlain(const End& end) {
    return end.queued < kMaxUnread && !end.is_closed && end.caller == nullptr &&
           end.server == nullptr && end.callers.is_empty() && end.servers.is_empty();
  }
  // Owns `message`.
  zx_status_t Write(Side side, Message* message) EXCLUDES(lock_);
  // The same, whoever waits, or whatever forbids it.
  zx_status_t WriteSlowly(Side side, Message* message) EXCLUDES(lock_);
  // To its call, to a server, or to the queue; there is room. What is left is to be destroyed when
  // the lock is released.
  [[nodiscard]] MessagePtr DeliverLocked(Side side, MessagePtr message) REQUIRES(lock_);
  // Behind the others; there is room, and nobody takes it before. Its own handles are counted.
  void AddLastLocked(Side side, End& end, Message& message) REQUIRES(lock_) {
    end.queue.PushBack(message);
    if (end.queued++ == 0) UpdateSignalsLocked(side, 0, ZX_CHANNEL_READABLE);
  }
  void RemoveFirstLocked(Side side, End& end, Message& message) REQUIRES(lock_) {
    end.queue.Remove(message);
    ++end.taken;
    if (--end.queued == 0) UpdateSignalsLocked(side, ZX_CHANNEL_READABLE, 0);
  }
  // A request into the registers of a server that waits. False: nobody does.
  bool DeliverLocked(Side side, const RegisterMessage& request) REQUIRES(lock_);
  ServeWait* TakeServerLocked(Side side) REQUIRES(lock_);
  CallWait* TakeCallerLocked(Side side, zx_txid_t txid) REQUIRES(lock_);
  // Gives `call` its txid and puts it on the list of those who wait for a reply.
  zx_status_t AddCallerLocked(CallWait& call) REQUIRES(lock_);
  zx_status_t AddServerLocked(ServeWait& server) REQUIRES(lock_);

  // The running thread waits from now on, in `place`, which is free.
  void ParkLocked(ParkedThread*& place, ParkedThread& thread, HandleSlot slot,
                  const ParkedBuffers& buffers = {}) REQUIRES(lock_);
  // Whoever is parked in `place` does so no longer, and is the caller's to wake.
  static ParkedThread& UnparkLocked(ParkedThread*& place) {
    ParkedThread& thread = *place;
    UnparkLocked(place, thread);
    return thread;
  }
  // The same for who has looked who that is.
  static void UnparkLocked(ParkedThread*& place, ParkedThread& thread) {
    place = nullptr;
    StoreRelaxed(thread.object_, nullptr);
  }
  // Whoever is parked at `end` hears that its peer is closed.
  void WakeForClosedPeerLocked(End& end) REQUIRES(lock_);
  // Ends the wait of whoever is parked in `place`, if anybody is.
  void WakeLocked(ParkedThread*& place, zx_status_t status) REQUIRES(lock_);
  void WakeLocked(ParkedThread*& place, const RegisterMessage& words) REQUIRES(lock_);
  // The same of one that has buffers: with a message, or because the first is too large.
  void WakeLocked(ParkedThread*& place, MessagePtr message, MessageSize needed = {})
      REQUIRES(lock_);
  void OnHandleRetiredLocked(HandleSlot slot) override REQUIRES(lock_);
  Message* PopLocked(Side side) REQUIRES(lock_);
  // Of a closed end: a part of what OnZeroHandles has to do.
  CloseStep DropSomeMessages(Side side, CloseList& list) EXCLUDES(lock_);
  static void DropMessages(End& end);
  // The handles to `side` in a message of its queue.
  uint32_t CountOwnHandles(Side side, Message& message) const;
  // Whether only its own messages lead to `side`: nobody will read them.
  bool IsUnreachableLocked(Side side) const REQUIRES(lock_) {
    const uint32_t own = ends_[Index(side)].own_handles;
    return own != 0 && own == handle_count(side);
  }

  // Even for one end, odd for the other: a request is never taken for a reply to the other's call.
  static constexpr zx_txid_t kKernelTxid = 0x80000000;
  static zx_txid_t FirstTxid(Side side) {
    return kKernelTxid | static_cast<zx_txid_t>(Index(side));
  }
  // When all have been given out they come again: it takes NewTxidLocked to see which are free.
  static bool HasFreshTxid(const End& end) { return end.next_txid >= kKernelTxid; }
  static zx_txid_t FreshTxid(End& end) { return std::exchange(end.next_txid, end.next_txid + 2); }
  zx_txid_t NewTxidLocked(Side side) REQUIRES(lock_);

  // The end of a call, and its peer, found without a multiplication.
  struct BothEnds {
    End& here;
    End& there;
  };
  BothEnds EndsLocked(Side side) REQUIRES(lock_) {
    const uintptr_t distance = -static_cast<uintptr_t>(Index(side)) & sizeof(End);
    const auto self = reinterpret_cast<uintptr_t>(this);
    const uintptr_t to_ends = reinterpret_cast<uintptr_t>(&ends_) - self;
    uintptr_t here = self + distance;
    uintptr_t there = self - distance;
    asm("" : "+r"(here), "+r"(there));  // Or they are computed again at each use.
    return {*reinterpret_cast<End*>(here + to_ends),
            *reinterpret_cast<End*>(there + to_ends + sizeof(End))};
  }

  std::array<End, 2> ends_ GUARDED_BY(lock_);
};

}  // namespace sirocco
