// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/syscalls/object.h>
#include <zircon/types.h>

#include <coroutine>
#include <cstdint>

#include "kernel/async/completion.h"
#include "kernel/base/list.h"
#include "kernel/objects/channel.h"
#include "kernel/objects/kernel_object.h"
#include "kernel/objects/message.h"

namespace sirocco {

/// A call: sends its request when it starts, completes with the reply that carries its txid.
/// `co_await` yields ZX_OK, ZX_ERR_PEER_CLOSED, ZX_ERR_SHOULD_WAIT (nothing sent, the peer has too
/// many unread messages), ZX_ERR_NO_MEMORY (nothing sent), or ZX_ERR_CANCELED when its handle goes.
/// A reply that comes after the outcome is an ordinary message.
/// The caller holds a RefPtr to the channel meanwhile.
class [[nodiscard]] CallWait : public async::Completion,
                               public SignalObserver,
                               public ListNode<CallWait> {
 public:
  static constexpr uint32_t kThreadState = ZX_THREAD_STATE_BLOCKED_CHANNEL;

  /// `request` has at least the four bytes of the txid.
  CallWait(Channel& channel, HandleSlot slot, MessagePtr request);
  /// The same with a request in registers; the reply comes there too, if it fits.
  CallWait(Channel& channel, HandleSlot slot, const RegisterMessage& request);
  CallWait(const CallWait&) = delete;

  void Cancel(zx_status_t reason = ZX_ERR_CANCELED);

  /// The reply of a ZX_OK: a message, or null and then it is registers().
  MessagePtr TakeReply() { return std::move(message_); }
  RegisterMessage& registers() { return registers_; }

  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> waiter);
  zx_status_t await_resume() const { return status(); }

 private:
  friend class Channel;

  static bool OnEnd(SignalObserver& observer, zx_status_t outcome, zx_signals_t now);
  zx_status_t SendLocked();

  Channel& channel_;
  zx_txid_t txid_ = 0;  // Guarded by the channel's lock while linked, as all that follows.
  MessagePtr message_;  // The request until it is sent, then the reply; null: in registers_.
  RegisterMessage registers_;
};

/// A server's wait for its next request. `co_await` yields ZX_OK, ZX_ERR_BUFFER_TOO_SMALL (the
/// request stays queued, needed() says its size), ZX_ERR_PEER_CLOSED, ZX_ERR_NO_MEMORY, or
/// ZX_ERR_CANCELED. The caller holds a RefPtr to the channel meanwhile.
class [[nodiscard]] ServeWait : public async::Completion,
                                public SignalObserver,
                                public ListNode<ServeWait> {
 public:
  static constexpr uint32_t kThreadState = ZX_THREAD_STATE_BLOCKED_CHANNEL;

  /// `max_*`: room for a request that does not fit the registers.
  ServeWait(Channel& channel, HandleSlot slot, uint32_t max_bytes, uint32_t max_handles);
  ServeWait(const ServeWait&) = delete;

  void Cancel(zx_status_t reason = ZX_ERR_CANCELED);

  /// The request of a ZX_OK: a message, or null and then it is registers().
  MessagePtr TakeRequest() { return std::move(message_); }
  RegisterMessage& registers() { return registers_; }
  MessageSize needed() const { return needed_; }

  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> waiter);
  zx_status_t await_resume() const { return status(); }

 private:
  friend class CallWait;
  friend class Channel;

  static bool OnEnd(SignalObserver& observer, zx_status_t outcome, zx_signals_t now);
  bool Fits(const Message& message) const;
  // Takes over a message that fits.
  void Accept(Message* message);

  Channel& channel_;
  const uint32_t max_bytes_;
  const uint32_t max_handles_;
  MessagePtr message_;
  RegisterMessage registers_;
  MessageSize needed_;
};

}  // namespace sirocco
