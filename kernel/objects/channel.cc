// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/channel.h"

#include <new>
#include <utility>

#include "kernel/objects/channel_call.h"

namespace sirocco {

namespace {

constexpr zx_txid_t kKernelTxid = 0x80000000;

}  // namespace

Result<RefPtr<Channel>> Channel::Create() {
  RefPtr<Channel> channel = AdoptRef(new (std::nothrow) Channel);
  if (!channel) return Error(ZX_ERR_NO_MEMORY);
  return channel;
}

Channel::Channel() : KernelObject(kType, ZX_CHANNEL_WRITABLE, ZX_CHANNEL_WRITABLE) {}

Channel::~Channel() {
  // Only an end that never had a handle still has messages.
  for (End& end : ends_) {
    CloseList list;
    while (Message* message = end.queue.PopFront()) Message::Destroy(message, list);
  }
}

zx_status_t Channel::CheckRoomLocked(Side side) {
  const End& end = ends_[Index(side)];
  if (end.is_closed) return ZX_ERR_PEER_CLOSED;
  return end.queued < kMaxUnread ? ZX_OK : ZX_ERR_SHOULD_WAIT;
}

void Channel::DeliverLocked(Side side, Message* message) {
  End& end = ends_[Index(side)];
  if (!end.callers.is_empty()) {
    if (CallWait* call = TakeCallerLocked(side, message->txid())) {
      call->message_.reset(message);
      call->Complete(ZX_OK);
      return;
    }
  }
  if (!end.servers.is_empty()) {
    ServeWait* server = TakeServerLocked(side);
    if (server->Fits(*message)) {
      server->Accept(message);
      server->Complete(ZX_OK);
      return;
    }
    server->needed_ = {end.taken, message->size_bytes(), message->handle_count()};
    server->Complete(ZX_ERR_BUFFER_TOO_SMALL);
  }
  end.queue.PushBack(*message);
  if (end.queued++ == 0) UpdateSignalsLocked(side, 0, ZX_CHANNEL_READABLE);
}

Message* Channel::PopLocked(Side side) {
  End& end = ends_[Index(side)];
  Message* message = end.queue.PopFront();
  if (message == nullptr) return nullptr;
  ++end.taken;
  if (--end.queued == 0) UpdateSignalsLocked(side, ZX_CHANNEL_READABLE, 0);
  return message;
}

zx_status_t Channel::Write(Side side, MessagePtr& message) {
  Guard guard(lock_);
  TRY_STATUS(CheckRoomLocked(Peer(side)));
  DeliverLocked(Peer(side), message.release());
  return ZX_OK;
}

Result<Channel::Head> Channel::Peek(Side side) {
  Guard guard(lock_);
  const End& end = ends_[Index(side)];
  if (const Message* message = end.queue.Front()) {
    return Head{end.taken, message->size_bytes(), message->handle_count()};
  }
  return Error(ends_[Index(Peer(side))].is_closed ? ZX_ERR_PEER_CLOSED : ZX_ERR_SHOULD_WAIT);
}

MessagePtr Channel::Take(Side side, const Head& head) {
  Guard guard(lock_);
  if (ends_[Index(side)].taken != head.ticket) return nullptr;
  return MessagePtr(PopLocked(side));
}

zx_status_t Channel::Reply(Side side, RegisterMessage& reply) {
  Guard guard(lock_);
  if (CallWait* call = TakeCallerLocked(Peer(side), reply.txid())) {
    call->registers_ = reply;
    call->Complete(ZX_OK);
    return ZX_OK;
  }
  TRY_STATUS(CheckRoomLocked(Peer(side)));
  TRY(MessagePtr message, Message::Create(reply));
  DeliverLocked(Peer(side), message.release());
  return ZX_OK;
}

CloseStep Channel::OnZeroHandles(Side side, CloseList& list) {
  constexpr uint32_t kMessagesAtOnce = 8;
  List<Message> doomed;
  bool is_empty = true;
  {
    Guard guard(lock_);
    End& end = ends_[Index(side)];
    if (!std::exchange(end.is_closed, true)) {
      UpdateSignalsLocked(Peer(side), ZX_CHANNEL_WRITABLE, ZX_CHANNEL_PEER_CLOSED);
    }
    for (uint32_t i = 0; i < kMessagesAtOnce; ++i) {
      if (Message* message = PopLocked(side)) doomed.PushBack(*message);
    }
    is_empty = end.queue.is_empty();
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

// Even for one end, odd for the other: a request is never taken for a reply to the other's call.
zx_txid_t Channel::NewTxidLocked(Side side) {
  constexpr uint32_t kTxidsPerEnd = 1u << 30;
  End& end = ends_[Index(side)];
  for (;;) {
    const uint32_t number = end.calls++;
    const zx_txid_t txid =
        kKernelTxid | (number % kTxidsPerEnd) << 1 | static_cast<zx_txid_t>(Index(side));
    if (number < kTxidsPerEnd) [[likely]]
      return txid;
    // Numbers come again: not one that still waits.
    end.calls = kTxidsPerEnd + (number + 1) % kTxidsPerEnd;
    bool is_pending = false;
    for (const CallWait& call : end.callers) is_pending |= call.txid_ == txid;
    if (!is_pending) return txid;
  }
}

}  // namespace sirocco
