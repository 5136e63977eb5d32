// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace sirocco {

// All of it goes into its callers: what runs before the machine's features are known is compiled
// for fewer of them, and a function by itself would be there once, in either form.

/// One block of the ChaCha20 key stream. **Source** RFC 8439, 2.3.
[[gnu::always_inline]] inline std::array<uint32_t, 16> ChaChaBlock(
    const std::array<uint32_t, 8>& key, uint32_t counter, const std::array<uint32_t, 3>& nonce) {
  const std::array<uint32_t, 16> start = {
      0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, key[0],  key[1],   key[2],   key[3],
      key[4],     key[5],     key[6],     key[7],     counter, nonce[0], nonce[1], nonce[2]};
  std::array<uint32_t, 16> x = start;
  // To the left by what is missing from 32: g++ 12 knows one instruction for the right only.
  const auto quarter = [&x](int a, int b, int c, int d) {
    x[a] += x[b], x[d] = std::rotr(x[d] ^ x[a], 16);
    x[c] += x[d], x[b] = std::rotr(x[b] ^ x[c], 20);
    x[a] += x[b], x[d] = std::rotr(x[d] ^ x[a], 24);
    x[c] += x[d], x[b] = std::rotr(x[b] ^ x[c], 25);
  };
  // Unrolled by hand: with constant indices all of `x` stays in registers.
  for (int round = 0; round < 10; ++round) {
    quarter(0, 4, 8, 12), quarter(1, 5, 9, 13), quarter(2, 6, 10, 14), quarter(3, 7, 11, 15);
    quarter(0, 5, 10, 15), quarter(1, 6, 11, 12), quarter(2, 7, 8, 13), quarter(3, 4, 9, 14);
  }
  for (int i = 0; i < 16; ++i) x[i] += start[i];
  return x;
}

/// A generator with fast key erasure: what it gave out cannot be computed from what it holds.
/// Deterministic for a seed. Not locked.
class ChaChaGenerator {
 public:
  /// Until seeded it gives the stream of the zero key.
  constexpr ChaChaGenerator() = default;

  /// Mixes up to 32 bytes into the key.
  [[gnu::always_inline]] void Seed(std::span<const std::byte> seed) {
    std::array<std::byte, 32> bytes{};
    std::memcpy(bytes.data(), seed.data(), seed.size() < 32 ? seed.size() : 32);
    const auto words = std::bit_cast<std::array<uint32_t, 8>>(bytes);
    for (size_t i = 0; i < key_.size(); ++i) key_[i] ^= words[i];
    available_ = 0;
    Refill();
  }

  [[gnu::always_inline]] uint64_t Next() {
    if (available_ < 2) Refill();
    const uint64_t value = uint64_t{pool_[available_ - 1]} << 32 | pool_[available_ - 2];
    pool_[available_ - 1] = pool_[available_ - 2] = 0;
    available_ -= 2;
    return value;
  }

 private:
  [[gnu::always_inline]] void Refill() {
    // Of two blocks: half of one alone would be the next key.
    std::array<uint32_t, 32> words;
    for (uint32_t counter = 0; counter < 2; ++counter) {
      const auto block = ChaChaBlock(key_, counter, {});
      std::memcpy(&words[16 * counter], block.data(), sizeof(block));
    }
    std::memcpy(key_.data(), words.data(), sizeof(key_));
    std::memcpy(pool_.data(), &words[key_.size()], sizeof(pool_));
    available_ = pool_.size();
  }

  std::array<uint32_t, 8> key_{};
  std::array<uint32_t, 24> pool_{};
  size_t available_ = 0;
};

}  // namespace sirocco
