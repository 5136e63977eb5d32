// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

// What AddressSanitizer has to know of memory that we hand out ourselves; nothing without it.

#if defined(__SANITIZE_ADDRESS__)
#define SIROCCO_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SIROCCO_ASAN 1
#endif
#endif

#ifdef SIROCCO_ASAN
extern "C" void __asan_poison_memory_region(const volatile void* start, size_t size);
extern "C" void __asan_unpoison_memory_region(const volatile void* start, size_t size);
#define SIROCCO_NO_ASAN __attribute__((no_sanitize("address")))
#else
#define SIROCCO_NO_ASAN
#endif

namespace sirocco::mm {

inline void MarkFree([[maybe_unused]] const void* start, [[maybe_unused]] size_t size) {
#ifdef SIROCCO_ASAN
  __asan_poison_memory_region(start, size);
#endif
}
inline void MarkUsed([[maybe_unused]] const void* start, [[maybe_unused]] size_t size) {
#ifdef SIROCCO_ASAN
  __asan_unpoison_memory_region(start, size);
#endif
}

}  // namespace sirocco::mm
