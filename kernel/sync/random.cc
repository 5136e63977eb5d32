// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/sync/random.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "kernel/arch/entropy.h"
#include "kernel/base/chacha.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco {

namespace {

class Source {
 public:
  uint64_t Word() EXCLUDES(lock_) {
    Guard guard(lock_);
    return NextLocked();
  }
  void Fill(std::span<std::byte> bytes) EXCLUDES(lock_) {
    Guard guard(lock_);
    while (!bytes.empty()) {
      const uint64_t word = NextLocked();
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
  [[gnu::noinline]] void SeedLocked() REQUIRES(lock_) {
    if (is_seeded_) return;
    is_seeded_ = true;
    generator_.Seed(arch::BootEntropy());
  }
  [[gnu::noinline]] uint64_t NextLocked() REQUIRES(lock_) {
    if (!is_seeded_) [[unlikely]]
      SeedLocked();
    return generator_.Next();
  }

  SpinLock<LockRank::kFrame> lock_;
  ChaChaGenerator generator_ GUARDED_BY(lock_);
  bool is_seeded_ GUARDED_BY(lock_) = false;
};

constinit Source source;

// SplitMix64. 0: not seeded. Source: Steele, Lea, Flood, "Fast splittable pseudorandom number
// generators", 2014.
constinit std::atomic<uint64_t> hidden_state{0};
constexpr uint64_t kHiddenStep = 0x9e3779b97f4a7c15;

}  // namespace

uint64_t RandomWord() { return source.Word(); }

uint64_t HiddenRandomWord() {
  if (hidden_state.load(std::memory_order_relaxed) == 0) [[unlikely]] {
    // Several may do so at once: what all add is no less unknown.
    hidden_state.fetch_add(RandomWord() | 1, std::memory_order_relaxed);
  }
  uint64_t word = hidden_state.fetch_add(kHiddenStep, std::memory_order_relaxed);
  word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9;
  word = (word ^ word >> 27) * 0x94d049bb133111eb;
  return word ^ word >> 31;
}

void RandomBytes(std::span<std::byte> bytes) { source.Fill(bytes); }
void AddEntropy(std::span<const std::byte> bytes) { source.Add(bytes); }

}  // namespace sirocco
