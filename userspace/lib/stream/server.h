// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <cstdint>

#include "userspace/lib/stream/client.h"
#include "userspace/lib/stream/codec.h"

// The server's side of a byte stream, a message at a time: the loop, and the requests that wait
// for data, are the caller's, who keeps a Read's txid until he has something to answer.

namespace sirocco::stream {

/// Takes requests off channels. Holds the last one's bytes: one for a loop of many channels.
class Receiver {
 public:
  Receiver() = default;
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  /// The next request on `channel`; its data stays valid until the next call. With kClone `clone`
  /// is the new channel's end, now the caller's. Reads out of range are answered here.
  /// Errors: ZX_ERR_SHOULD_WAIT nothing there; ZX_ERR_PEER_CLOSED; ZX_ERR_INVALID_ARGS the client
  /// does not keep to the protocol: close the channel.
  zx_status_t Next(zx_handle_t channel, Request& request, zx_handle_t& clone);

 private:
  MessageBuffer buffer_;
};

// Replies, and the event. Errors: those of zx_channel_write; a client that is gone is no news.
zx_status_t ReplyRead(zx_handle_t channel, uint32_t txid, zx_status_t status, Bytes data);
zx_status_t ReplyWrite(zx_handle_t channel, uint32_t txid, zx_status_t status, size_t actual);
zx_status_t ReplyGetWindow(zx_handle_t channel, uint32_t txid, zx_status_t status, Window window);
zx_status_t ReplySetMode(zx_handle_t channel, uint32_t txid, zx_status_t status);
zx_status_t SendInterrupt(zx_handle_t channel);

}  // namespace sirocco::stream
