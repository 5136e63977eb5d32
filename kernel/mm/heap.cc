// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/mm/heap.h"

#include <utility>

namespace sirocco::mm {

constinit Heap heap;
constinit FrameHeap frame_heap;

namespace {

// Words of a slab that are free are marked so; only these two touch them.
SIROCCO_NO_ASAN void* NextFree(void* object) { return *static_cast<void**>(object); }
SIROCCO_NO_ASAN void SetNextFree(void* object, void* next) { *static_cast<void**>(object) = next; }

// A slab in the partial list: words.slab.next leads on, `chain` leads back.

void LinkSlab(Page*& list, Page& slab) {
  slab.words.slab.next = list;
  slab.chain = nullptr;
  if (list != nullptr) list->chain = &slab;
  list = &slab;
}

void UnlinkSlab(Page*& list, Page& slab) {
  Page* next = slab.words.slab.next;
  if (next != nullptr) next->chain = slab.chain;
  (slab.chain != nullptr ? slab.chain->words.slab.next : list) = next;
}

}  // namespace

bool Heap::AddSlab(size_t size_class) {
  Page* page = physical.Allocate(PageKind::kHeap, Fill::kAny);
  if (page == nullptr) return false;
  const size_t size = kClassSizes[size_class];
  std::byte* bytes = physical.BytesOf(*page);
  void* free = nullptr;
  for (uint32_t i = ObjectsPerSlab(size_class); i-- != 0;) {
    SetNextFree(bytes + i * size, free);
    free = bytes + i * size;
  }
  MarkFree(bytes, kPageSize);
  page->size_class = static_cast<uint8_t>(size_class);
  page->count = 0;
  page->words.slab = {free, nullptr};
  SizeClass& of = classes_[size_class];
  Guard guard(of.lock);
  ++of.slabs;
  LinkSlab(of.partial, *page);
  return true;
}

void Heap::TakeFromSlabsLocked(SizeClass& of, Magazine& magazine, uint32_t count) {
  while (count != 0 && of.partial != nullptr) {
    Page& slab = *of.partial;
    while (count != 0 && slab.words.slab.free != nullptr) {
      void* object = slab.words.slab.free;
      slab.words.slab.free = NextFree(object);
      ++slab.count;
      ++of.in_slabs;
      Push(magazine, object);
      --count;
    }
    if (slab.words.slab.free == nullptr) UnlinkSlab(of.partial, slab);
  }
}

void* Heap::AllocateSlowly(Magazine& magazine, size_t size_class) {
  SizeClass& of = classes_[size_class];
  // Without a magazine of this hart's own nothing may stay behind in it.
  const bool is_shared = ThisMagazines() == nullptr;
  const uint32_t batch = is_shared ? 1 : BatchOf(size_class);
  do {
    {
      Guard guard(of.lock);
      TakeFromSlabsLocked(of, magazine, batch);
    }
    if (void* object = Pop(magazine)) return object;
  } while (AddSlab(size_class));
  return nullptr;
}

// For a host thread that is no hart.
void Heap::FreeAlone(void* object, size_t size_class) {
  Magazine one;
  Push(one, object);
  Drain(one, size_class, 0);
}

void Heap::Drain(Magazine& magazine, size_t size_class, uint32_t keep) {
  SizeClass& of = classes_[size_class];
  PageList empty;
  {
    Guard guard(of.lock);
    while (magazine.count.load(std::memory_order_relaxed) > keep) {
      void* object = Pop(magazine);
      Page& slab = physical.PageOf(object);
      KASSERT(slab.kind == PageKind::kHeap && slab.size_class == size_class && slab.count != 0);
      const bool was_full = slab.words.slab.free == nullptr;
      SetNextFree(object, slab.words.slab.free);
      slab.words.slab.free = object;
      --of.in_slabs;
      if (was_full) LinkSlab(of.partial, slab);
      if (--slab.count == 0) {
        UnlinkSlab(of.partial, slab);
        --of.slabs;
        empty.Push(slab);
      }
    }
  }
  physical.FreeAll(std::move(empty));
}

void* Heap::AllocateLarge(size_t size_bytes) {
  const size_t count = PagesFor(size_bytes);
  Page* first = physical.AllocateRun(PageKind::kHeap, count);
  if (first == nullptr) return nullptr;
  first->size_class = kLarge;
  return physical.BytesOf(*first);
}

void Heap::FreeLarge(Page& first) {
  KASSERT(first.kind == PageKind::kHeap && first.size_class == kLarge);
  physical.FreeRun(first, first.count);
}

void Heap::Trim() {
  HartMagazines* magazines = ThisMagazines();
  if (magazines == nullptr) return;
  for (size_t i = 0; i < kClassCount; ++i) Drain(magazines->of[i], i, 0);
}

Heap::Usage Heap::usage() {
  Usage usage;
  uint64_t slab_pages = 0;
  for (size_t i = 0; i < kClassCount; ++i) {
    SizeClass& of = classes_[i];
    Guard guard(of.lock);
    uint64_t resting = 0;
    for (const HartMagazines& hart : magazines_) {
      resting += hart.of[i].count.load(std::memory_order_relaxed);
    }
    usage.used_bytes += (of.in_slabs - resting) * kClassSizes[i];
    slab_pages += of.slabs;
  }
  usage.total_bytes = physical.counts().of(PageKind::kHeap) << kPageShift;
  // What is not in slabs is in runs, all of it in use.
  usage.used_bytes += usage.total_bytes - (slab_pages << kPageShift);
  return usage;
}

}  // namespace sirocco::mm
