// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sirocco/stream.h>
#include <zircon/types.h>

#include <cstddef>
#include <cstdint>
#include <span>

// Messages of the stream protocol (<sirocco/stream.h>), encoded and checked. No calls, no
// allocation: both ends and their tests share it.

namespace sirocco::stream {

using Bytes = std::span<const std::byte>;

inline constexpr size_t kMaxData = SIROCCO_STREAM_MAX_DATA;
inline constexpr size_t kMaxMessage = sizeof(sirocco_stream_read_reply_t) + kMaxData;

/// Room for any message of the protocol, aligned as its structs want.
struct alignas(8) MessageBuffer {
  std::byte bytes[kMaxMessage];
};

/// Bytes of a message whose fixed part has `fixed` bytes and whose vector has `count`.
constexpr size_t MessageSize(size_t fixed, size_t count) { return fixed + (count + 7) / 8 * 8; }

sirocco_message_header_t MakeHeader(uint64_t ordinal, uint32_t txid = 0);

/// Writes a fixed part that ends in a sirocco_vector, the vector's bytes and its padding; returns
/// the message's size. `data` has at most kMaxData bytes.
size_t EncodeWithData(const void* fixed, size_t fixed_size, Bytes data, MessageBuffer& buffer);

enum class Method { kRead, kWrite, kGetWindow, kSetMode, kClone };

/// A request as a server sees it. `data` points into the message.
struct Request {
  Method method = Method::kRead;
  uint32_t txid = 0;
  uint32_t max = 0;    // kRead: 1 to kMaxData.
  Bytes data;          // kWrite: at most kMaxData.
  uint32_t flags = 0;  // kSetMode: unchecked.
};

/// Errors: ZX_ERR_INVALID_ARGS not a request of this protocol (the connection is to be closed);
/// ZX_ERR_OUT_OF_RANGE a Read of no or too many bytes: `request` tells whom to answer so.
zx_status_t DecodeRequest(Bytes message, size_t handle_count, Request& request);

/// The data of a Read's reply. Errors: the reply's status; ZX_ERR_IO not a reply to Read.
zx_status_t DecodeReadReply(Bytes message, Bytes& data);

/// True for the event that says that the interrupt character came.
bool IsInterrupt(Bytes message);

}  // namespace sirocco::stream
