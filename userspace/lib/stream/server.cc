// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/lib/stream/server.h"

#include <zircon/syscalls.h>

namespace sirocco::stream {
namespace {

template <typename Message>
zx_status_t Send(zx_handle_t channel, const Message& message) {
  return zx_channel_write(channel, 0, &message, sizeof(message), nullptr, 0);
}

}  // namespace

zx_status_t Receiver::Next(zx_handle_t channel, Request& request, zx_handle_t& clone) {
  for (;;) {
    uint32_t size = 0;
    uint32_t handle_count = 0;
    zx_handle_t handle = ZX_HANDLE_INVALID;
    zx_status_t status = zx_channel_read(channel, 0, buffer_.bytes, &handle, sizeof(buffer_.bytes),
                                         1, &size, &handle_count);
    // What does not fit stays queued, so this channel can never be served again.
    if (status == ZX_ERR_BUFFER_TOO_SMALL) return ZX_ERR_INVALID_ARGS;
    if (status != ZX_OK) return status;
    status = DecodeRequest({buffer_.bytes, size}, handle_count, request);
    if (status == ZX_OK) {
      clone = handle;
      return ZX_OK;
    }
    if (handle_count != 0) zx_handle_close(handle);
    if (status != ZX_ERR_OUT_OF_RANGE) return status;
    status = ReplyRead(channel, request.txid, ZX_ERR_OUT_OF_RANGE, {});
    if (status != ZX_OK) return status;
  }
}

zx_status_t ReplyRead(zx_handle_t channel, uint32_t txid, zx_status_t status, Bytes data) {
  if (data.size() > kMaxData) return ZX_ERR_OUT_OF_RANGE;
  MessageBuffer buffer;
  sirocco_stream_read_reply_t reply = {};
  reply.header = MakeHeader(SIROCCO_STREAM_READ, txid);
  reply.status = status;
  reply.data = {data.size(), SIROCCO_PRESENT};
  const size_t size = EncodeWithData(&reply, sizeof(reply), data, buffer);
  return zx_channel_write(channel, 0, buffer.bytes, static_cast<uint32_t>(size), nullptr, 0);
}

zx_status_t ReplyWrite(zx_handle_t channel, uint32_t txid, zx_status_t status, size_t actual) {
  const sirocco_stream_write_reply_t reply = {MakeHeader(SIROCCO_STREAM_WRITE, txid), status,
                                              static_cast<uint32_t>(actual)};
  return Send(channel, reply);
}

zx_status_t ReplyGetWindow(zx_handle_t channel, uint32_t txid, zx_status_t status, Window window) {
  sirocco_stream_get_window_reply_t reply = {};
  reply.header = MakeHeader(SIROCCO_STREAM_GET_WINDOW, txid);
  reply.status = status;
  reply.width = window.width;
  reply.height = window.height;
  return Send(channel, reply);
}

zx_status_t ReplySetMode(zx_handle_t channel, uint32_t txid, zx_status_t status) {
  sirocco_stream_set_mode_reply_t reply = {};
  reply.header = MakeHeader(SIROCCO_STREAM_SET_MODE, txid);
  reply.status = status;
  return Send(channel, reply);
}

zx_status_t SendInterrupt(zx_handle_t channel) {
  const sirocco_stream_on_interrupt_event_t event = {MakeHeader(SIROCCO_STREAM_ON_INTERRUPT)};
  return Send(channel, event);
}

}  // namespace sirocco::stream
