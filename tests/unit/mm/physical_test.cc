// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/mm/physical.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <vector>

#include "tests/unit/mm/memory_test.h"

namespace sirocco::mm {
namespace {

class PhysicalTest : public MemoryTest {
 protected:
  static bool IsZero(const Page& page) {
    const std::byte* bytes = physical.BytesOf(page);
    return std::all_of(bytes, bytes + kPageSize, [](std::byte b) { return b == std::byte{0}; });
  }
};

TEST_F(PhysicalTest, AZeroedPageIsZeroAfterItWasUsedAndFreed) {
  for (int round = 0; round < 200; ++round) {
    Page* page = AllocateZeroedPage(PageKind::kVmo);
    ASSERT_NE(page, nullptr);
    ASSERT_TRUE(IsZero(*page));
    std::memset(physical.BytesOf(*page), 0xa5, kPageSize);
    physical.Free(*page);
  }
}

TEST_F(PhysicalTest, PagesInUseAreDistinct) {
  std::set<Page*> seen;
  PageList list;
  for (int i = 0; i < 500; ++i) {
    Page* page = physical.Allocate(PageKind::kVmo, Fill::kAny);
    ASSERT_NE(page, nullptr);
    EXPECT_TRUE(seen.insert(page).second);
    list.Push(*page);
  }
  physical.FreeAll(std::move(list));
}

TEST_F(PhysicalTest, APageKnowsItsAddressAndItsBytes) {
  Page* page = physical.Allocate(PageKind::kVmo, Fill::kAny);
  const PhysAddr address = physical.AddressOf(*page);
  EXPECT_TRUE(address.is_page_aligned());
  EXPECT_EQ(&physical.PageAt(address), page);
  EXPECT_EQ(&physical.PageOf(physical.BytesOf(*page) + 100), page);
  EXPECT_EQ(arch::PhysToVirt(address), physical.BytesOf(*page));
  physical.Free(*page);
}

TEST_F(PhysicalTest, CountsFollowKinds) {
  const auto before = physical.counts();
  Page* vmo = physical.Allocate(PageKind::kVmo, Fill::kAny);
  Page* ipc = physical.Allocate(PageKind::kIpc, Fill::kAny);
  const auto during = physical.counts();
  EXPECT_EQ(during.of(PageKind::kVmo), before.of(PageKind::kVmo) + 1);
  EXPECT_EQ(during.of(PageKind::kIpc), before.of(PageKind::kIpc) + 1);
  EXPECT_EQ(during.of(PageKind::kFree), before.of(PageKind::kFree) - 2);
  EXPECT_EQ(during.total, before.total);
  physical.Free(*vmo);
  physical.Free(*ipc);
  EXPECT_EQ(physical.counts(), before);
}

TEST_F(PhysicalTest, TheDescriptorsCountAsWired) {
  const uint64_t pages = arch::PhysicalMemory::kSize >> kPageShift;
  EXPECT_EQ(physical.counts().of(PageKind::kWired), PagesFor(pages * sizeof(Page)));
}

TEST_F(PhysicalTest, ARunIsContiguousAndAligned) {
  for (const uint32_t shift : {12u, 14u, 16u, 20u}) {
    Page* first = physical.AllocateRun(PageKind::kVmo, 5, shift);
    ASSERT_NE(first, nullptr);
    EXPECT_TRUE(IsAligned(physical.AddressOf(*first).value(), uint64_t{1} << shift));
    std::memset(physical.BytesOf(*first), 1, 5 * kPageSize);
    physical.FreeRun(*first, 5);
  }
}

TEST_F(PhysicalTest, ARunTakesNoMorePagesThanAsked) {
  const uint64_t before = physical.counts().of(PageKind::kVmo);
  Page* first = physical.AllocateRun(PageKind::kVmo, 5, 16);
  EXPECT_EQ(physical.counts().of(PageKind::kVmo), before + 5);
  physical.FreeRun(*first, 5);
}

TEST_F(PhysicalTest, FreedNeighboursMergeToTheBlocksOfTheStart) {
  physical.Flush();
  const auto before = physical.FreeBlocks();
  std::vector<Page*> pages;
  for (int i = 0; i < 777; ++i) pages.push_back(physical.Allocate(PageKind::kVmo, Fill::kAny));
  // Every second one first: merging has to find neighbours that come later.
  for (size_t i = 0; i < pages.size(); i += 2) physical.Free(*pages[i]);
  for (size_t i = 1; i < pages.size(); i += 2) physical.Free(*pages[i]);
  physical.Flush();
  EXPECT_EQ(physical.FreeBlocks(), before);
}

TEST_F(PhysicalTest, AnIdleHartZeroesPagesUpToALimit) {
  uint32_t steps = 0;
  while (ZeroSomePages()) ++steps;
  EXPECT_GT(steps, 0u);
  EXPECT_FALSE(ZeroSomePages());
  physical.Flush();
}

TEST_F(PhysicalTest, PagesZeroedAheadAreZero) {
  while (ZeroSomePages()) {
  }
  PageList list;
  for (int i = 0; i < 100; ++i) {
    Page* page = AllocateZeroedPage(PageKind::kVmo);
    ASSERT_TRUE(IsZero(*page));
    list.Push(*page);
  }
  physical.FreeAll(std::move(list));
  physical.Flush();
}

TEST_F(PhysicalTest, PagesZeroedAheadAreGivenOutWhenThereAreNoOthers) {
  while (ZeroSomePages()) {
  }
  const uint64_t free = physical.counts().of(PageKind::kFree);
  PageList list;
  while (Page* page = physical.Allocate(PageKind::kVmo, Fill::kAny)) list.Push(*page);
  EXPECT_EQ(list.size(), free);
  EXPECT_EQ(physical.counts().of(PageKind::kFree), 0u);
  EXPECT_EQ(AllocateZeroedPage(PageKind::kVmo), nullptr);
  EXPECT_EQ(physical.AllocateRun(PageKind::kVmo, 1), nullptr);
  physical.FreeAll(std::move(list));
  physical.Flush();
}

TEST_F(PhysicalTest, ARunLongerThanTheLargestBlockIsRefused) {
  EXPECT_EQ(physical.AllocateRun(PageKind::kVmo, (size_t{1} << PhysicalAllocator::kMaxOrder) + 1),
            nullptr);
}

TEST_F(PhysicalTest, TheNthAllocationFailsOnceWhenAskedTo) {
  fail_injector.FailNth(2);
  Page* first = physical.Allocate(PageKind::kVmo, Fill::kAny);
  EXPECT_NE(first, nullptr);
  EXPECT_EQ(physical.Allocate(PageKind::kVmo, Fill::kAny), nullptr);
  EXPECT_TRUE(fail_injector.has_failed());
  Page* third = physical.Allocate(PageKind::kVmo, Fill::kAny);
  EXPECT_NE(third, nullptr);
  physical.Free(*first);
  physical.Free(*third);
}

TEST_F(PhysicalTest, RetiredPagesComeBackOnlyAfterAGracePeriod) {
  const uint64_t before = physical.counts().of(PageKind::kVmo);
  PageList list;
  for (int i = 0; i < 10; ++i) list.Push(*AllocateZeroedPage(PageKind::kVmo));
  physical.Retire(std::move(list));
  EXPECT_EQ(physical.counts().of(PageKind::kVmo), before + 10);
  harts().RunUntilIdle();
  EXPECT_EQ(physical.counts().of(PageKind::kVmo), before);
}

TEST_F(PhysicalTest, ListsJoinAndKeepTheirCount) {
  PageList a;
  PageList b;
  for (int i = 0; i < 3; ++i) a.Push(*AllocateZeroedPage(PageKind::kVmo));
  for (int i = 0; i < 4; ++i) b.Push(*AllocateZeroedPage(PageKind::kVmo));
  a.Append(std::move(b));
  EXPECT_EQ(a.size(), 7u);
  EXPECT_TRUE(b.is_empty());
  physical.FreeAll(std::move(a));
}

TEST_F(PhysicalTest, APageThatCameBackZeroIsTheNextZeroedOne) {
  const auto before = physical.counts();
  Page* page = AllocateZeroedPage(PageKind::kPageTable);
  physical.FreeZeroed(*page);
  EXPECT_EQ(physical.counts(), before);
  EXPECT_EQ(AllocateZeroedPage(PageKind::kVmo), page);
  EXPECT_TRUE(IsZero(*page));
  std::memset(physical.BytesOf(*page), 0xa5, kPageSize);
  physical.Free(*page);
  EXPECT_EQ(physical.counts(), before);
}

TEST_F(PhysicalTest, MorePagesThanAHartKeepsComeBackZero) {
  physical.Flush();
  const auto blocks = physical.FreeBlocks();
  PageList list;
  for (int i = 0; i < 300; ++i) list.Push(*AllocateZeroedPage(PageKind::kPageTable));
  while (Page* page = list.Pop()) physical.FreeZeroed(*page);
  for (int i = 0; i < 300; ++i) {
    Page* page = AllocateZeroedPage(PageKind::kVmo);
    ASSERT_TRUE(IsZero(*page));
    list.Push(*page);
  }
  physical.FreeAll(std::move(list));
  physical.Flush();
  EXPECT_EQ(physical.FreeBlocks(), blocks);
}

using PhysicalDeathTest = PhysicalTest;

TEST_F(PhysicalDeathTest, FreeingAPageAsZeroThatIsNotIsFound) {
  EXPECT_DEATH(
      {
        Page* page = AllocateZeroedPage(PageKind::kVmo);
        physical.BytesOf(*page)[4095] = std::byte{1};
        physical.FreeZeroed(*page);
      },
      "should be zero");
}

TEST_F(PhysicalDeathTest, FreeingTwiceIsFound) {
  EXPECT_DEATH(
      {
        Page* page = physical.Allocate(PageKind::kVmo, Fill::kAny);
        physical.Free(*page);
        physical.Free(*page);
      },
      "KASSERT");
}

#ifndef SIROCCO_ASAN  // Which stops at the write itself.
TEST_F(PhysicalDeathTest, AWriteToAPageThatIsKeptAsZeroIsFoundWhenItIsTaken) {
  EXPECT_DEATH(
      {
        Page* page = AllocateZeroedPage(PageKind::kVmo);
        std::byte* bytes = physical.BytesOf(*page);
        physical.FreeZeroed(*page);
        bytes[17] = std::byte{1};
        AllocateZeroedPage(PageKind::kVmo);
      },
      "should be zero");
}

TEST_F(PhysicalDeathTest, AWriteToAFreedPageIsFoundWhenItLeavesQuarantine) {
  EXPECT_DEATH(
      {
        Page* page = physical.Allocate(PageKind::kVmo, Fill::kAny);
        std::byte* bytes = physical.BytesOf(*page);
        physical.Free(*page);
        bytes[17] = std::byte{1};
        physical.Flush();
      },
      "written after it was freed");
}
#endif

}  // namespace
}  // namespace sirocco::mm
