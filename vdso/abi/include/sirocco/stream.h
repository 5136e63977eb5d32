// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

// The protocol of byte streams over a channel: consoles, pipes, standard input and output. Messages
// have FIDL's transactional header and wire format; a request's txid comes back in its reply,
// events and requests without reply have txid 0. Little endian, 8-byte aligned.
//
//   Read(max) -> (status, data)      waits until there is data; empty data with ZX_OK is the end
//   Write(data) -> (status, actual)
//   GetWindow() -> (status, width, height)   in characters; 0 x 0 when unknown
//   SetMode(flags) -> (status)
//   Clone(handle)                    no reply: a new channel that serves the same stream
//   OnInterrupt()                    event: the interrupt character came (Ctrl-C), see SetMode
//
// Reads are answered in the order in which they came. Closing the channel ends the use.

typedef struct sirocco_message_header {
  uint32_t txid;
  uint8_t at_rest_flags[2];  // Byte 0: 2, the second wire format. Byte 1: 0.
  uint8_t dynamic_flags;     // 0: an unknown method ends the connection.
  uint8_t magic_number;      // SIROCCO_MESSAGE_MAGIC.
  uint64_t ordinal;
} sirocco_message_header_t;

#define SIROCCO_MESSAGE_MAGIC ((uint8_t)1u)
#define SIROCCO_MESSAGE_AT_REST_V2 ((uint8_t)2u)

// Ordinals: the low 63 bits of the first 8 bytes of SHA-256("sirocco.io/Stream.<Method>").
#define SIROCCO_STREAM_READ ((uint64_t)0x1118a138a501935au)
#define SIROCCO_STREAM_WRITE ((uint64_t)0x54c0f1164c75dcccu)
#define SIROCCO_STREAM_GET_WINDOW ((uint64_t)0x19714103d6332e59u)
#define SIROCCO_STREAM_SET_MODE ((uint64_t)0x35e8548e0b232f07u)
#define SIROCCO_STREAM_CLONE ((uint64_t)0x22ca27c85b8bf6c9u)
#define SIROCCO_STREAM_ON_INTERRUPT ((uint64_t)0x47cbdff72dd3c41cu)

/// The most bytes of one Read or Write.
#define SIROCCO_STREAM_MAX_DATA (8192u)

/// A vector<uint8> in a message. Its bytes follow the message's fixed part, padded to 8 with zeros.
typedef struct sirocco_vector {
  uint64_t count;
  uint64_t presence;  // SIROCCO_PRESENT.
} sirocco_vector_t;

#define SIROCCO_PRESENT UINT64_MAX
#define SIROCCO_HANDLE_PRESENT UINT32_MAX

typedef struct sirocco_stream_read_request {
  sirocco_message_header_t header;
  uint32_t max;  // 1 to SIROCCO_STREAM_MAX_DATA, else ZX_ERR_OUT_OF_RANGE.
  uint8_t padding[4];
} sirocco_stream_read_request_t;

typedef struct sirocco_stream_read_reply {
  sirocco_message_header_t header;
  zx_status_t status;
  uint8_t padding[4];
  sirocco_vector_t data;
} sirocco_stream_read_reply_t;

typedef struct sirocco_stream_write_request {
  sirocco_message_header_t header;
  sirocco_vector_t data;
} sirocco_stream_write_request_t;

typedef struct sirocco_stream_write_reply {
  sirocco_message_header_t header;
  zx_status_t status;
  uint32_t actual;
} sirocco_stream_write_reply_t;

typedef struct sirocco_stream_get_window_request {
  sirocco_message_header_t header;
} sirocco_stream_get_window_request_t;

typedef struct sirocco_stream_get_window_reply {
  sirocco_message_header_t header;
  zx_status_t status;
  uint32_t width;
  uint32_t height;
  uint8_t padding[4];
} sirocco_stream_get_window_reply_t;

// Flags of SetMode. Without SIGNALS the interrupt character is data like any other.
#define SIROCCO_STREAM_MODE_SIGNALS ((uint32_t)1u << 0)

typedef struct sirocco_stream_set_mode_request {
  sirocco_message_header_t header;
  uint32_t flags;  // Others than SIROCCO_STREAM_MODE_*: ZX_ERR_INVALID_ARGS.
  uint8_t padding[4];
} sirocco_stream_set_mode_request_t;

typedef struct sirocco_stream_set_mode_reply {
  sirocco_message_header_t header;
  zx_status_t status;
  uint8_t padding[4];
} sirocco_stream_set_mode_reply_t;

/// With one handle: the server's end of the new channel.
typedef struct sirocco_stream_clone_request {
  sirocco_message_header_t header;
  uint32_t request;  // SIROCCO_HANDLE_PRESENT.
  uint8_t padding[4];
} sirocco_stream_clone_request_t;

typedef struct sirocco_stream_on_interrupt_event {
  sirocco_message_header_t header;
} sirocco_stream_on_interrupt_event_t;
