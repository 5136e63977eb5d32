// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// The machine's global operators. Only the nothrow forms of new exist: any other does not link.

#include <algorithm>
#include <bit>
#include <new>

#include "kernel/mm/heap.h"

namespace {

// Objects whose size is a power of two up to a page are aligned to it.
size_t SizeFor(size_t size, std::align_val_t alignment) {
  const auto align = static_cast<size_t>(alignment);
  return std::max(std::bit_ceil(size), align);
}

}  // namespace

void* operator new(size_t size, const std::nothrow_t&) noexcept {
  return sirocco::mm::Allocate(size);
}
void* operator new[](size_t size, const std::nothrow_t&) noexcept {
  return sirocco::mm::Allocate(size);
}
void* operator new(size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return sirocco::mm::Allocate(SizeFor(size, alignment));
}

void operator delete(void* object) noexcept { sirocco::mm::Free(object); }
void operator delete[](void* object) noexcept { sirocco::mm::Free(object); }
void operator delete(void* object, size_t size) noexcept { sirocco::mm::Free(object, size); }
void operator delete[](void* object, size_t size) noexcept { sirocco::mm::Free(object, size); }
void operator delete(void* object, const std::nothrow_t&) noexcept { sirocco::mm::Free(object); }
void operator delete[](void* object, const std::nothrow_t&) noexcept { sirocco::mm::Free(object); }
void operator delete(void* object, std::align_val_t) noexcept { sirocco::mm::Free(object); }
void operator delete(void* object, size_t, std::align_val_t) noexcept { sirocco::mm::Free(object); }
