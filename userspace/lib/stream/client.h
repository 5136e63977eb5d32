// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <cstdint>
#include <span>

// A byte stream behind a channel, as its user sees it. Several threads may use one channel. No
// allocation; a call needs some 8 KiB of stack. Errors common to all: ZX_ERR_PEER_CLOSED the
// server is gone; ZX_ERR_IO it does not keep to the protocol; what it answered.

namespace sirocco::stream {

/// Waits until there is data and reads some of it; `actual` = 0 with ZX_OK is the end.
zx_status_t Read(zx_handle_t channel, std::span<std::byte> buffer, size_t& actual);

/// Writes all of `data` unless an error comes first; `actual` counts what was written.
zx_status_t Write(zx_handle_t channel, std::span<const std::byte> data, size_t& actual);

/// In characters; 0 x 0 for what is no terminal.
struct Window {
  uint32_t width = 0;
  uint32_t height = 0;
};
zx_status_t GetWindow(zx_handle_t channel, Window& window);

/// `flags`: SIROCCO_STREAM_MODE_*.
zx_status_t SetMode(zx_handle_t channel, uint32_t flags);

/// A second channel to the same stream. The server has not necessarily seen it yet.
zx_status_t Clone(zx_handle_t channel, zx_handle_t& clone);

}  // namespace sirocco::stream
