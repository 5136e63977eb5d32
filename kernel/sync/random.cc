// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/sync/random.h"

#include <algorithm>
#include <cstring>

#include "kernel/arch/entropy.h"
#include "kernel/base/chacha.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco {

namespace {

class Source {
 public:
  void Fill(std::span<std::byte> bytes) EXCLUDES(lock_) {
    Guard guard(lock_);
    SeedLocked();
    while (!bytes.empty()) {
      const uint64_t word = generator_.Next();
      const size_t size = std::min(bytes.size(), sizeof(word));
      std::memcpy(bytes.data(), &word, size);
      bytes = bytes.subspan(size);
    }
  }
  void Add(std::span<const std::byte> bytes) EXCLUDES(lock_) {
    Guard guard(lock_);
    SeedLocked();
    generator_.Seed(bytes);
  }

 private:
  void SeedLocked() REQUIRES(lock_) {
    if (is_seeded_) return;
    is_seeded_ = true;
    generator_.Seed(arch::BootEntropy());
  }

  SpinLock<LockRank::kFrame> lock_;
  ChaChaGenerator generator_ GUARDED_BY(lock_);
  bool is_seeded_ GUARDED_BY(lock_) = false;
};

constinit Source source;

}  // namespace

uint64_t RandomWord() {
  uint64_t word = 0;
  source.Fill(std::as_writable_bytes(std::span(&word, 1)));
  return word;
}

void RandomBytes(std::span<std::byte> bytes) { source.Fill(bytes); }
void AddEntropy(std::span<const std::byte> bytes) { source.Add(bytes); }

}  // namespace sirocco
