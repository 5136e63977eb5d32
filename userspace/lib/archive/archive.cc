// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/lib/archive/archive.h"

namespace sirocco::archive {
namespace {

// A member: this header of 6 + 13 * 8 characters, the name with its NUL, zeros to a multiple of 4
// from the header's start, the data, zeros to a multiple of 4.
constexpr std::string_view kMagic = "070701";
constexpr std::string_view kTrailer = "TRAILER!!!";
constexpr size_t kFieldWidth = 8;
constexpr size_t kFieldCount = 13;
constexpr size_t kHeaderSize = kMagic.size() + kFieldCount * kFieldWidth;
constexpr size_t kModeField = 1;
constexpr size_t kFileSizeField = 6;
constexpr size_t kNameSizeField = 11;

std::string_view Text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool HexDigit(char c, uint32_t& digit) {
  if (c >= '0' && c <= '9') {
    digit = static_cast<uint32_t>(c - '0');
  } else if (c >= 'a' && c <= 'f') {
    digit = static_cast<uint32_t>(c - 'a' + 10);
  } else if (c >= 'A' && c <= 'F') {
    digit = static_cast<uint32_t>(c - 'A' + 10);
  } else {
    return false;
  }
  return true;
}

bool Field(std::string_view header, size_t index, uint32_t& value) {
  value = 0;
  for (char c : header.substr(kMagic.size() + index * kFieldWidth, kFieldWidth)) {
    uint32_t digit = 0;
    if (!HexDigit(c, digit)) return false;
    value = value << 4 | digit;
  }
  return true;
}

// In 64 bits no sum of two 32-bit fields and the header overflows.
constexpr uint64_t Padded(uint64_t size) { return (size + 3) & ~uint64_t{3}; }

}  // namespace

std::string_view Canonical(std::string_view name) {
  for (;;) {
    if (name.starts_with('/')) {
      name.remove_prefix(1);
    } else if (name.starts_with("./")) {
      name.remove_prefix(2);
    } else {
      return name;
    }
  }
}

Step Reader::Stop(Step step) {
  rest_ = {};
  return last_ = step;
}

Step Reader::Next(Entry& entry) {
  while (last_ == Step::kEntry) {
    bool is_trailer = false;
    const Step step = Member(entry, is_trailer);
    if (step != Step::kEntry) return Stop(step);
    if (!is_trailer) return Step::kEntry;
    while (!rest_.empty() && rest_.front() == std::byte{0}) rest_ = rest_.subspan(1);
    if (rest_.empty()) return Stop(Step::kEnd);
  }
  return last_;
}

Step Reader::Member(Entry& entry, bool& is_trailer) {
  if (rest_.size() < kHeaderSize) return Step::kMalformed;
  const std::string_view header = Text(rest_.first(kHeaderSize));
  uint32_t mode = 0;
  uint32_t file_size = 0;
  uint32_t name_size = 0;
  if (!header.starts_with(kMagic) || !Field(header, kModeField, mode) ||
      !Field(header, kFileSizeField, file_size) || !Field(header, kNameSizeField, name_size)) {
    return Step::kMalformed;
  }
  const uint64_t data_offset = Padded(kHeaderSize + uint64_t{name_size});
  if (name_size < 2 || data_offset + file_size > rest_.size()) return Step::kMalformed;
  const std::string_view name = Text(rest_.subspan(kHeaderSize, name_size));
  // The NUL counts as part of the name, and no other may stand in it.
  if (name.find('\0') != name.size() - 1) return Step::kMalformed;

  const Entry member{.name = name.substr(0, name.size() - 1),
                     .data = rest_.subspan(data_offset, file_size),
                     .mode = mode};
  // The padding of the last member of all may be missing.
  const uint64_t end = Padded(data_offset + file_size);
  rest_ = rest_.subspan(end < rest_.size() ? end : rest_.size());
  is_trailer = member.name == kTrailer;
  if (!is_trailer) entry = member;
  return Step::kEntry;
}

bool Find(Bytes archive, std::string_view name, Entry& entry) {
  Reader reader(archive);
  Entry member;
  bool is_found = false;
  Step step;
  while ((step = reader.Next(member)) == Step::kEntry) {
    if (!member.is_file() || Canonical(member.name) != Canonical(name)) continue;
    entry = member;
    is_found = true;
  }
  return is_found && step == Step::kEnd;
}

}  // namespace sirocco::archive
