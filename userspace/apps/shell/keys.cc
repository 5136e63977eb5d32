// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/apps/shell/keys.h"

namespace sirocco::shell {
namespace {

constexpr uint8_t kEscape = 0x1b;
constexpr size_t kMaxSequence = 16;

// The letter that ends a sequence without a number, after ESC [ or ESC O.
KeyKind ByLetter(char letter, bool has_modifier) {
  switch (letter) {
    case 'A':
      return KeyKind::kUp;
    case 'B':
      return KeyKind::kDown;
    case 'C':
      return has_modifier ? KeyKind::kWordRight : KeyKind::kRight;
    case 'D':
      return has_modifier ? KeyKind::kWordLeft : KeyKind::kLeft;
    case 'H':
      return KeyKind::kHome;
    case 'F':
      return KeyKind::kEnd;
    default:
      return KeyKind::kUnknown;
  }
}

// ESC [ number ~.
KeyKind ByNumber(const std::string& number) {
  if (number == "1" || number == "7") return KeyKind::kHome;
  if (number == "4" || number == "8") return KeyKind::kEnd;
  if (number == "3") return KeyKind::kDelete;
  return KeyKind::kUnknown;
}

KeyKind ByControl(uint8_t byte) {
  switch (byte) {
    case '\r':
    case '\n':
      return KeyKind::kEnter;
    case '\t':
      return KeyKind::kTab;
    case 0x08:
      return KeyKind::kBackspace;
    default:
      return KeyKind::kControl;
  }
}

// 0 for a byte that starts no character.
size_t Utf8Length(uint8_t byte) {
  if (byte >= 0xc2 && byte <= 0xdf) return 2;
  if (byte >= 0xe0 && byte <= 0xef) return 3;
  if (byte >= 0xf0 && byte <= 0xf4) return 4;
  return 0;
}

}  // namespace

std::optional<Key> KeyDecoder::Feed(uint8_t byte) {
  switch (state_) {
    case State::kGround:
      return Ground(byte);
    case State::kEscape:
      collected_.clear();
      if (byte == '[') {
        state_ = State::kSequence;
        return std::nullopt;
      }
      if (byte == 'O') {
        state_ = State::kFunction;
        return std::nullopt;
      }
      // Alt with a letter: words, as Emacs moves.
      if (byte == 'b') return Done(KeyKind::kWordLeft);
      if (byte == 'f') return Done(KeyKind::kWordRight);
      if (byte == kEscape) return std::nullopt;
      return Done(KeyKind::kUnknown);
    case State::kSequence:
      return Sequence(byte);
    case State::kFunction:
      return Done(ByLetter(static_cast<char>(byte), false));
    case State::kUtf8:
      return Utf8(byte);
  }
  return std::nullopt;
}

std::optional<Key> KeyDecoder::Done(KeyKind kind) {
  state_ = State::kGround;
  return Key{kind};
}

std::optional<Key> KeyDecoder::Ground(uint8_t byte) {
  if (byte == kEscape) {
    state_ = State::kEscape;
    return std::nullopt;
  }
  if (byte == 0x7f) return Key{KeyKind::kBackspace};
  if (byte < 0x20) {
    const KeyKind kind = ByControl(byte);
    if (kind != KeyKind::kControl) return Key{kind};
    return Key{kind, std::string(1, static_cast<char>(byte + '@'))};
  }
  if (byte < 0x80) return Key{KeyKind::kText, std::string(1, static_cast<char>(byte))};
  const size_t length = Utf8Length(byte);
  if (length == 0) return std::nullopt;
  state_ = State::kUtf8;
  collected_.assign(1, static_cast<char>(byte));
  missing_ = length - 1;
  return std::nullopt;
}

std::optional<Key> KeyDecoder::Sequence(uint8_t byte) {
  if (byte == kEscape) {  // The sequence before was cut off.
    state_ = State::kEscape;
    return std::nullopt;
  }
  const bool is_parameter = byte >= 0x20 && byte < 0x40;
  if (is_parameter && collected_.size() < kMaxSequence) {
    collected_.push_back(static_cast<char>(byte));
    return std::nullopt;
  }
  if (is_parameter) return std::nullopt;  // Too long to mean anything; its end is still to come.
  const size_t modifier = collected_.find(';');
  if (byte == '~') return Done(ByNumber(collected_.substr(0, modifier)));
  return Done(ByLetter(static_cast<char>(byte), modifier != collected_.npos));
}

std::optional<Key> KeyDecoder::Utf8(uint8_t byte) {
  if ((byte & 0xc0) != 0x80) {
    state_ = State::kGround;
    return Ground(byte);
  }
  collected_.push_back(static_cast<char>(byte));
  if (--missing_ != 0) return std::nullopt;
  state_ = State::kGround;
  return Key{KeyKind::kText, collected_};
}

}  // namespace sirocco::shell
