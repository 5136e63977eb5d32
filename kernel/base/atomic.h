// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <type_traits>

// The thread sanitizer knows no dependencies.
#if defined(__SANITIZE_THREAD__)
#define SIROCCO_TSAN
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SIROCCO_TSAN
#endif
#endif

namespace sirocco {

/// Plain stores that others may read at any time. g++ 12.2 makes of std::atomic's own an AMO on
/// RISC-V, which takes no offset and, on many cores, the bus.
template <typename T>
inline void StoreRelaxed(std::atomic<T>& place, std::type_identity_t<T> value) {
#if defined(__clang__)
  place.store(value, std::memory_order_relaxed);
#else
  static_assert(std::atomic<T>::is_always_lock_free && sizeof(std::atomic<T>) == sizeof(T));
  *reinterpret_cast<volatile T*>(&place) = value;
#endif
}

/// Of a pointer, or what an address is made of: what is read through it is seen as it was before it
/// was stored with release. The address depends on it, which is order enough for every machine we
/// know, so no fence is spent. **Source** RISC-V Unprivileged 20191213, 14.1, rule 9.
template <typename T>
inline T LoadConsume(const std::atomic<T>& place) {
#if defined(SIROCCO_TSAN)
  return place.load(std::memory_order_acquire);
#else
  return place.load(std::memory_order_relaxed);
#endif
}

template <typename T>
inline void StoreRelease(std::atomic<T>& place, std::type_identity_t<T> value) {
#if defined(__clang__)
  place.store(value, std::memory_order_release);
#else
  std::atomic_thread_fence(std::memory_order_release);
  StoreRelaxed(place, value);
#endif
}

}  // namespace sirocco
