// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <type_traits>

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
