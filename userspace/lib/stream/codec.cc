// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/lib/stream/codec.h"

#include <cstring>
#include <type_traits>

namespace sirocco::stream {
namespace {

/// Copies the fixed part: a message may lie anywhere.
template <typename T>
bool Fixed(Bytes message, T& fixed) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (message.size() < sizeof(T)) return false;
  std::memcpy(&fixed, message.data(), sizeof(T));
  return true;
}

template <typename T>
bool Exactly(Bytes message, T& fixed) {
  return message.size() == sizeof(T) && Fixed(message, fixed);
}

bool IsHeader(const sirocco_message_header_t& header) {
  return header.magic_number == SIROCCO_MESSAGE_MAGIC &&
         header.at_rest_flags[0] == SIROCCO_MESSAGE_AT_REST_V2 && header.at_rest_flags[1] == 0;
}

bool TakeVector(Bytes message, size_t fixed_size, const sirocco_vector_t& vector, Bytes& data) {
  if (vector.presence != SIROCCO_PRESENT || vector.count > kMaxData) return false;
  if (message.size() != MessageSize(fixed_size, vector.count)) return false;
  data = message.subspan(fixed_size, vector.count);
  return true;
}

zx_status_t DecodeRead(Bytes message, Request& request) {
  sirocco_stream_read_request_t fixed;
  if (!Exactly(message, fixed)) return ZX_ERR_INVALID_ARGS;
  request.method = Method::kRead;
  request.max = fixed.max;
  return fixed.max == 0 || fixed.max > kMaxData ? ZX_ERR_OUT_OF_RANGE : ZX_OK;
}

zx_status_t DecodeWrite(Bytes message, Request& request) {
  sirocco_stream_write_request_t fixed;
  request.method = Method::kWrite;
  if (!Fixed(message, fixed) || !TakeVector(message, sizeof(fixed), fixed.data, request.data)) {
    return ZX_ERR_INVALID_ARGS;
  }
  return ZX_OK;
}

zx_status_t DecodeSetMode(Bytes message, Request& request) {
  sirocco_stream_set_mode_request_t fixed;
  request.method = Method::kSetMode;
  if (!Exactly(message, fixed)) return ZX_ERR_INVALID_ARGS;
  request.flags = fixed.flags;
  return ZX_OK;
}

zx_status_t DecodeClone(Bytes message, size_t handle_count, Request& request) {
  sirocco_stream_clone_request_t fixed;
  request.method = Method::kClone;
  const bool is_good = Exactly(message, fixed) && fixed.request == SIROCCO_HANDLE_PRESENT &&
                       handle_count == 1 && fixed.header.txid == 0;
  return is_good ? ZX_OK : ZX_ERR_INVALID_ARGS;
}

}  // namespace

sirocco_message_header_t MakeHeader(uint64_t ordinal, uint32_t txid) {
  return {txid, {SIROCCO_MESSAGE_AT_REST_V2, 0}, 0, SIROCCO_MESSAGE_MAGIC, ordinal};
}

size_t EncodeWithData(const void* fixed, size_t fixed_size, Bytes data, MessageBuffer& buffer) {
  const size_t size = MessageSize(fixed_size, data.size());
  std::memcpy(buffer.bytes, fixed, fixed_size);
  if (!data.empty()) std::memcpy(buffer.bytes + fixed_size, data.data(), data.size());
  std::memset(buffer.bytes + fixed_size + data.size(), 0, size - fixed_size - data.size());
  return size;
}

zx_status_t DecodeRequest(Bytes message, size_t handle_count, Request& request) {
  sirocco_message_header_t header;
  if (!Fixed(message, header) || !IsHeader(header)) return ZX_ERR_INVALID_ARGS;
  request = Request();
  request.txid = header.txid;
  if (header.ordinal == SIROCCO_STREAM_CLONE) return DecodeClone(message, handle_count, request);
  // All others are answered, so they name a transaction, and bring no handle.
  if (header.txid == 0 || handle_count != 0) return ZX_ERR_INVALID_ARGS;
  switch (header.ordinal) {
    case SIROCCO_STREAM_READ:
      return DecodeRead(message, request);
    case SIROCCO_STREAM_WRITE:
      return DecodeWrite(message, request);
    case SIROCCO_STREAM_SET_MODE:
      return DecodeSetMode(message, request);
    case SIROCCO_STREAM_GET_WINDOW:
      request.method = Method::kGetWindow;
      return message.size() == sizeof(header) ? ZX_OK : ZX_ERR_INVALID_ARGS;
    default:
      return ZX_ERR_INVALID_ARGS;
  }
}

zx_status_t DecodeReadReply(Bytes message, Bytes& data) {
  sirocco_stream_read_reply_t fixed;
  if (!Fixed(message, fixed) || !IsHeader(fixed.header) ||
      fixed.header.ordinal != SIROCCO_STREAM_READ) {
    return ZX_ERR_IO;
  }
  if (!TakeVector(message, sizeof(fixed), fixed.data, data)) return ZX_ERR_IO;
  return fixed.status;
}

bool IsInterrupt(Bytes message) {
  sirocco_stream_on_interrupt_event_t event;
  return Exactly(message, event) && IsHeader(event.header) && event.header.txid == 0 &&
         event.header.ordinal == SIROCCO_STREAM_ON_INTERRUPT;
}

}  // namespace sirocco::stream
