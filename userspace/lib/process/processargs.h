// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/processargs.h>
#include <zircon/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

// The bootstrap message, written and read in one place. Neither side allocates.

namespace sirocco::process {

using Strings = std::span<const std::string_view>;

/// What a bootstrap message says, its handles' values left out.
struct Contents {
  std::span<const uint32_t> handle_infos = {};  // PA_HND words, one a handle.
  Strings args = {};
  Strings environment = {};
  Strings names = {};
};

/// Writes the message to the front of `buffer`. Errors: ZX_ERR_BUFFER_TOO_SMALL;
/// ZX_ERR_INVALID_ARGS a string with a NUL in it.
zx_status_t WriteMessage(const Contents& contents, std::span<std::byte> buffer, size_t& size);

/// The strings of one table of a message, in order.
class StringTable {
 public:
  StringTable() = default;
  StringTable(std::string_view rest, size_t count) : rest_(rest), left_(count) {}

  /// False at the end.
  bool Next(std::string_view& string);
  size_t left() const { return left_; }

 private:
  std::string_view rest_;  // Has at least `left_` NULs.
  size_t left_ = 0;
};

/// A received message. Holds views of the bytes, which must outlive it and be aligned to 4.
class Message {
 public:
  /// Errors: ZX_ERR_INVALID_ARGS whatever else the bytes may be, they are no message with
  /// `handle_count` handles.
  static zx_status_t Parse(std::span<const std::byte> bytes, size_t handle_count, Message& message);

  std::span<const uint32_t> handle_infos() const { return handle_infos_; }
  StringTable args() const { return args_; }
  StringTable environment() const { return environment_; }
  StringTable names() const { return names_; }

 private:
  std::span<const uint32_t> handle_infos_;
  StringTable args_;
  StringTable environment_;
  StringTable names_;
};

}  // namespace sirocco::process
