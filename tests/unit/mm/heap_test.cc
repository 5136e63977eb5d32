// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/mm/heap.h"

#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include "tests/unit/mm/memory_test.h"

namespace sirocco::mm {
namespace {

using HeapTest = MemoryTest;

TEST_F(HeapTest, EverySizeGetsAClassThatHoldsIt) {
  for (size_t size = 1; size <= kLargestSmall; ++size) {
    const size_t size_class = SizeClassFor(size);
    EXPECT_GE(kClassSizes[size_class], size);
    if (size_class != 0) {
      EXPECT_LT(kClassSizes[size_class - 1], size);
    }
  }
}

TEST_F(HeapTest, ObjectsAreAlignedTo16) {
  for (const size_t size : {1, 17, 33, 100, 400, 700, 1200, 2000}) {
    void* object = Allocate(size);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(object) % 16, 0u) << size;
    Free(object, size);
  }
}

TEST_F(HeapTest, PowersOfTwoAreAlignedToThemselves) {
  for (size_t size = 16; size <= kPageSize; size *= 2) {
    std::vector<void*> objects;
    for (int i = 0; i < 9; ++i) {
      objects.push_back(Allocate(size));
      EXPECT_EQ(reinterpret_cast<uintptr_t>(objects.back()) % size, 0u) << size;
    }
    for (void* object : objects) Free(object, size);
  }
}

TEST_F(HeapTest, ObjectsInUseDoNotOverlap) {
  std::mt19937 random(3);
  struct Object {
    uint8_t* bytes;
    size_t size;
    uint8_t fill;
  };
  std::vector<Object> objects;
  for (int step = 0; step < 20000; ++step) {
    if (objects.size() < 300 && random() % 2 == 0) {
      const size_t size = 1 + random() % 2500;
      auto* bytes = static_cast<uint8_t*>(Allocate(size));
      ASSERT_NE(bytes, nullptr);
      const auto fill = static_cast<uint8_t>(random());
      std::memset(bytes, fill, size);
      objects.push_back({bytes, size, fill});
    } else if (!objects.empty()) {
      std::swap(objects[random() % objects.size()], objects.back());
      const Object object = objects.back();
      objects.pop_back();
      for (size_t i = 0; i < object.size; ++i) ASSERT_EQ(object.bytes[i], object.fill);
      if (random() % 2 == 0) {
        Free(object.bytes);
      } else {
        Free(object.bytes, object.size);
      }
    }
  }
  for (const Object& object : objects) Free(object.bytes, object.size);
}

TEST_F(HeapTest, EmptySlabsGiveTheirPagesBack) {
  const uint64_t before = PagesOf(PageKind::kHeap);
  std::vector<void*> objects;
  for (int i = 0; i < 5000; ++i) objects.push_back(Allocate(64));
  EXPECT_GE(physical.counts().of(PageKind::kHeap), before + 5000 / 64);
  for (void* object : objects) Free(object, 64);
  EXPECT_EQ(PagesOf(PageKind::kHeap), before);
}

TEST_F(HeapTest, LargeObjectsAreRunsOfPages) {
  const uint64_t before = PagesOf(PageKind::kHeap);
  void* object = Allocate(3 * kPageSize + 1);
  ASSERT_NE(object, nullptr);
  std::memset(object, 1, 3 * kPageSize + 1);
  EXPECT_EQ(physical.counts().of(PageKind::kHeap), before + 4);
  Free(object);
  EXPECT_EQ(PagesOf(PageKind::kHeap), before);
}

TEST_F(HeapTest, UsageCountsLiveObjectsByTheirClass) {
  const uint64_t before = heap.usage().used_bytes;
  void* small = Allocate(100);
  void* large = Allocate(2 * kPageSize);
  EXPECT_EQ(heap.usage().used_bytes, before + 112 + 2 * kPageSize);
  Free(small, 100);
  Free(large, 2 * kPageSize);
  EXPECT_EQ(heap.usage().used_bytes, before);
}

TEST_F(HeapTest, FreeingNothingIsFine) {
  Free(nullptr);
  Free(nullptr, 64);
}

TEST_F(HeapTest, AnAllocationThatFailsIsNullAndChangesNothing) {
  const Heap::Usage before = heap.usage();
  fail_injector.FailNth(1);
  EXPECT_EQ(Allocate(64), nullptr);
  fail_injector.FailNth(1);
  EXPECT_EQ(Allocate(kPageSize), nullptr);
  EXPECT_EQ(heap.usage(), before);
}

TEST_F(HeapTest, ASlabThatGetsNoPageIsNull) {
  heap.Trim();
  fail_injector.FailNth(2);  // 1: the object; 2: the slab's page.
  EXPECT_EQ(Allocate(1360), nullptr);
}

TEST_F(HeapTest, ClassesBasedOnHeapAllocatedLiveInTheHeap) {
  struct Thing : HeapAllocated {
    uint64_t words[12] = {};
  };
  const uint64_t before = heap.usage().used_bytes;
  auto* thing = new (std::nothrow) Thing();
  EXPECT_EQ(heap.usage().used_bytes, before + 96);
  delete thing;
  fail_injector.FailNth(1);
  EXPECT_EQ(new (std::nothrow) Thing(), nullptr);
}

TEST_F(HeapTest, FramesComeFromTheHeap) {
  const uint64_t before = heap.usage().used_bytes;
  void* frame = frame_heap.Allocate(200);
  EXPECT_EQ(heap.usage().used_bytes, before + 224);
  frame_heap.Free(frame, 200);
  fail_injector.FailNth(1);
  EXPECT_EQ(frame_heap.Allocate(200), nullptr);
}

// A thread that is no hart has no magazine of its own, and shares nothing unlocked.
TEST_F(HeapTest, ThreadsThatAreNoHartsUseTheHeapTogether) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([] {
      std::vector<void*> objects;
      for (int i = 0; i < 2000; ++i) {
        objects.push_back(Allocate(1 + i % 500));
        if (objects.size() > 50) {
          Free(objects.back());
          objects.pop_back();
        }
      }
      for (void* object : objects) Free(object);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

using HeapDeathTest = HeapTest;

#ifndef SIROCCO_ASAN
TEST_F(HeapTest, FreedMemoryIsOverwritten) {
  auto* bytes = static_cast<uint8_t*>(Allocate(64));
  bytes[40] = 7;
  Free(bytes, 64);
  EXPECT_EQ(bytes[40], 0xdf);
}
#else
TEST_F(HeapDeathTest, AUseAfterFreeIsFound) {
  EXPECT_DEATH(
      {
        auto* bytes = static_cast<volatile uint8_t*>(Allocate(64));
        Free(const_cast<uint8_t*>(bytes), 64);
        bytes[40] = 7;
      },
      "AddressSanitizer");
}
#endif

TEST_F(HeapDeathTest, FreeingWithAnotherSizeIsFound) {
  EXPECT_DEATH(Free(Allocate(64), 200), "KASSERT");
}

}  // namespace
}  // namespace sirocco::mm
