// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/mm/vmo_storage.h"

#include <zircon/errors.h>

#include <array>
#include <vector>

#include "tests/unit/mm/memory_test.h"

namespace sirocco::mm {
namespace {

class VmoStorageTest : public MemoryTest {
 protected:
  static RefPtr<VmoStorage> Paged(uint64_t size,
                                  VmoStorage::Sizing sizing = VmoStorage::Sizing::kFixed) {
    return VmoStorage::CreatePaged(size, sizing).value();
  }
  static zx_status_t WriteByte(VmoStorage& vmo, uint64_t offset, uint8_t value) {
    return vmo.Write(offset, std::as_bytes(std::span(&value, 1)));
  }
  static uint8_t ReadByte(VmoStorage& vmo, uint64_t offset) {
    uint8_t value = 0xee;
    EXPECT_EQ(vmo.Read(offset, std::as_writable_bytes(std::span(&value, 1))), ZX_OK);
    return value;
  }
};

TEST_F(VmoStorageTest, AFreshOneReadsAsZeroAndHasNoPages) {
  RefPtr<VmoStorage> vmo = Paged(3 * kPageSize);
  EXPECT_EQ(ReadByte(*vmo, 0), 0);
  EXPECT_EQ(ReadByte(*vmo, 3 * kPageSize - 1), 0);
  EXPECT_EQ(vmo->committed_pages(), 0u);
}

TEST_F(VmoStorageTest, SizesAreRoundedUpToPagesAndContentSizesAreNot) {
  RefPtr<VmoStorage> vmo = Paged(kPageSize + 1);
  EXPECT_EQ(vmo->size(), 2 * kPageSize);
  EXPECT_EQ(vmo->content_size(), kPageSize + 1);
}

TEST_F(VmoStorageTest, ASizeOfZeroIsFine) {
  RefPtr<VmoStorage> vmo = Paged(0);
  EXPECT_EQ(vmo->size(), 0u);
  EXPECT_EQ(vmo->ForRead(0).status(), ZX_ERR_OUT_OF_RANGE);
}

TEST_F(VmoStorageTest, ASizeThatDoesNotFitIsOutOfRange) {
  EXPECT_EQ(VmoStorage::CreatePaged(~uint64_t{0}).status(), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(VmoStorage::CreatePaged(VmoStorage::kMaxSize + 1).status(), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(Paged(VmoStorage::kMaxSize)->size(), VmoStorage::kMaxSize);
}

TEST_F(VmoStorageTest, AWriteMakesThePagesItTouches) {
  const uint64_t before = PagesOf(PageKind::kVmo);
  RefPtr<VmoStorage> vmo = Paged(uint64_t{1} << 40);
  const std::vector<std::byte> data(2 * kPageSize, std::byte{7});
  EXPECT_EQ(vmo->Write((uint64_t{1} << 39) + 100, data), ZX_OK);
  EXPECT_EQ(vmo->committed_pages(), 3u);
  EXPECT_EQ(physical.counts().of(PageKind::kVmo), before + 3);
  EXPECT_EQ(ReadByte(*vmo, (uint64_t{1} << 39) + 99), 0);
  EXPECT_EQ(ReadByte(*vmo, (uint64_t{1} << 39) + 100), 7);
}

TEST_F(VmoStorageTest, ItsPagesGoWithTheLastReference) {
  const uint64_t before = PagesOf(PageKind::kVmo);
  RefPtr<VmoStorage> vmo = Paged(1000 * kPageSize);
  for (uint64_t i = 0; i < 1000; ++i) ASSERT_EQ(WriteByte(*vmo, i * kPageSize, 1), ZX_OK);
  EXPECT_EQ(physical.counts().of(PageKind::kVmo), before + 1000);
  vmo.reset();
  EXPECT_EQ(PagesOf(PageKind::kVmo), before);
}

TEST_F(VmoStorageTest, AccessBeyondTheEndIsOutOfRange) {
  RefPtr<VmoStorage> vmo = Paged(kPageSize);
  EXPECT_EQ(WriteByte(*vmo, kPageSize, 1), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(vmo->ForRead(~uint64_t{0}).status(), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(Await(vmo->Commit(0, kPageSize + 1)), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(Await(vmo->Commit(~uint64_t{0}, 2)), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(Await(vmo->Decommit(kPageSize, 1)), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(Await(vmo->Zero(1, kPageSize)), ZX_ERR_OUT_OF_RANGE);
}

TEST_F(VmoStorageTest, CommitMakesWholePagesOfTheRange) {
  RefPtr<VmoStorage> vmo = Paged(100 * kPageSize);
  EXPECT_EQ(Await(vmo->Commit(kPageSize / 2, 40 * kPageSize)), ZX_OK);
  EXPECT_EQ(vmo->committed_pages(), 41u);
  EXPECT_EQ(Await(vmo->Commit(0, 100 * kPageSize)), ZX_OK);
  EXPECT_EQ(vmo->committed_pages(), 100u);
}

TEST_F(VmoStorageTest, DecommittedPagesAreZeroAndGivenBack) {
  RefPtr<VmoStorage> vmo = Paged(10 * kPageSize);
  for (uint64_t i = 0; i < 10; ++i) ASSERT_EQ(WriteByte(*vmo, i * kPageSize, 5), ZX_OK);
  EXPECT_EQ(Await(vmo->Decommit(2 * kPageSize, 3 * kPageSize)), ZX_OK);
  EXPECT_EQ(vmo->committed_pages(), 7u);
  EXPECT_EQ(ReadByte(*vmo, 2 * kPageSize), 0);
  EXPECT_EQ(ReadByte(*vmo, 5 * kPageSize), 5);
}

TEST_F(VmoStorageTest, DecommitOfAnUnalignedOffsetIsRefused) {
  RefPtr<VmoStorage> vmo = Paged(10 * kPageSize);
  EXPECT_EQ(Await(vmo->Decommit(1, kPageSize)), ZX_ERR_INVALID_ARGS);
}

TEST_F(VmoStorageTest, DecommitOfAnEmptyGiantEndsSoon) {
  RefPtr<VmoStorage> vmo = Paged(VmoStorage::kMaxSize);
  ASSERT_EQ(WriteByte(*vmo, uint64_t{1} << 60, 1), ZX_OK);
  EXPECT_EQ(Await(vmo->Decommit(0, VmoStorage::kMaxSize)), ZX_OK);
  EXPECT_EQ(vmo->committed_pages(), 0u);
}

TEST_F(VmoStorageTest, ZeroClearsBytesAndDropsWholePages) {
  RefPtr<VmoStorage> vmo = Paged(4 * kPageSize);
  const std::vector<std::byte> half(2 * kPageSize, std::byte{9});
  ASSERT_EQ(vmo->Write(0, half), ZX_OK);
  ASSERT_EQ(vmo->Write(2 * kPageSize, half), ZX_OK);
  EXPECT_EQ(Await(vmo->Zero(100, 2 * kPageSize)), ZX_OK);
  EXPECT_EQ(ReadByte(*vmo, 99), 9);
  EXPECT_EQ(ReadByte(*vmo, 100), 0);
  EXPECT_EQ(ReadByte(*vmo, 2 * kPageSize + 99), 0);
  EXPECT_EQ(ReadByte(*vmo, 2 * kPageSize + 100), 9);
  EXPECT_EQ(vmo->committed_pages(), 3u);
}

TEST_F(VmoStorageTest, OnlyAResizableOneChangesItsSize) {
  EXPECT_EQ(Await(Paged(kPageSize)->SetSize(0)), ZX_ERR_UNAVAILABLE);
  RefPtr<VmoStorage> vmo = Paged(kPageSize, VmoStorage::Sizing::kResizable);
  EXPECT_EQ(Await(vmo->SetSize(5 * kPageSize - 3)), ZX_OK);
  EXPECT_EQ(vmo->size(), 5 * kPageSize);
  EXPECT_EQ(vmo->content_size(), 5 * kPageSize - 3);
  EXPECT_EQ(Await(vmo->SetSize(~uint64_t{0})), ZX_ERR_OUT_OF_RANGE);
}

TEST_F(VmoStorageTest, WhatIsCutOffIsZeroWhenItGrowsAgain) {
  RefPtr<VmoStorage> vmo = Paged(4 * kPageSize, VmoStorage::Sizing::kResizable);
  ASSERT_EQ(WriteByte(*vmo, 3 * kPageSize, 1), ZX_OK);
  EXPECT_EQ(Await(vmo->SetSize(kPageSize)), ZX_OK);
  EXPECT_EQ(vmo->committed_pages(), 0u);
  EXPECT_EQ(Await(vmo->SetSize(4 * kPageSize)), ZX_OK);
  EXPECT_EQ(ReadByte(*vmo, 3 * kPageSize), 0);
}

TEST_F(VmoStorageTest, AnUnboundedOneIsAsLargeAsCanBe) {
  RefPtr<VmoStorage> vmo = Paged(10, VmoStorage::Sizing::kUnbounded);
  EXPECT_EQ(vmo->size(), VmoStorage::kMaxSize);
  EXPECT_EQ(vmo->content_size(), 10u);
  EXPECT_EQ(Await(vmo->SetSize(0)), ZX_ERR_UNAVAILABLE);
}

TEST_F(VmoStorageTest, TheContentSizeStaysWithinTheSize) {
  RefPtr<VmoStorage> vmo = Paged(kPageSize);
  EXPECT_EQ(vmo->SetContentSize(kPageSize + 1), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(vmo->SetContentSize(17), ZX_OK);
  EXPECT_EQ(vmo->content_size(), 17u);
}

TEST_F(VmoStorageTest, AContiguousOneIsZeroedAlignedAndCommitted) {
  RefPtr<VmoStorage> vmo = VmoStorage::CreateContiguous(5 * kPageSize, 16).value();
  EXPECT_EQ(vmo->committed_pages(), 5u);
  EXPECT_EQ(ReadByte(*vmo, 5 * kPageSize - 1), 0);
  const std::byte* first = vmo->ForRead(0).value().data();
  EXPECT_TRUE(IsAligned(arch::VirtToPhys(first).value(), 1 << 16));
  EXPECT_EQ(vmo->ForRead(4 * kPageSize).value().data(), first + 4 * kPageSize);
}

TEST_F(VmoStorageTest, AContiguousOneKeepsItsPages) {
  RefPtr<VmoStorage> vmo = VmoStorage::CreateContiguous(2 * kPageSize).value();
  EXPECT_EQ(Await(vmo->Decommit(0, kPageSize)), ZX_ERR_NOT_SUPPORTED);
  ASSERT_EQ(WriteByte(*vmo, 5, 3), ZX_OK);
  EXPECT_EQ(Await(vmo->Zero(0, 2 * kPageSize)), ZX_OK);
  EXPECT_EQ(ReadByte(*vmo, 5), 0);
  EXPECT_EQ(vmo->committed_pages(), 2u);
}

TEST_F(VmoStorageTest, AContiguousOneOfNothingIsRefused) {
  EXPECT_EQ(VmoStorage::CreateContiguous(0).status(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(VmoStorage::CreateContiguous(kPageSize, 64).status(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(VmoStorage::CreateContiguous(uint64_t{1} << 40).status(), ZX_ERR_NO_MEMORY);
}

TEST_F(VmoStorageTest, APhysicalOneIsNeitherReadNorWritten) {
  RefPtr<VmoStorage> vmo = VmoStorage::CreatePhysical(PhysAddr(0x10000000), kPageSize).value();
  EXPECT_EQ(vmo->ForRead(0).status(), ZX_ERR_BAD_STATE);
  EXPECT_EQ(vmo->SetCachePolicy(ZX_CACHE_POLICY_CACHED), ZX_OK);
  EXPECT_EQ(vmo->ForRead(0).status(), ZX_ERR_NOT_SUPPORTED);
  EXPECT_EQ(Await(vmo->Zero(0, 1)), ZX_ERR_NOT_SUPPORTED);
  EXPECT_EQ(Await(vmo->Decommit(0, kPageSize)), ZX_ERR_NOT_SUPPORTED);
}

TEST_F(VmoStorageTest, APhysicalOneIsWholePages) {
  EXPECT_EQ(VmoStorage::CreatePhysical(PhysAddr(0x10000001), kPageSize).status(),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(VmoStorage::CreatePhysical(PhysAddr(0x10000000), 5).status(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(VmoStorage::CreatePhysical(PhysAddr(0x10000000), 0).status(), ZX_ERR_INVALID_ARGS);
}

TEST_F(VmoStorageTest, AWiredOneNeverGivesItsFramesBack) {
  Page* page = AllocateZeroedPage(PageKind::kOther);
  {
    RefPtr<VmoStorage> vmo = VmoStorage::CreateWired(physical.AddressOf(*page), kPageSize).value();
    ASSERT_EQ(WriteByte(*vmo, 3, 4), ZX_OK);
    EXPECT_EQ(vmo->committed_pages(), 0u);  // None of its own.
  }
  harts().RunUntilIdle();
  EXPECT_EQ(static_cast<uint8_t>(physical.BytesOf(*page)[3]), 4);
  physical.Free(*page);
}

TEST_F(VmoStorageTest, AnUnknownCachePolicyIsRefused) {
  EXPECT_EQ(Paged(kPageSize)->SetCachePolicy(4), ZX_ERR_INVALID_ARGS);
}

TEST_F(VmoStorageTest, ACachePolicyIsChosenBeforeThereArePages) {
  RefPtr<VmoStorage> vmo = Paged(kPageSize);
  EXPECT_EQ(vmo->SetCachePolicy(ZX_CACHE_POLICY_UNCACHED), ZX_OK);
  EXPECT_EQ(WriteByte(*vmo, 0, 1), ZX_ERR_BAD_STATE);
  EXPECT_EQ(vmo->SetCachePolicy(ZX_CACHE_POLICY_CACHED), ZX_OK);
  EXPECT_EQ(WriteByte(*vmo, 0, 1), ZX_OK);
  EXPECT_EQ(vmo->SetCachePolicy(ZX_CACHE_POLICY_UNCACHED), ZX_ERR_BAD_STATE);
  EXPECT_EQ(vmo->SetCachePolicy(ZX_CACHE_POLICY_CACHED), ZX_OK);
}

TEST_F(VmoStorageTest, UnlockingWhatIsNotLockedIsRefused) {
  RefPtr<VmoStorage> vmo = Paged(kPageSize);
  vmo->MakeDiscardable();
  EXPECT_EQ(vmo->UnlockContents(), ZX_ERR_BAD_STATE);
  vmo->LockContents();
  EXPECT_EQ(vmo->UnlockContents(), ZX_OK);
}

TEST_F(VmoStorageTest, AMillionPagesNeedFewAllocations) {
  RefPtr<VmoStorage> vmo = Paged(uint64_t{1000000} * kPageSize);
  const uint64_t before = fail_injector.count();
  ASSERT_EQ(WriteByte(*vmo, 999999 * kPageSize, 1), ZX_OK);
  EXPECT_LE(fail_injector.count() - before, 8u);
}

TEST_F(VmoStorageTest, EveryFailingAllocationOfCreateIsNoMemory) {
  EXPECT_GE(FailEachAllocation([] { return VmoStorage::CreatePaged(kPageSize).status(); }), 1u);
  EXPECT_GE(FailEachAllocation([] { return VmoStorage::CreateContiguous(kPageSize).status(); }),
            2u);
}

TEST_F(VmoStorageTest, EveryFailingAllocationOfAWriteIsNoMemory) {
  RefPtr<VmoStorage> vmo = Paged(uint64_t{1} << 40);
  const uint32_t count =
      FailEachAllocation([&vmo] { return WriteByte(*vmo, uint64_t{1} << 39, 1); });
  EXPECT_GE(count, 6u);  // Five nodes and the page.
  EXPECT_EQ(vmo->committed_pages(), 1u);
}

TEST_F(VmoStorageTest, EveryFailingAllocationOfCommitIsNoMemory) {
  FailEachAllocation([this] {
    auto vmo = VmoStorage::CreatePaged(3 * kPageSize);
    return vmo.ok() ? Await(vmo.value()->Commit(0, 3 * kPageSize)) : vmo.status();
  });
}

}  // namespace
}  // namespace sirocco::mm
