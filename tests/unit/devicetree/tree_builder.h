// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sirocco {

/// Writes flattened device trees, right ones and, with Patch, wrong ones.
class TreeBuilder {
 public:
  TreeBuilder& Begin(std::string_view name) {
    Token(1);
    Bytes(name);
    structure_.push_back(0);
    Align();
    return *this;
  }
  TreeBuilder& End() { return Token(2); }
  TreeBuilder& Nop() { return Token(4); }
  TreeBuilder& Cells(std::string_view name, std::initializer_list<uint32_t> cells) {
    std::vector<uint8_t> value;
    for (uint32_t cell : cells) Append(value, cell);
    return Property(name, value);
  }
  TreeBuilder& Strings(std::string_view name, std::initializer_list<std::string_view> strings) {
    std::vector<uint8_t> value;
    for (std::string_view text : strings) {
      value.insert(value.end(), text.begin(), text.end());
      value.push_back(0);
    }
    return Property(name, value);
  }
  TreeBuilder& Property(std::string_view name, const std::vector<uint8_t>& value) {
    Token(3);
    Append(structure_, static_cast<uint32_t>(value.size()));
    Append(structure_, StringOffset(name));
    structure_.insert(structure_.end(), value.begin(), value.end());
    Align();
    return *this;
  }
  TreeBuilder& Reserve(uint64_t base, uint64_t size) {
    for (uint64_t number : {base, size}) {
      Append(reservations_, static_cast<uint32_t>(number >> 32));
      Append(reservations_, static_cast<uint32_t>(number));
    }
    return *this;
  }
  TreeBuilder& Token(uint32_t token) {
    Append(structure_, token);
    return *this;
  }

  /// The tree so far, closed by END.
  std::vector<std::byte> Build() const {
    std::vector<uint8_t> structure = structure_;
    Append(structure, 9);
    std::vector<uint8_t> reservations = reservations_;
    reservations.resize(reservations.size() + 16);
    const auto reservations_at = static_cast<uint32_t>(40);
    const auto structure_at = static_cast<uint32_t>(reservations_at + reservations.size());
    const auto strings_at = static_cast<uint32_t>(structure_at + structure.size());
    std::vector<uint8_t> blob;
    const auto total = static_cast<uint32_t>(strings_at + strings_.size());
    for (uint32_t word :
         {0xd00dfeedu, total, structure_at, strings_at, reservations_at, 17u, 16u, 0u,
          static_cast<uint32_t>(strings_.size()), static_cast<uint32_t>(structure.size())}) {
      Append(blob, word);
    }
    blob.insert(blob.end(), reservations.begin(), reservations.end());
    blob.insert(blob.end(), structure.begin(), structure.end());
    blob.insert(blob.end(), strings_.begin(), strings_.end());
    std::vector<std::byte> bytes(blob.size());
    std::memcpy(bytes.data(), blob.data(), blob.size());
    return bytes;
  }

 private:
  static void Append(std::vector<uint8_t>& to, uint32_t word) {
    for (int shift = 24; shift >= 0; shift -= 8) to.push_back(static_cast<uint8_t>(word >> shift));
  }
  void Bytes(std::string_view text) {
    structure_.insert(structure_.end(), text.begin(), text.end());
  }
  void Align() { structure_.resize((structure_.size() + 3) & ~size_t{3}); }
  uint32_t StringOffset(std::string_view name) {
    const auto [at, is_new] =
        offsets_.try_emplace(std::string(name), static_cast<uint32_t>(strings_.size()));
    if (is_new) {
      strings_.insert(strings_.end(), name.begin(), name.end());
      strings_.push_back(0);
    }
    return at->second;
  }

  std::vector<uint8_t> structure_;
  std::vector<uint8_t> strings_;
  std::vector<uint8_t> reservations_;
  std::map<std::string, uint32_t> offsets_;
};

}  // namespace sirocco
