// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <array>
#include <coroutine>
#include <cstdint>

#include "kernel/async/completion.h"
#include "kernel/base/list.h"
#include "kernel/base/result.h"
#include "kernel/objects/kernel_object.h"
#include "kernel/objects/message.h"
#include "kernel/sync/annotations.h"

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
  static Result<RefPtr<Channel>> Create();

  /// Sends `message`, written at `side`; taken only with ZX_OK. **Errors** ZX_ERR_PEER_CLOSED;
  /// ZX_ERR_SHOULD_WAIT: the peer has too many unread messages.
  zx_status_t Write(Side side, MessagePtr& message) EXCLUDES(lock_);

  /// The first message of `side`'s queue, as it was when asked.
  struct Head {
    uint64_t ticket;
    uint32_t size_bytes;
    uint32_t handle_count;
  };
  /// **Errors** ZX_ERR_SHOULD_WAIT: the queue is empty; ZX_ERR_PEER_CLOSED: and stays so.
  Result<Head> Peek(Side side) EXCLUDES(lock_);
  /// Takes the message that `head` describes; null if somebody else did.
  MessagePtr Take(Side side, const Head& head) EXCLUDES(lock_);

  /// Sends a reply from registers, written at `side`. To a call it needs no memory.
  /// **Errors** as Write, and ZX_ERR_NO_MEMORY.
  zx_status_t Reply(Side side, RegisterMessage& reply) EXCLUDES(lock_);

  /// The peer gets ZX_CHANNEL_PEER_CLOSED; our unread messages are destroyed, some at a step.
  CloseStep OnZeroHandles(Side side, CloseList& list) override;

  // --- The hand-off: what a direct switch between a call and a server is made of. Everything under
  // hand_off_lock(); whoever is taken is off all lists, and completes once the lock is released.
  // ---

  SpinLock<LockRank::kObject>& hand_off_lock() RETURN_CAPABILITY(lock_) { return lock_; }
  /// The server that waits longest at `side`, or null.
  ServeWait* TakeServerLocked(Side side) REQUIRES(lock_);
  /// The call of `side` that waits for `txid`, or null.
  CallWait* TakeCallerLocked(Side side, zx_txid_t txid) REQUIRES(lock_);
  /// Gives `call` its txid and puts it on the list of those who wait for a reply.
  /// **Errors** ZX_ERR_NO_MEMORY.
  zx_status_t AddCallerLocked(CallWait& call) REQUIRES(lock_);
  zx_status_t AddServerLocked(ServeWait& server) REQUIRES(lock_);
  bool is_closed_locked(Side side) const REQUIRES(lock_) { return ends_[Index(side)].is_closed; }

 private:
  friend class CallWait;
  friend class ServeWait;

  struct End {
    List<Message> queue;
    List<CallWait> callers;   // Wait for a reply that comes to this end.
    List<ServeWait> servers;  // Wait for a request that comes to this end.
    uint64_t taken = 0;       // Messages taken from the queue so far.
    uint32_t queued = 0;
    uint32_t calls = 0;  // Made so far: where txids come from.
    bool is_closed = false;
  };

  Channel();
  ~Channel() override;

  // Whether a message may go to `side`.
  zx_status_t CheckRoomLocked(Side side) REQUIRES(lock_);
  // To its call, to a server, or to the queue; there is room.
  void DeliverLocked(Side side, Message* message) REQUIRES(lock_);
  Message* PopLocked(Side side) REQUIRES(lock_);
  zx_txid_t NewTxidLocked(Side side) REQUIRES(lock_);

  std::array<End, 2> ends_ GUARDED_BY(lock_);
};

}  // namespace sirocco
