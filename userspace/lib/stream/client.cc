// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/lib/stream/client.h"

#include <zircon/syscalls.h>

#include <algorithm>
#include <cstring>

#include "userspace/lib/stream/codec.h"

namespace sirocco::stream {
namespace {

/// Sends a request whose reply has at most `reply_size` bytes.
zx_status_t Call(zx_handle_t channel, const void* request, size_t request_size, void* reply,
                 size_t reply_size, size_t& actual) {
  zx_channel_call_args_t args = {};
  args.wr_bytes = request;
  args.wr_num_bytes = static_cast<uint32_t>(request_size);
  args.rd_bytes = reply;
  args.rd_num_bytes = static_cast<uint32_t>(reply_size);
  uint32_t actual_bytes = 0;
  uint32_t actual_handles = 0;
  const zx_status_t status =
      zx_channel_call(channel, 0, ZX_TIME_INFINITE, &args, &actual_bytes, &actual_handles);
  // A reply that does not fit is none of this protocol, and was dropped.
  if (status == ZX_ERR_BUFFER_TOO_SMALL) return ZX_ERR_IO;
  actual = actual_bytes;
  return status;
}

/// The same for requests and replies of fixed size.
template <typename Request, typename Reply>
zx_status_t CallFixed(zx_handle_t channel, const Request& request, Reply& reply) {
  size_t actual = 0;
  const zx_status_t status =
      Call(channel, &request, sizeof(request), &reply, sizeof(reply), actual);
  if (status != ZX_OK) return status;
  const bool is_good = actual == sizeof(reply) &&
                       reply.header.magic_number == SIROCCO_MESSAGE_MAGIC &&
                       reply.header.ordinal == request.header.ordinal;
  return is_good ? reply.status : ZX_ERR_IO;
}

zx_status_t WriteSome(zx_handle_t channel, Bytes data, size_t& actual) {
  MessageBuffer buffer;
  const sirocco_stream_write_request_t request = {MakeHeader(SIROCCO_STREAM_WRITE),
                                                  {data.size(), SIROCCO_PRESENT}};
  const size_t size = EncodeWithData(&request, sizeof(request), data, buffer);
  sirocco_stream_write_reply_t reply;
  size_t reply_size = 0;
  const zx_status_t status = Call(channel, buffer.bytes, size, &reply, sizeof(reply), reply_size);
  if (status != ZX_OK) return status;
  if (reply_size != sizeof(reply) || reply.header.ordinal != SIROCCO_STREAM_WRITE) return ZX_ERR_IO;
  if (reply.status != ZX_OK) return reply.status;
  // A server that takes nothing would keep us here for ever.
  if (reply.actual == 0 || reply.actual > data.size()) return ZX_ERR_IO;
  actual = reply.actual;
  return ZX_OK;
}

}  // namespace

zx_status_t Read(zx_handle_t channel, std::span<std::byte> buffer, size_t& actual) {
  actual = 0;
  if (buffer.empty()) return ZX_OK;
  sirocco_stream_read_request_t request = {};
  request.header = MakeHeader(SIROCCO_STREAM_READ);
  request.max = static_cast<uint32_t>(std::min(buffer.size(), kMaxData));
  MessageBuffer reply;
  size_t reply_size = 0;
  zx_status_t status =
      Call(channel, &request, sizeof(request), reply.bytes, sizeof(reply.bytes), reply_size);
  if (status != ZX_OK) return status;
  Bytes data;
  status = DecodeReadReply({reply.bytes, reply_size}, data);
  if (status != ZX_OK) return status;
  if (data.size() > request.max) return ZX_ERR_IO;
  if (!data.empty()) std::memcpy(buffer.data(), data.data(), data.size());
  actual = data.size();
  return ZX_OK;
}

zx_status_t Write(zx_handle_t channel, std::span<const std::byte> data, size_t& actual) {
  actual = 0;
  while (actual < data.size()) {
    const Bytes rest = data.subspan(actual);
    size_t written = 0;
    const zx_status_t status =
        WriteSome(channel, rest.first(std::min(rest.size(), kMaxData)), written);
    if (status != ZX_OK) return status;
    actual += written;
  }
  return ZX_OK;
}

zx_status_t GetWindow(zx_handle_t channel, Window& window) {
  const sirocco_stream_get_window_request_t request = {MakeHeader(SIROCCO_STREAM_GET_WINDOW)};
  sirocco_stream_get_window_reply_t reply;
  const zx_status_t status = CallFixed(channel, request, reply);
  if (status != ZX_OK) return status;
  window = {reply.width, reply.height};
  return ZX_OK;
}

zx_status_t SetMode(zx_handle_t channel, uint32_t flags) {
  sirocco_stream_set_mode_request_t request = {};
  request.header = MakeHeader(SIROCCO_STREAM_SET_MODE);
  request.flags = flags;
  sirocco_stream_set_mode_reply_t reply;
  return CallFixed(channel, request, reply);
}

zx_status_t Clone(zx_handle_t channel, zx_handle_t& clone) {
  zx_handle_t ours = ZX_HANDLE_INVALID;
  zx_handle_t theirs = ZX_HANDLE_INVALID;
  zx_status_t status = zx_channel_create(0, &ours, &theirs);
  if (status != ZX_OK) return status;
  sirocco_stream_clone_request_t request = {};
  request.header = MakeHeader(SIROCCO_STREAM_CLONE);
  request.request = SIROCCO_HANDLE_PRESENT;
  // Writing consumes `theirs` whatever happens.
  status = zx_channel_write(channel, 0, &request, sizeof(request), &theirs, 1);
  if (status != ZX_OK) {
    zx_handle_close(ours);
    return status;
  }
  clone = ours;
  return ZX_OK;
}

}  // namespace sirocco::stream
