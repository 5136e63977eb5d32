// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/channel.h"

#include <new>
#include <utility>

#include "kernel/objects/channel_call.h"
#include "kernel/objects/handle_table.h"

namespace sirocco {

Channel::Channel() : KernelObject(kType, ZX_CHANNEL_WRITABLE, ZX_CHANNEL_WRITABLE) {
  for (const Side side : {Side::kFirst, Side::kSecond}) {
    ends_[Index(side)].next_txid = FirstTxid(side);
  }
}

Channel::~Channel() {
  // Only an end that never had a handle still has messages.
  for (End& end : ends_) {
    if (!end.queue.is_empty()) [[unlikely]]
      DropMessages(end);
  }
}

void Channel::DropMessages(End& end) {
  CloseList list;
  while (Message* message = end.queue.PopFront()) Message::Destroy(message, list);
}

zx_status_t Channel::CheckRoomLocked(Side side) {
  const End& end = ends_[Index(side)];
  if (end.is_closed) return ZX_ERR_PEER_CLOSED;
  return end.queued < kMaxUnread ? ZX_OK : ZX_ERR_SHOULD_WAIT;
}

MessagePtr Channel::DeliverLocked(Side side, MessagePtr message) {
  End& end = ends_[Index(side)];
  const zx_txid_t txid = message->txid();
  if (end.caller != nullptr && end.caller->txid_ == txid) {
    if (end.caller->has_buffers()) {
      WakeLocked(end.caller, std::move(message));
      return nullptr;
    }
    if (!message->fits_registers()) {
      WakeLocked(end.caller, ZX_ERR_BUFFER_TOO_SMALL);
      return message;
    }
    RegisterMessage reply;
    message->CopyTo(reply);
    WakeLocked(end.caller, reply);
    return message;
  }
  if (!end.callers.is_empty()) {
    if (CallWait* call = TakeCallerLocked(side, txid)) {
      call->message_ = std::move(message);
      call->Complete(ZX_OK);
      return nullptr;
    }
  }
  if (end.server != nullptr) {
    if (message->fits_registers() && message->size_bytes() >= sizeof(zx_txid_t)) {
      RegisterMessage request;
      message->CopyTo(request);
      WakeLocked(end.server, request);
      return message;
    }
    if (!end.server->has_buffers()) {
      WakeLocked(end.server, ZX_ERR_BUFFER_TOO_SMALL);
    } else if (end.server->buffers_.HasRoom(message->size())) {
      WakeLocked(end.server, std::move(message));
      return nullptr;
    } else {
      WakeLocked(end.server, nullptr, message->size());
    }
  } else if (!end.servers.is_empty()) {
    ServeWait* server = TakeServerLocked(side);
    if (server->Fits(*message)) {
      server->Accept(message.release());
      server->Complete(ZX_OK);
      return nullptr;
    }
    server->needed_ = message->size();
    server->Complete(ZX_ERR_BUFFER_TOO_SMALL);
  }
  end.own_handles += CountOwnHandles(side, *message);
  AddLastLocked(side, end, *message.release());
  return nullptr;
}

bool Channel::DeliverLocked(Side side, const RegisterMessage& request) {
  End& end = ends_[Index(side)];
  if (end.server != nullptr) {
    WakeLocked(end.server, request);
    return true;
  }
  ServeWait* server = TakeServerLocked(side);
  if (server == nullptr) return false;
  server->registers_ = request;
  server->Complete(ZX_OK);
  return true;
}

uint32_t Channel::CountOwnHandles(Side side, Message& message) const {
  uint32_t count = 0;
  for (const Handle& handle : message.handles()) {
    count += handle.object() == this && handle.side() == side ? 1 : 0;
  }
  return count;
}

Message* Channel::PopLocked(Side side) {
  End& end = ends_[Index(side)];
  Message* message = end.queue.Front();
  if (message == nullptr) return nullptr;
  end.own_handles -= CountOwnHandles(side, *message);
  RemoveFirstLocked(side, end, *message);
  return message;
}

zx_status_t Channel::Write(Side side, Message* message) {
  const Side peer = Peer(side);
  {
    Guard guard(lock_);
    End& end = ends_[Index(peer)];
    if (message->handle_count() == 0 && IsPlain(end)) [[likely]] {
      AddLastLocked(peer, end, *message);
      return ZX_OK;
    }
  }
  return WriteSlowly(side, message);
}

zx_status_t Channel::WriteSlowly(Side side, Message* written) {
  MessagePtr message(written);
  MessagePtr left;  // Goes after the lock, and so does the message if it is not sent.
  Guard guard(lock_);
  TRY_STATUS(CheckRoomLocked(Peer(side)));
  left = DeliverLocked(Peer(side), std::move(message));
  return ZX_OK;
}

Result<Channel::Head> Channel::Peek(Side side) {
  Guard guard(lock_);
  const End& end = ends_[Index(side)];
  if (const Message* message = end.queue.Front()) {
    return Head{end.taken, message->size()};
  }
  return Error(ends_[Index(Peer(side))].is_closed ? ZX_ERR_PEER_CLOSED : ZX_ERR_SHOULD_WAIT);
}

MessagePtr Channel::Take(Side side, const Head& head) {
  Guard guard(lock_);
  if (ends_[Index(side)].taken != head.ticket) return nullptr;
  return MessagePtr(PopLocked(side));
}

void Channel::PutBack(Side side, MessagePtr message) {
  MessagePtr left;  // Goes after the lock.
  Guard guard(lock_);
  End& end = ends_[Index(side)];
  if (end.is_closed) return;  // Nobody will read it: it goes, after the lock.
  if (end.server != nullptr || !end.servers.is_empty()) {
    left = DeliverLocked(side, std::move(message));
    return;
  }
  end.own_handles += CountOwnHandles(side, *message);
  end.queue.PushFront(*message.release());
  ++end.taken;
  if (end.queued++ == 0) UpdateSignalsLocked(side, 0, ZX_CHANNEL_READABLE);
}

zx_status_t Channel::Reply(Side side, RegisterMessage& reply) {
  MessagePtr left;
  Guard guard(lock_);
  ParkedThread*& caller = ends_[Index(Peer(side))].caller;
  if (caller != nullptr && caller->txid_ == reply.txid()) {
    if (caller->has_buffers()) {
      TRY(MessagePtr message, Message::Create(reply));
      WakeLocked(caller, std::move(message));
    } else {
      WakeLocked(caller, reply);
    }
    return ZX_OK;
  }
  if (CallWait* call = TakeCallerLocked(Peer(side), reply.txid())) {
    call->registers_ = reply;
    call->Complete(ZX_OK);
    return ZX_OK;
  }
  TRY_STATUS(CheckRoomLocked(Peer(side)));
  TRY(MessagePtr message, Message::Create(reply));
  left = DeliverLocked(Peer(side), std::move(message));
  return ZX_OK;
}

CloseStep Channel::OnZeroHandles(Side side, CloseList& list) {
  {
    Guard guard(lock_);
    const auto [end, peer] = EndsLocked(side);
    if (!std::exchange(end.is_closed, true)) {
      UpdateSignalsLocked(Peer(side), ZX_CHANNEL_WRITABLE, ZX_CHANNEL_PEER_CLOSED);
      if (peer.caller != nullptr || peer.server != nullptr) [[unlikely]]
        WakeForClosedPeerLocked(peer);
    }
    if (end.queue.is_empty() && !IsUnreachableLocked(Peer(side))) return CloseStep::kDone;
  }
  return DropSomeMessages(side, list);
}

[[gnu::noinline]] void Channel::WakeForClosedPeerLocked(End& end) {
  if (end.caller != nullptr) WakeLocked(end.caller, ZX_ERR_PEER_CLOSED);
  if (end.server != nullptr) WakeLocked(end.server, ZX_ERR_PEER_CLOSED);
}

CloseStep Channel::DropSomeMessages(Side side, CloseList& list) {
  constexpr uint32_t kMessagesAtOnce = 8;
  List<Message> doomed;
  bool is_empty = true;
  {
    Guard guard(lock_);
    // The peer's too, if it lies in its own queue: nothing comes any more that could bring it out.
    const bool is_peer_lost = IsUnreachableLocked(Peer(side));
    for (const Side from : {side, Peer(side)}) {
      if (from != side && !is_peer_lost) break;
      for (uint32_t i = 0; i < kMessagesAtOnce; ++i) {
        Message* message = PopLocked(from);
        if (message == nullptr) break;
        doomed.PushBack(*message);
      }
    }
    is_empty = ends_[Index(side)].queue.is_empty() && !IsUnreachableLocked(Peer(side));
  }
  while (Message* message = doomed.PopFront()) Message::Destroy(message, list);
  return is_empty ? CloseStep::kDone : CloseStep::kMore;
}

ServeWait* Channel::TakeServerLocked(Side side) {
  ServeWait* server = ends_[Index(side)].servers.PopFront();
  if (server != nullptr) RemoveObserverLocked(*server);
  return server;
}

CallWait* Channel::TakeCallerLocked(Side side, zx_txid_t txid) {
  if (txid < kKernelTxid) return nullptr;
  List<CallWait>& callers = ends_[Index(side)].callers;
  for (CallWait& call : callers) {
    if (call.txid_ != txid) continue;
    callers.Remove(call);
    RemoveObserverLocked(call);
    return &call;
  }
  return nullptr;
}

zx_status_t Channel::AddCallerLocked(CallWait& call) {
  TRY_STATUS(AddObserverLocked(call));
  const Side side = call.slot().side();
  call.txid_ = NewTxidLocked(side);
  ends_[Index(side)].callers.PushBack(call);
  return ZX_OK;
}

zx_status_t Channel::AddServerLocked(ServeWait& server) {
  TRY_STATUS(AddObserverLocked(server));
  ends_[Index(server.slot().side())].servers.PushBack(server);
  return ZX_OK;
}

bool Channel::ParkCaller(ParkedThread& thread, HandleSlot slot, RegisterMessage& request) {
  if (!slot.MarkWaited()) return false;
  {
    Guard guard(lock_);
    End& end = ends_[Index(slot.side())];
    const Side peer = Peer(slot.side());
    if (slot.is_retired() || end.caller != nullptr) return false;
    if (CheckRoomLocked(peer) != ZX_OK) return false;
    const zx_txid_t txid = NewTxidLocked(slot.side());
    request.set_txid(txid);
    if (!DeliverLocked(peer, request)) {
      auto message = Message::Create(request);
      if (!message.ok()) return false;
      // Our txids are no replies to the peer's calls, and nobody serves: it is queued.
      const MessagePtr left = DeliverLocked(peer, std::move(message).value());
      KASSERT(left == nullptr);
    }
    thread.txid_ = txid;
    thread.vcpu().Block();
    ParkLocked(end.caller, thread, slot);
  }
  thread.CancelIfDying();
  return true;
}

bool Channel::ParkCaller(ParkedThread& thread, HandleSlot slot, MessagePtr& request,
                         const ParkedBuffers& buffers) {
  if (!slot.MarkWaited()) return false;
  MessagePtr left;  // Goes after the lock.
  {
    Guard guard(lock_);
    End& end = ends_[Index(slot.side())];
    const Side peer = Peer(slot.side());
    if (slot.is_retired() || end.caller != nullptr) return false;
    if (CheckRoomLocked(peer) != ZX_OK) return false;
    thread.txid_ = NewTxidLocked(slot.side());
    request->set_txid(thread.txid_);
    left = DeliverLocked(peer, std::move(request));
    ParkLocked(end.caller, thread, slot, buffers);
  }
  thread.CancelIfDying();
  return true;
}

bool Channel::ParkServer(ParkedThread& thread, HandleSlot slot, const ParkedBuffers& buffers) {
  if (!slot.MarkWaited()) return false;
  {
    Guard guard(lock_);
    End& end = ends_[Index(slot.side())];
    if (slot.is_retired() || end.server != nullptr || !end.queue.is_empty()) return false;
    if (ends_[Index(Peer(slot.side()))].is_closed) return false;
    thread.vcpu().Block();
    ParkLocked(end.server, thread, slot, buffers);
  }
  thread.CancelIfDying();
  return true;
}

void Channel::ParkLocked(ParkedThread*& place, ParkedThread& thread, HandleSlot slot,
                         const ParkedBuffers& buffers) {
  thread.slot_ = slot;
  thread.buffers_ = buffers;
  StoreRelease(thread.object_, static_cast<KernelObject*>(this));
  place = &thread;
}

void Channel::WakeLocked(ParkedThread*& place, zx_status_t status) {
  if (place == nullptr) return;
  UnparkLocked(place).vcpu().FinishCall(static_cast<uint64_t>(int64_t{status}));
}

void Channel::WakeLocked(ParkedThread*& place, const RegisterMessage& words) {
  words.CopyTo(place->context());
  WakeLocked(place, ZX_OK);
}

void Channel::WakeLocked(ParkedThread*& place, MessagePtr message, MessageSize needed) {
  ParkedThread& thread = UnparkLocked(place);
  thread.buffers_.deliver(thread, *this, std::move(message), needed);
}

void Channel::OnHandleRetiredLocked(HandleSlot slot) {
  End& end = ends_[Index(slot.side())];
  if (end.caller != nullptr && end.caller->slot_ == slot) WakeLocked(end.caller, ZX_ERR_CANCELED);
  if (end.server != nullptr && end.server->slot_ == slot) WakeLocked(end.server, ZX_ERR_CANCELED);
}

bool Channel::CancelParked(ParkedThread& thread) {
  Guard guard(lock_);
  for (End& end : ends_) {
    if (end.caller == &thread) WakeLocked(end.caller, ZX_ERR_CANCELED);
    if (end.server == &thread) WakeLocked(end.server, ZX_ERR_CANCELED);
  }
  return false;
}

zx_txid_t Channel::NewTxidLocked(Side side) {
  End& end = ends_[Index(side)];
  for (;;) {
    if (HasFreshTxid(end)) [[likely]]
      return FreshTxid(end);
    // Numbers come again: not one that still waits.
    const zx_txid_t txid = end.next_txid | kKernelTxid;
    end.next_txid = (end.next_txid + 2) & ~kKernelTxid;
    bool is_pending = end.caller != nullptr && end.caller->txid_ == txid;
    for (const CallWait& call : end.callers) is_pending |= call.txid_ == txid;
    if (!is_pending) return txid;
  }
}

}  // namespace sirocco
