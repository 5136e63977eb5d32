// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/channel_call.h"

#include <utility>

#include "kernel/objects/handle_table.h"

namespace sirocco {

CallWait::CallWait(Channel& channel, HandleSlot slot, MessagePtr request)
    : SignalObserver(&OnEnd, nullptr, ZX_CHANNEL_PEER_CLOSED, slot),
      channel_(channel),
      message_(std::move(request)) {
  KASSERT(message_->size_bytes() >= sizeof(zx_txid_t));
}

CallWait::CallWait(Channel& channel, HandleSlot slot, const RegisterMessage& request)
    : SignalObserver(&OnEnd, nullptr, ZX_CHANNEL_PEER_CLOSED, slot),
      channel_(channel),
      registers_(request) {
  KASSERT(request.size_bytes >= sizeof(zx_txid_t));
}

bool CallWait::await_suspend(std::coroutine_handle<> waiter) {
  const bool is_live = slot().MarkWaited();
  Guard guard(channel_.lock_);
  if (!is_live || slot().is_retired()) return CompleteInline(ZX_ERR_CANCELED);
  const Side peer = Peer(slot().side());
  const zx_status_t room = channel_.CheckRoomLocked(peer);
  if (room != ZX_OK) return CompleteInline(room);
  // Ready for a reply before the request goes: a server may answer at once.
  Arm(waiter);
  const zx_status_t added = channel_.AddCallerLocked(*this);
  if (added != ZX_OK) return CompleteInline(added);
  const zx_status_t sent = SendLocked();
  if (sent == ZX_OK) return true;
  channel_.TakeCallerLocked(slot().side(), txid_);
  return CompleteInline(sent);
}

zx_status_t CallWait::SendLocked() {
  channel_.lock_.AssertHeld();
  const Side peer = Peer(slot().side());
  if (message_ != nullptr) {
    message_->set_txid(txid_);
    // No reply to the peer: nothing is left.
    const MessagePtr left = channel_.DeliverLocked(peer, std::move(message_));
    KASSERT(left == nullptr || left->handle_count() == 0);
    return ZX_OK;
  }
  registers_.set_txid(txid_);
  if (channel_.DeliverLocked(peer, registers_)) return ZX_OK;
  TRY(MessagePtr message, Message::Create(registers_));
  const MessagePtr left = channel_.DeliverLocked(peer, std::move(message));
  KASSERT(left == nullptr);
  return ZX_OK;
}

bool CallWait::OnEnd(SignalObserver& observer, zx_status_t outcome, zx_signals_t) {
  auto& call = static_cast<CallWait&>(observer);
  call.channel_.lock_.AssertHeld();
  call.channel_.ends_[Index(call.slot().side())].callers.Remove(call);
  call.Complete(outcome == ZX_OK ? ZX_ERR_PEER_CLOSED : outcome);
  return false;
}

void CallWait::Cancel(zx_status_t reason) {
  {
    Guard guard(channel_.lock_);
    if (!channel_.ends_[Index(slot().side())].callers.Remove(*this)) return;
    channel_.RemoveObserverLocked(*this);
  }
  Complete(reason);
}

ServeWait::ServeWait(Channel& channel, HandleSlot slot, uint32_t max_bytes, uint32_t max_handles)
    : SignalObserver(&OnEnd, nullptr, ZX_CHANNEL_PEER_CLOSED, slot),
      channel_(channel),
      max_bytes_(max_bytes),
      max_handles_(max_handles) {}

bool ServeWait::Fits(const Message& message) const {
  if (message.fits_registers() && message.size_bytes() >= sizeof(zx_txid_t)) return true;
  return message.size_bytes() <= max_bytes_ && message.handle_count() <= max_handles_;
}

void ServeWait::Accept(Message* message) {
  message_.reset(message);
  if (!message->fits_registers() || message->size_bytes() < sizeof(zx_txid_t)) return;
  message->CopyTo(registers_);
  message_.reset();  // It had no handles: nothing but memory goes.
}

bool ServeWait::await_suspend(std::coroutine_handle<> waiter) {
  const bool is_live = slot().MarkWaited();
  Guard guard(channel_.lock_);
  if (!is_live || slot().is_retired()) return CompleteInline(ZX_ERR_CANCELED);
  const Side side = slot().side();
  auto& end = channel_.ends_[Index(side)];
  if (const Message* message = end.queue.Front()) {
    if (Fits(*message)) {
      Accept(channel_.PopLocked(side));
      return CompleteInline(ZX_OK);
    }
    needed_ = message->size();
    return CompleteInline(ZX_ERR_BUFFER_TOO_SMALL);
  }
  if (channel_.ends_[Index(Peer(side))].is_closed) return CompleteInline(ZX_ERR_PEER_CLOSED);
  Arm(waiter);
  const zx_status_t status = channel_.AddServerLocked(*this);
  return status == ZX_OK ? true : CompleteInline(status);
}

bool ServeWait::OnEnd(SignalObserver& observer, zx_status_t outcome, zx_signals_t) {
  auto& server = static_cast<ServeWait&>(observer);
  server.channel_.lock_.AssertHeld();
  server.channel_.ends_[Index(server.slot().side())].servers.Remove(server);
  server.Complete(outcome == ZX_OK ? ZX_ERR_PEER_CLOSED : outcome);
  return false;
}

void ServeWait::Cancel(zx_status_t reason) {
  {
    Guard guard(channel_.lock_);
    if (!channel_.ends_[Index(slot().side())].servers.Remove(*this)) return;
    channel_.RemoveObserverLocked(*this);
  }
  Complete(reason);
}

}  // namespace sirocco
