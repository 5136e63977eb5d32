// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

#include "kernel/arch/hart.h"
#include "kernel/async/executor.h"
#include "kernel/base/atomic.h"
#include "kernel/base/kassert.h"
#include "kernel/base/units.h"
#include "kernel/mm/fail_injector.h"
#include "kernel/mm/page.h"
#include "kernel/mm/physical.h"
#include "kernel/mm/sanitizer.h"
#include "kernel/mm/size_class.h"
#include "kernel/sync/annotations.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco::mm {

/// The kernel's heap: slabs of one page for each of 21 sizes, with a magazine of free objects a
/// hart and size in front; what is larger than kLargestSmall is a run of pages. A slab that is
/// empty gives its page back.
///
/// Locking: a size class has a lock of rank kFrame; pages are taken and given back outside it.
class Heap {
 public:
  constexpr Heap() = default;
  Heap(const Heap&) = delete;

  /// Aligned to 16, and to its size if that is a power of two up to a page. Null when there is no
  /// memory. Context: any, under no lock of rank kFrame.
  void* Allocate(size_t size_bytes);
  void Free(void* object);
  /// The same for who knows the size it asked for.
  void Free(void* object, size_t size_bytes);

  /// Bytes in objects that are in use, rounded up to their size class, and in all pages of the
  /// heap. Exact when nobody allocates meanwhile.
  struct Usage {
    uint64_t used_bytes = 0;
    uint64_t total_bytes = 0;
    bool operator==(const Usage&) const = default;
  };
  Usage usage();

  /// Empties this hart's magazines.
  void Trim();

 private:
  static constexpr size_t kLarge = kClassCount;  // Page::size_class of a run.
  static constexpr int kFreedByte = 0xdf;

  struct FreeObject {
    FreeObject* next;
  };
  struct Magazine {
    FreeObject* head = nullptr;
    std::atomic<uint32_t> count{0};  // Written by its hart, read by usage().

    // Returns the count from now on.
    uint32_t Count(int32_t change) {
      const uint32_t now = count.load(std::memory_order_relaxed) + change;
      StoreRelaxed(count, now);
      return now;
    }
  };
  struct alignas(64) HartMagazines {
    std::array<Magazine, kClassCount> of{};
  };
  struct SizeClass {
    SpinLock<LockRank::kFrame> lock;
    Page* partial GUARDED_BY(lock) = nullptr;  // Slabs with free objects.
    uint32_t slabs GUARDED_BY(lock) = 0;
    uint64_t in_slabs GUARDED_BY(lock) = 0;  // Objects out of slabs, magazines included.
  };

  // Between a magazine and the slabs; a magazine holds two at most.
  static constexpr uint32_t BatchOf(size_t size_class) {
    return size_class <= SizeClassFor(256) ? 16 : 4;
  }

  // Null for a host thread that is no hart.
  HartMagazines* ThisMagazines() {
    const arch::HartBlock& hart = arch::ThisHart();
    if constexpr (kAssertsEnabled) {
      if (&arch::HartAt(hart.index) != &hart) return nullptr;
    }
    return &magazines_[hart.index];
  }
  static FreeObject* Pop(Magazine& magazine);
  static uint32_t Push(Magazine& magazine, void* object);  // Returns the count.

  void FreeSmall(void* object, size_t size_class);
  void FreeAlone(void* object, size_t size_class);
  void* AllocateSlowly(Magazine& magazine, size_t size_class);
  void Drain(Magazine& magazine, size_t size_class, uint32_t keep);
  // Moves up to `count` objects of existing slabs into `magazine`.
  void TakeFromSlabsLocked(SizeClass& of, Magazine& magazine, uint32_t count) REQUIRES(of.lock);
  bool AddSlab(size_t size_class);
  void* AllocateLarge(size_t size_bytes);
  void FreeLarge(Page& first);

  std::array<HartMagazines, arch::kMaxHarts> magazines_;
  std::array<SizeClass, kClassCount> classes_;
};

/// The one of this kernel.
extern Heap heap;

/// The nothrow pair. `Free(nullptr)` does nothing.
inline void* Allocate(size_t size_bytes) { return heap.Allocate(size_bytes); }
inline void Free(void* object) {
  if (object != nullptr) heap.Free(object);
}
inline void Free(void* object, size_t size_bytes) {
  if (object != nullptr) heap.Free(object, size_bytes);
}

/// Base of classes whose objects come from the kernel's heap in both worlds: on the host the global
/// operator new belongs to the test.
class HeapAllocated {
 public:
  static void* operator new(size_t size, const std::nothrow_t&) noexcept { return Allocate(size); }
  static void* operator new(size_t, void* place) noexcept { return place; }
  static void operator delete(void* object, size_t size) noexcept { Free(object, size); }
  static void operator delete(void* object, const std::nothrow_t&) noexcept { Free(object); }
};

/// Base of classes whose objects come from where the global operators take them. On the machine
/// that is the kernel's heap, so there their size is known where they are made and deleted.
#if __STDC_HOSTED__
class GlobalAllocated {};
#else
using GlobalAllocated = HeapAllocated;
#endif

/// Coroutine frames out of the heap.
class FrameHeap final : public async::FrameAllocator {
 public:
  constexpr FrameHeap() = default;
  void* Allocate(size_t size_bytes) noexcept override { return heap.Allocate(size_bytes); }
  void Free(void* frame, size_t size_bytes) noexcept override { heap.Free(frame, size_bytes); }
};
extern FrameHeap frame_heap;

// --- Fast paths. ---

// The link lies in memory that is marked free.
SIROCCO_NO_ASAN inline Heap::FreeObject* Heap::Pop(Magazine& magazine) {
  FreeObject* object = magazine.head;
  if (object == nullptr) return nullptr;
  magazine.head = object->next;
  magazine.Count(-1);
  return object;
}

SIROCCO_NO_ASAN inline uint32_t Heap::Push(Magazine& magazine, void* object) {
  auto* free_object = static_cast<FreeObject*>(object);
  free_object->next = magazine.head;
  magazine.head = free_object;
  return magazine.Count(1);
}

inline void* Heap::Allocate(size_t size_bytes) {
  if (fail_injector.ShouldFail()) return nullptr;
  if (size_bytes > kLargestSmall) [[unlikely]]
    return AllocateLarge(size_bytes);
  const size_t size_class = SizeClassFor(size_bytes);
  HartMagazines* magazines = ThisMagazines();
  Magazine none;
  Magazine& magazine = magazines != nullptr ? magazines->of[size_class] : none;
  void* object = Pop(magazine);
  if (object == nullptr) [[unlikely]]
    object = AllocateSlowly(magazine, size_class);
  MarkUsed(object, object == nullptr ? 0 : kClassSizes[size_class]);
  return object;
}

inline void Heap::FreeSmall(void* object, size_t size_class) {
  if constexpr (kAssertsEnabled) std::memset(object, kFreedByte, kClassSizes[size_class]);
  HartMagazines* magazines = ThisMagazines();
  MarkFree(object, kClassSizes[size_class]);
  if (magazines == nullptr) return FreeAlone(object, size_class);
  Magazine& magazine = magazines->of[size_class];
  if (Push(magazine, object) > 2 * BatchOf(size_class)) [[unlikely]]
    Drain(magazine, size_class, BatchOf(size_class));
}

inline void Heap::Free(void* object) {
  Page& page = physical.PageOf(object);
  if (page.size_class == kLarge) [[unlikely]]
    return FreeLarge(page);
  FreeSmall(object, page.size_class);
}

inline void Heap::Free(void* object, size_t size_bytes) {
  if (size_bytes > kLargestSmall) [[unlikely]]
    return FreeLarge(physical.PageOf(object));
  KASSERT(physical.PageOf(object).size_class == SizeClassFor(size_bytes));
  FreeSmall(object, SizeClassFor(size_bytes));
}

}  // namespace sirocco::mm
