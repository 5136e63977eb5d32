// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace sirocco::shell {

enum class KeyKind {
  kText,  // One character, as UTF-8.
  kEnter,
  kTab,
  kBackspace,
  kDelete,
  kLeft,
  kRight,
  kUp,
  kDown,
  kHome,
  kEnd,
  kWordLeft,
  kWordRight,
  kControl,  // Another control character: `text` has its letter, "L" for Ctrl-L.
  kUnknown,  // A sequence that means nothing here.
};

struct Key {
  KeyKind kind = KeyKind::kUnknown;
  std::string text = {};
};

/// Puts the bytes of a terminal together to keys: UTF-8, and the escape sequences of VT100, xterm
/// and the Linux console. Bytes that are no UTF-8 are dropped.
class KeyDecoder {
 public:
  /// The key that `byte` completes, if it does.
  std::optional<Key> Feed(uint8_t byte);

 private:
  enum class State { kGround, kEscape, kSequence, kFunction, kUtf8 };

  std::optional<Key> Ground(uint8_t byte);
  std::optional<Key> Sequence(uint8_t byte);
  std::optional<Key> Utf8(uint8_t byte);
  std::optional<Key> Done(KeyKind kind);

  State state_ = State::kGround;
  std::string collected_;
  size_t missing_ = 0;  // Bytes of the UTF-8 character still to come.
};

}  // namespace sirocco::shell
