// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/mm/page_table.h"

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "tests/unit/mm/memory_test.h"

namespace sirocco::mm {
namespace {

using Entry = arch::PageEntry;
constexpr uint32_t kRead = arch::kPageRead;
constexpr uint32_t kWrite = arch::kPageWrite;
constexpr uint32_t kExecute = arch::kPageExecute;
constexpr VirtAddr kAddress = 0x12345000;

class PageTableTest : public MemoryTest {
 protected:
  PageTableTest() { EXPECT_EQ(table_.Init(), ZX_OK); }
  ~PageTableTest() override { FreeAll(); }

  void Map(VirtAddr address, uint32_t permissions, PhysAddr frame = PhysAddr(0x80000000)) {
    PageTable::Slot* slot = table_.LeafSlot(address);
    ASSERT_NE(slot, nullptr);
    table_.Set(*slot, frame, permissions);
  }
  VirtAddr Unmap(VirtAddr begin, VirtAddr end, uint32_t budget, PageList& freed,
                 uint64_t* cleared) {
    return table_.UnmapRange(begin, end, &budget, freed, cleared);
  }
  void FreeAll() {
    PageList freed;
    uint64_t cleared = 0;
    Unmap(arch::kUserBase, arch::kUserEnd, ~uint32_t{0}, freed, &cleared);
    while (!table_.FreeTables(freed)) {
    }
    physical.Retire(std::move(freed));
  }
  bool Allows(VirtAddr address, Access access) {
    return table_.Translate(address, access) != nullptr;
  }
  uint64_t Tables() { return physical.counts().of(PageKind::kPageTable); }

  PageTable table_;
};

TEST_F(PageTableTest, NothingIsMappedAtFirst) {
  EXPECT_EQ(table_.Lookup(kAddress), 0u);
  EXPECT_EQ(table_.Translate(kAddress, Access::kRead), nullptr);
}

TEST_F(PageTableTest, ATranslationKeepsTheOffsetInThePage) {
  Page* page = AllocateZeroedPage(PageKind::kOther);
  Map(kAddress, kRead, physical.AddressOf(*page));
  EXPECT_EQ(table_.Translate(kAddress + 0x123, Access::kRead), physical.BytesOf(*page) + 0x123);
  physical.Free(*page);
}

TEST_F(PageTableTest, AReadOnlyPageIsOnlyRead) {
  Map(kAddress, kRead);
  EXPECT_TRUE(Allows(kAddress, Access::kRead));
  EXPECT_FALSE(Allows(kAddress, Access::kWrite));
  EXPECT_FALSE(Allows(kAddress, Access::kExecute));
}

TEST_F(PageTableTest, AnExecuteOnlyPageIsNotRead) {
  Map(kAddress, kExecute);
  EXPECT_FALSE(Allows(kAddress, Access::kRead));
  EXPECT_FALSE(Allows(kAddress, Access::kWrite));
  EXPECT_TRUE(Allows(kAddress, Access::kExecute));
}

TEST_F(PageTableTest, AddressesBeyondTheUsersHalfLeadNowhere) {
  EXPECT_EQ(table_.Lookup(arch::kUserEnd), 0u);
  EXPECT_EQ(table_.Lookup(~VirtAddr{0}), 0u);
  EXPECT_EQ(table_.Lookup(0xffffffc000000000), 0u);
}

TEST_F(PageTableTest, ALeafAboveTheLastLevelIsALargePage) {
  // mm makes none for users yet; walks know them.
  EXPECT_NE(table_.LeafSlot(kAddress), nullptr);
  PageTable::Slot* table = reinterpret_cast<PageTable::Slot*>(arch::PhysToVirt(table_.root()));
  const auto index = [](VirtAddr address, uint32_t level) {
    return (address >> (12 + 9 * level)) & 511;
  };
  for (uint32_t level = Entry::kLevels - 1; level != 1; --level) {
    table = reinterpret_cast<PageTable::Slot*>(
        arch::PhysToVirt(Entry::Address(table[index(kAddress, level)].load())));
  }
  PageTable::Slot& slot = table[index(kAddress, 1)];
  const uint64_t old = slot.exchange(Entry::Leaf(PhysAddr(0x80200000), kRead));
  EXPECT_EQ(Entry::Address(table_.Lookup(kAddress)), PhysAddr(0x80200000 + (kAddress & 0x1ff000)));
  slot.store(old);
}

TEST_F(PageTableTest, ClearingTakesOneLeafOut) {
  Map(kAddress, kRead);
  Map(kAddress + kPageSize, kRead);
  EXPECT_TRUE(table_.Clear(kAddress));
  EXPECT_FALSE(table_.Clear(kAddress));
  EXPECT_FALSE(Allows(kAddress, Access::kRead));
  EXPECT_TRUE(Allows(kAddress + kPageSize, Access::kRead));
}

TEST_F(PageTableTest, ProtectingChangesOnlyALeafThatIsThere) {
  Map(kAddress, kRead | kWrite);
  PageTable::Slot* slot = table_.LeafSlot(kAddress);
  table_.ProtectSlot(*slot, kRead);
  EXPECT_FALSE(Allows(kAddress, Access::kWrite));
  EXPECT_TRUE(Allows(kAddress, Access::kRead));
  table_.Clear(kAddress);
  table_.ProtectSlot(*slot, kRead | kWrite);
  EXPECT_EQ(table_.Lookup(kAddress), 0u);
}

TEST_F(PageTableTest, ProtectingToNothingTakesTheLeafOut) {
  Map(kAddress, kRead);
  table_.ProtectSlot(*table_.LeafSlot(kAddress), 0);
  EXPECT_EQ(table_.Lookup(kAddress), 0u);
}

TEST_F(PageTableTest, TablesGoWithTheirLastLeaf) {
  const uint64_t before = Tables();
  Map(kAddress, kRead);
  EXPECT_EQ(Tables(), before + Entry::kLevels - 1);
  PageList freed;
  uint64_t cleared = 0;
  Unmap(kAddress, kAddress + kPageSize, 512, freed, &cleared);
  EXPECT_EQ(cleared, 1u);
  EXPECT_EQ(freed.size(), Entry::kLevels - 1);
  physical.FreeAll(std::move(freed));
  EXPECT_EQ(Tables(), before);
}

TEST_F(PageTableTest, TablesAreZeroWhenTheyCameBackAndAreUsedAgain) {
  Map(kAddress, kRead);
  Map(kAddress + 5 * kPageSize, kRead | kWrite);
  PageList freed;
  uint64_t cleared = 0;
  Unmap(kAddress, kAddress + 6 * kPageSize, 512, freed, &cleared);
  std::vector<Page*> tables;
  while (Page* page = freed.Pop()) tables.push_back(page);
  for (Page* page : tables) freed.Push(*page);
  physical.Retire(std::move(freed));
  Settled();
  // Taken in any order, and nobody zeroes them again.
  PageList taken;
  for (size_t i = 0; i < tables.size(); ++i) taken.Push(*AllocateZeroedPage(PageKind::kVmo));
  while (Page* page = taken.Pop()) {
    EXPECT_NE(std::find(tables.begin(), tables.end(), page), tables.end());
    const std::byte* bytes = physical.BytesOf(*page);
    EXPECT_TRUE(
        std::all_of(bytes, bytes + kPageSize, [](std::byte b) { return b == std::byte{}; }));
    physical.Free(*page);
  }
}

TEST_F(PageTableTest, ATableThatStillHasALeafIsNotTakenForZero) {
  const uint64_t before = Tables();
  Map(kAddress, kRead);
  PageList freed;
  while (!table_.FreeTables(freed)) {
  }
  physical.Retire(std::move(freed));  // Panics if it were.
  EXPECT_EQ(PagesOf(PageKind::kPageTable), before);
}

TEST_F(PageTableTest, ARootIsZeroWhenItCameBack) {
  Page* page = nullptr;
  {
    PageTable other;
    ASSERT_EQ(other.Init(), ZX_OK);
    page = &physical.PageAt(other.root());
  }
  Page* next = AllocateZeroedPage(PageKind::kVmo);
  EXPECT_EQ(next, page);
  physical.Free(*next);
}

TEST_F(PageTableTest, ATableWithAnotherLeafStays) {
  Map(kAddress, kRead);
  Map(kAddress + 7 * kPageSize, kRead);
  PageList freed;
  uint64_t cleared = 0;
  Unmap(kAddress, kAddress + kPageSize, 512, freed, &cleared);
  EXPECT_TRUE(freed.is_empty());
  EXPECT_TRUE(Allows(kAddress + 7 * kPageSize, Access::kRead));
}

TEST_F(PageTableTest, UnmappingStopsWhenItsBudgetIsSpentAndGoesOn) {
  for (int i = 0; i < 1000; ++i) Map(0x40000000 + i * kPageSize, kRead);
  VirtAddr at = 0x40000000;
  const VirtAddr end = at + 1000 * kPageSize;
  uint64_t cleared = 0;
  PageList freed;
  int steps = 0;
  while (at < end) {
    at = Unmap(at, end, 100, freed, &cleared);
    ++steps;
  }
  EXPECT_EQ(cleared, 1000u);
  EXPECT_EQ(steps, 10);
  physical.FreeAll(std::move(freed));
}

TEST_F(PageTableTest, GapsCostAWordForEachTableThatIsNotThere) {
  Map(0x3f00000000, kRead);
  uint32_t budget = 4096;
  uint32_t visited = 0;
  table_.ForEachLeaf(arch::kUserBase, arch::kUserEnd, &budget,
                     [&visited](VirtAddr address, PageTable::Slot&) {
                       EXPECT_EQ(address, 0x3f00000000u);
                       ++visited;
                     });
  EXPECT_EQ(visited, 1u);
  EXPECT_GT(budget, 2000u);
}

TEST_F(PageTableTest, NoMemoryForATableIsNullAndLeavesNothingBehind) {
  const uint64_t before = Tables();
  for (uint32_t nth = 1; nth < Entry::kLevels; ++nth) {
    fail_injector.FailNth(nth);
    EXPECT_EQ(table_.LeafSlot(kAddress), nullptr);
    PageList freed;
    table_.Prune(kAddress, freed);
    physical.FreeAll(std::move(freed));
    EXPECT_EQ(Tables(), before);
  }
}

TEST_F(PageTableTest, InitWithoutMemoryFails) {
  PageTable table;
  fail_injector.FailNth(1);
  EXPECT_EQ(table.Init(), ZX_ERR_NO_MEMORY);
}

TEST_F(PageTableTest, ItAgreesWithAMapAfterRandomOperations) {
  std::mt19937_64 random(11);
  std::map<VirtAddr, uint32_t> model;
  const uint64_t before = Tables();
  const auto address = [&random] {
    // Few places, spread over every level.
    return arch::kUserBase + (random() % 4 << 33) + (random() % 3 << 26) + (random() % 40 << 12);
  };
  for (int step = 0; step < 100000; ++step) {
    const VirtAddr at = address();
    switch (random() % 3) {
      case 0: {
        const uint32_t permissions = 1 + random() % 7;
        Map(at, permissions);
        model[at] = permissions;
        break;
      }
      case 1: {
        const VirtAddr end = at + (random() % 8 << 12);
        PageList freed;
        uint64_t cleared = 0;
        Unmap(at, end, 4096, freed, &cleared);
        physical.FreeAll(std::move(freed));
        const auto first = model.lower_bound(at);
        const auto last = model.lower_bound(end);
        ASSERT_EQ(cleared, static_cast<uint64_t>(std::distance(first, last)));
        model.erase(first, last);
        break;
      }
      default: {
        const auto found = model.find(at);
        const uint32_t expected = found == model.end() ? 0 : found->second;
        ASSERT_EQ(Entry::Permissions(table_.Lookup(at)), expected);
      }
    }
  }
  FreeAll();
  harts().RunUntilIdle();
  EXPECT_EQ(Tables(), before);
}

}  // namespace
}  // namespace sirocco::mm
