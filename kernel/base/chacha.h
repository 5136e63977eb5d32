// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace sirocco {

/// One block of the ChaCha20 key stream. **Source** RFC 8439, 2.3.
inline std::array<uint32_t, 16> ChaChaBlock(const std::array<uint32_t, 8>& key, uint32_t counter,
                                            const std::array<uint32_t, 3>& nonce) {
  const std::array<uint32_t, 16> start = {
      0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, key[0],  key[1],   key[2],   key[3],
      key[4],     key[5],     key[6],     key[7],     counter, nonce[0], nonce[1], nonce[2]};
  std::array<uint32_t, 16> x = start;
  const auto quarter = [&x](int a, int b, int c, int d) {
    x[a] += x[b], x[d] = std::rotl(x[d] ^ x[a], 16);
    x[c] += x[d], x[b] = std::rotl(x[b] ^ x[c], 12);
    x[a] += x[b], x[d] = std::rotl(x[d] ^ x[a], 8);
    x[c] += x[d], x[b] = std::rotl(x[b] ^ x[c], 7);
  };
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 4; ++i) quarter(i, 4 + i, 8 + i, 12 + i);
    for (int i = 0; i < 4; ++i) quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4);
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
  void Seed(std::span<const std::byte> seed) {
    std::array<std::byte, 32> bytes{};
    std::memcpy(bytes.data(), seed.data(), seed.size() < 32 ? seed.size() : 32);
    const auto words = std::bit_cast<std::array<uint32_t, 8>>(bytes);
    for (size_t i = 0; i < key_.size(); ++i) key_[i] ^= words[i];
    available_ = 0;
    Refill();
  }

  uint64_t Next() {
    if (available_ < 2) Refill();
    const uint64_t value = uint64_t{pool_[available_ - 1]} << 32 | pool_[available_ - 2];
    pool_[available_ - 1] = pool_[available_ - 2] = 0;
    available_ -= 2;
    return value;
  }

 private:
  void Refill() {
    const auto block = ChaChaBlock(key_, 0, {});
    for (size_t i = 0; i < key_.size(); ++i) key_[i] = block[i];
    for (size_t i = 0; i < pool_.size(); ++i) pool_[i] = block[8 + i];
    available_ = pool_.size();
  }

  std::array<uint32_t, 8> key_{};
  std::array<uint32_t, 8> pool_{};
  size_t available_ = 0;
};

}  // namespace sirocco
