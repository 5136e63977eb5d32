// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sirocco::archive {

using Bytes = std::span<const std::byte>;

/// A member: views into the archive, which must outlive them.
struct Entry {
  std::string_view name;
  Bytes data;
  uint32_t mode = 0;

  bool is_file() const { return (mode & 0170000u) == 0100000u; }
  std::string_view text() const {
    return {reinterpret_cast<const char*>(data.data()), data.size()};
  }
};

enum class Step {
  kEntry,     // One more member.
  kEnd,       // The end, in good order.
  kMalformed  // What stands here is no archive; nothing after it is read.
};

/// Walks a newc cpio archive that may be several, one after the other with zeros between, as boot
/// loaders put them together. Allocates nothing and reads nothing outside `bytes`, whatever they
/// are. Source: cpio(5), "New ASCII Format".
class Reader {
 public:
  explicit Reader(Bytes bytes) : rest_(bytes) {}

  /// `entry` is written on kEntry only. kEnd and kMalformed are final.
  Step Next(Entry& entry);

 private:
  Step Member(Entry& entry, bool& is_trailer);
  Step Stop(Step step);

  Bytes rest_;
  Step last_ = Step::kEntry;
};

/// The last regular file of that name, so that what is added to an archive wins. A leading '/' or
/// "./" of members does not count. False if there is none, also in a malformed archive.
bool Find(Bytes archive, std::string_view name, Entry& entry);

/// `name` without a leading "./" or '/'.
std::string_view Canonical(std::string_view name);

}  // namespace sirocco::archive
