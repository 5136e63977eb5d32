// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// The machine's nothrow operator new in a test: what kernel code makes with it comes from the
// kernel's heap, where it is counted and can be made to fail. All else is the host's.

#include <cstdlib>
#include <new>

#include "kernel/arch/physical_memory.h"
#include "kernel/base/kassert.h"
#include "kernel/base/units.h"
#include "kernel/mm/heap.h"

namespace {

using sirocco::PhysAddr;
using sirocco::arch::PhysicalMemory;

bool IsKernels(const void* object) {
  static const std::byte* const begin = PhysicalMemory::ToVirt(PhysAddr(PhysicalMemory::kBase));
  const auto* byte = static_cast<const std::byte*>(object);
  return byte >= begin && byte < begin + PhysicalMemory::kSize;
}

void* HostNew(size_t size, size_t alignment = 16) {
  void* object = std::aligned_alloc(alignment, (size + alignment) & ~(alignment - 1));
  PANIC_UNLESS(object != nullptr);
  return object;
}

void Delete(void* object) {
  if (IsKernels(object)) {
    sirocco::mm::Free(object);
  } else {
    std::free(object);
  }
}

}  // namespace

void* operator new(size_t size, const std::nothrow_t&) noexcept {
  return sirocco::mm::Allocate(size);
}
void* operator new[](size_t size, const std::nothrow_t&) noexcept {
  return sirocco::mm::Allocate(size);
}

void* operator new(size_t size) { return HostNew(size); }
void* operator new[](size_t size) { return HostNew(size); }
void* operator new(size_t size, std::align_val_t alignment) {
  return HostNew(size, static_cast<size_t>(alignment));
}
void* operator new[](size_t size, std::align_val_t alignment) {
  return HostNew(size, static_cast<size_t>(alignment));
}

void operator delete(void* object) noexcept { Delete(object); }
void operator delete[](void* object) noexcept { Delete(object); }
void operator delete(void* object, size_t) noexcept { Delete(object); }
void operator delete[](void* object, size_t) noexcept { Delete(object); }
void operator delete(void* object, const std::nothrow_t&) noexcept { Delete(object); }
void operator delete[](void* object, const std::nothrow_t&) noexcept { Delete(object); }
void operator delete(void* object, std::align_val_t) noexcept { Delete(object); }
void operator delete[](void* object, std::align_val_t) noexcept { Delete(object); }
void operator delete(void* object, size_t, std::align_val_t) noexcept { Delete(object); }
void operator delete[](void* object, size_t, std::align_val_t) noexcept { Delete(object); }
