// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace sirocco {

/// Where formatted text goes, piece by piece.
class FormatSink {
 public:
  virtual void Write(std::string_view text) = 0;

 protected:
  ~FormatSink() = default;
};

/// Text in place; what does not fit is cut off. Always terminated.
template <size_t kCapacity>
class StringBuffer final : public FormatSink {
 public:
  void Write(std::string_view text) override {
    const size_t room = kCapacity - size_;
    const size_t count = text.size() < room ? text.size() : room;
    is_truncated_ = is_truncated_ || count < text.size();
    std::memcpy(bytes_ + size_, text.data(), count);
    size_ += count;
    bytes_[size_] = '\0';
  }
  void Clear() {
    size_ = 0;
    bytes_[0] = '\0';
    is_truncated_ = false;
  }

  std::string_view view() const { return {bytes_, size_}; }
  const char* c_str() const { return bytes_; }
  bool is_truncated() const { return is_truncated_; }

 private:
  size_t size_ = 0;
  bool is_truncated_ = false;
  char bytes_[kCapacity + 1] = {};
};

/// One typed argument. Integers, characters, bools, strings, pointers, and any type with a
/// `void FormatTo(FormatSink&) const`.
class FormatArgument {
 public:
  enum class Kind : uint8_t { kUnsigned, kSigned, kChar, kBool, kString, kPointer, kCustom };

  FormatArgument(bool value) : kind_(Kind::kBool), number_(value) {}  // NOLINT: conversions are
  FormatArgument(char value)                                          // NOLINT: the point of it.
      : kind_(Kind::kChar), number_(static_cast<unsigned char>(value)) {}
  template <std::unsigned_integral T>
  FormatArgument(T value) : kind_(Kind::kUnsigned), number_(value) {}  // NOLINT
  template <std::signed_integral T>
  FormatArgument(T value)  // NOLINT
      : kind_(Kind::kSigned), number_(static_cast<uint64_t>(static_cast<int64_t>(value))) {}
  FormatArgument(std::string_view text)  // NOLINT
      : kind_(Kind::kString), number_(text.size()), pointer_(text.data()) {}
  FormatArgument(const char* text)  // NOLINT
      : FormatArgument(text == nullptr ? std::string_view("(null)") : std::string_view(text)) {}
  FormatArgument(const void* pointer)  // NOLINT
      : kind_(Kind::kPointer), number_(reinterpret_cast<uintptr_t>(pointer)) {}
  template <typename T>
    requires requires(const T& value, FormatSink& sink) { value.FormatTo(sink); }
  FormatArgument(const T& value)  // NOLINT
      : kind_(Kind::kCustom),
        pointer_(&value),
        format_to_([](const void* object, FormatSink& sink) {
          static_cast<const T*>(object)->FormatTo(sink);
        }) {}

  Kind kind() const { return kind_; }
  uint64_t number() const { return number_; }
  std::string_view text() const { return {static_cast<const char*>(pointer_), number_}; }
  void FormatTo(FormatSink& sink) const { format_to_(pointer_, sink); }

 private:
  Kind kind_;
  uint64_t number_ = 0;
  const void* pointer_ = nullptr;
  void (*format_to_)(const void*, FormatSink&) = nullptr;
};

namespace internal {

// What stands between braces: [<|>][#][0][width][x|X|d|c|s].
struct FormatSpec {
  char align = 0;  // 0: numbers right, text left.
  bool has_prefix = false;
  bool is_zero_padded = false;
  uint32_t width = 0;
  char type = 0;
};

// Reads a spec from `text` at `at`, up to and including '}'. False: not one.
constexpr bool ParseSpec(std::string_view text, size_t& at, FormatSpec& spec) {
  const auto peek = [&] { return at < text.size() ? text[at] : '\0'; };
  if (peek() == ':') {
    ++at;
    if (peek() == '<' || peek() == '>') spec.align = text[at++];
    if (peek() == '#') spec.has_prefix = (++at, true);
    if (peek() == '0') spec.is_zero_padded = (++at, true);
    while (peek() >= '0' && peek() <= '9' && spec.width < 1000) {
      spec.width = spec.width * 10 + static_cast<uint32_t>(text[at++] - '0');
    }
    if (peek() == 'x' || peek() == 'X' || peek() == 'd' || peek() == 'c' || peek() == 's') {
      spec.type = text[at++];
    }
  }
  return peek() == '}' && (++at, true);
}

// Never defined: reaching it in a constant expression is the error message.
void FormatStringDoesNotFitItsArguments();

void PrintArguments(FormatSink& sink, std::string_view format, const FormatArgument* arguments);

}  // namespace internal

/// A format string checked when it is compiled: as many `{}` as arguments, and well formed.
template <typename... Args>
class FormatString {
 public:
  template <size_t kSize>
  consteval FormatString(const char (&text)[kSize]) : text_(text, kSize - 1) {  // NOLINT
    size_t count = 0;
    for (size_t at = 0; at < text_.size();) {
      const char c = text_[at++];
      if (c != '{' && c != '}') continue;
      const bool is_doubled = at < text_.size() && text_[at] == c;
      internal::FormatSpec spec;
      if (is_doubled) {
        ++at;
      } else if (c == '}' || !internal::ParseSpec(text_, at, spec)) {
        internal::FormatStringDoesNotFitItsArguments();
      } else {
        ++count;
      }
    }
    if (count != sizeof...(Args)) internal::FormatStringDoesNotFitItsArguments();
  }
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

/// `Print(sink, "hart {} at {:#x}\n", index, address)`: typed, no allocation, no varargs.
template <typename... Args>
void Print(FormatSink& sink, FormatString<std::type_identity_t<Args>...> format,
           const Args&... args) {
  const FormatArgument arguments[] = {FormatArgument(args)..., FormatArgument(false)};
  internal::PrintArguments(sink, format.text(), arguments);
}

}  // namespace sirocco
