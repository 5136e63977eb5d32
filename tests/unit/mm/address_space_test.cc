// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/mm/address_space.h"

#include "tests/unit/mm/space_test.h"

namespace sirocco::mm {
namespace {

constexpr VirtAddr kBase = arch::kUserBase;

// --- Mapping and faults. ---

TEST_F(SpaceTest, NothingIsMappedInANewSpace) {
  EXPECT_EQ(space_->TryFault(kBase, Access::kRead), ZX_ERR_NOT_FOUND);
  EXPECT_EQ(space_->Translate(kBase, Access::kRead), nullptr);
  EXPECT_EQ(space_->usage().mapped, 0u);
}

TEST_F(SpaceTest, APageIsMadeWhenItIsTouched) {
  RefPtr<VmoStorage> vmo = Vmo(4);
  const VirtAddr at = Map(Anywhere(4), vmo).value();
  EXPECT_EQ(vmo->committed_pages(), 0u);
  EXPECT_EQ(Load(at + kPageSize), 0);
  EXPECT_EQ(Store(at + 5, 42), ZX_OK);
  EXPECT_EQ(vmo->committed_pages(), 2u);
  EXPECT_EQ(Load(at + 5), 42);
}

TEST_F(SpaceTest, AWriteThroughAMappingIsSeenInTheVmo) {
  RefPtr<VmoStorage> vmo = Vmo(2);
  const VirtAddr at = Map(Anywhere(2), vmo).value();
  EXPECT_EQ(Store(at + kPageSize + 3, 9), ZX_OK);
  EXPECT_EQ(static_cast<int>(vmo->ForRead(kPageSize + 3).value()[0]), 9);
}

TEST_F(SpaceTest, TwoMappingsOfAVmoShowOneMemory) {
  RefPtr<VmoStorage> vmo = Vmo(2);
  const VirtAddr a = Map(Anywhere(2), vmo).value();
  const VirtAddr b = Map(Anywhere(1), vmo, kReadWrite, kPageSize).value();
  EXPECT_EQ(Store(a + kPageSize, 3), ZX_OK);
  EXPECT_EQ(Load(b), 3);
}

TEST_F(SpaceTest, AFaultNamesItsReason) {
  RefPtr<VmoStorage> vmo = Vmo(1);
  const VirtAddr at = Map(At(0, 2), vmo, kRead).value();
  EXPECT_EQ(TouchStatus(at, Access::kWrite), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(TouchStatus(at, Access::kExecute), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(TouchStatus(at + kPageSize, Access::kRead), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(TouchStatus(at + 2 * kPageSize, Access::kRead), ZX_ERR_NOT_FOUND);
}

TEST_F(SpaceTest, AMappingWithoutPermissionsIsAGuard) {
  const VirtAddr at = Map(Anywhere(1), Vmo(1), 0).value();
  EXPECT_EQ(TouchStatus(at, Access::kRead), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Protect(at, 1, kReadWrite), ZX_OK);
  EXPECT_EQ(Store(at, 1), ZX_OK);
}

TEST_F(SpaceTest, AnExecuteOnlyMappingIsNotRead) {
  const VirtAddr at = Map(Anywhere(1), Vmo(1), arch::kPageExecute).value();
  EXPECT_EQ(TouchStatus(at, Access::kExecute), ZX_OK);
  EXPECT_EQ(TouchStatus(at, Access::kRead), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(space_->Translate(at, Access::kRead), nullptr);
}

TEST_F(SpaceTest, AFaultOnAPageThatIsThereForgetsWhatTheHartRemembers) {
  const VirtAddr at = Map(Anywhere(1), Vmo(1)).value();
  ASSERT_EQ(Store(at, 1), ZX_OK);
  arch::SoftwareMmu::ResetCounters();
  EXPECT_EQ(space_->TryFault(at, Access::kWrite), ZX_OK);
  EXPECT_EQ(arch::SoftwareMmu::counters().page_fences, 1u);
}

TEST_F(SpaceTest, AMappingKeepsItsVmoAlive) {
  const VirtAddr at = Map(Anywhere(1), Vmo(1)).value();
  ASSERT_EQ(Store(at, 7), ZX_OK);
  harts().RunUntilIdle();
  space_->Enter();
  EXPECT_EQ(Load(at), 7);
}

TEST_F(SpaceTest, PresentPagesAreEnteredAheadOfTheirFaults) {
  RefPtr<VmoStorage> vmo = Vmo(100);
  ASSERT_EQ(Await(vmo->Commit(0, 50 * kPageSize)), ZX_OK);
  const VirtAddr at = Map(Anywhere(100), vmo).value();
  EXPECT_EQ(Await(space_->MapPresentPages(root_, at, 100 * kPageSize)), ZX_OK);
  EXPECT_NE(space_->Translate(at + 49 * kPageSize, Access::kWrite), nullptr);
  EXPECT_EQ(space_->Translate(at + 50 * kPageSize, Access::kRead), nullptr);
  EXPECT_EQ(vmo->committed_pages(), 50u);
}

// --- The VMO changes under its mappings. ---

TEST_F(SpaceTest, ADecommittedPageIsZeroInEveryMapping) {
  RefPtr<VmoStorage> vmo = Vmo(2);
  const VirtAddr a = Map(Anywhere(2), vmo).value();
  const VirtAddr b = Map(Anywhere(1), vmo, kRead, kPageSize).value();
  ASSERT_EQ(Store(a + kPageSize, 5), ZX_OK);
  ASSERT_EQ(Load(b), 5);
  EXPECT_EQ(Await(vmo->Decommit(kPageSize, kPageSize)), ZX_OK);
  space_->Enter();
  EXPECT_EQ(Load(b), 0);
  EXPECT_EQ(Load(a + kPageSize), 0);
}

TEST_F(SpaceTest, APageBeyondAShrunkEndFaults) {
  RefPtr<VmoStorage> vmo =
      VmoStorage::CreatePaged(4 * kPageSize, VmoStorage::Sizing::kResizable).value();
  const VirtAddr at = Map(Anywhere(4), vmo).value();
  ASSERT_EQ(Store(at + 3 * kPageSize, 5), ZX_OK);
  EXPECT_EQ(Await(vmo->SetSize(2 * kPageSize)), ZX_OK);
  space_->Enter();
  EXPECT_EQ(TouchStatus(at + 3 * kPageSize, Access::kRead), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(Await(vmo->SetSize(4 * kPageSize)), ZX_OK);
  space_->Enter();
  EXPECT_EQ(Load(at + 3 * kPageSize), 0);
}

TEST_F(SpaceTest, ACutMappingStillFollowsItsVmo) {
  RefPtr<VmoStorage> vmo = Vmo(5);
  const VirtAddr at = Map(Anywhere(5), vmo).value();
  ASSERT_EQ(Store(at + 4 * kPageSize, 5), ZX_OK);
  ASSERT_EQ(Unmap(at + kPageSize, 1), ZX_OK);
  EXPECT_EQ(vmo->mapping_count(), 2u);
  EXPECT_EQ(Await(vmo->Decommit(4 * kPageSize, kPageSize)), ZX_OK);
  space_->Enter();
  EXPECT_EQ(Load(at + 4 * kPageSize), 0);
}

TEST_F(SpaceTest, AMappedVmoKeepsItsCachePolicy) {
  RefPtr<VmoStorage> vmo = Vmo(1);
  const VirtAddr at = Map(Anywhere(1), vmo).value();
  EXPECT_EQ(vmo->SetCachePolicy(ZX_CACHE_POLICY_CACHED), ZX_ERR_BAD_STATE);
  ASSERT_EQ(Unmap(at, 1), ZX_OK);
  EXPECT_EQ(vmo->SetCachePolicy(ZX_CACHE_POLICY_CACHED), ZX_OK);
}

// --- The end. ---

TEST_F(SpaceTest, ATornDownSpaceHasGivenEverythingBack) {
  RefPtr<Region> region = Allocate(*root_, Anywhere(100));
  for (int i = 0; i < 30; ++i) {
    const VirtAddr at =
        space_->Map(*region, MapRequest(Anywhere(1), Vmo(1), 0, kReadWrite, kAll)).value();
    ASSERT_EQ(Store(at, 1), ZX_OK);
  }
  EXPECT_EQ(Await(space_->TearDown()), ZX_OK);
  EXPECT_EQ(Map(Anywhere(1), Vmo(1)).status(), ZX_ERR_BAD_STATE);
  EXPECT_EQ(space_->TryFault(region->base(), Access::kRead), ZX_ERR_NOT_FOUND);
  EXPECT_EQ(space_->root(), nullptr);
  space_.reset();
}

TEST_F(SpaceTest, ASpaceThatNobodyToreDownGoesWithItsLastReference) {
  RefPtr<AddressSpace> other = AddressSpace::Create().value();
  RefPtr<Region> root = other->root();
  const VirtAddr at =
      other->Map(*root, MapRequest(Anywhere(8), Vmo(8), 0, kReadWrite, kAll)).value();
  EXPECT_EQ(other->TryFault(at, Access::kWrite), ZX_OK);
  root.reset();
  other.reset();  // What it had is counted when the test ends.
}

TEST_F(SpaceTest, UsageTellsPrivateFromShared) {
  RefPtr<VmoStorage> shared = Vmo(2);
  const VirtAddr a = Map(Anywhere(2), shared).value();
  ASSERT_TRUE(Map(Anywhere(2), shared).ok());
  const VirtAddr b = Map(Anywhere(4), Vmo(4)).value();
  ASSERT_EQ(Store(a, 1), ZX_OK);
  ASSERT_EQ(Store(b, 1), ZX_OK);
  const AddressSpace::Usage usage = space_->usage();
  EXPECT_EQ(usage.mapped, 8 * kPageSize);
  EXPECT_EQ(usage.private_bytes, kPageSize);
  EXPECT_EQ(usage.shared_bytes, 2 * kPageSize);
  EXPECT_EQ(usage.scaled_shared_bytes, kPageSize);
}

// --- Memory runs out. ---

TEST_F(SpaceTest, EveryFailingAllocationOfCreateIsNoMemory) {
  FailEachAllocation([] { return AddressSpace::Create().status(); });
}

TEST_F(SpaceTest, EveryFailingAllocationOfAMapIsNoMemory) {
  RefPtr<VmoStorage> vmo = Vmo(4);
  EXPECT_GE(FailEachAllocation([&] { return Map(At(0, 4), vmo).status(); }), 1u);
  EXPECT_GE(FailEachAllocation([&] { return MapOver(kPageSize, 2, vmo).status(); }), 2u);
  EXPECT_EQ(space_->usage().mapped, 4 * kPageSize);
}

TEST_F(SpaceTest, EveryFailingAllocationOfARegionIsNoMemory) {
  FailEachAllocation([&] { return space_->Allocate(*root_, At(0, 4), kAll, true).status(); });
}

TEST_F(SpaceTest, EveryFailingAllocationOfAFaultIsNoMemoryAndLeavesNoTables) {
  const uint64_t before = PagesOf(PageKind::kPageTable);
  space_->Enter();
  RefPtr<VmoStorage> vmo = Vmo(1);
  const VirtAddr at = Map(Anywhere(1), vmo).value();
  const uint32_t count = FailEachAllocation([&] {
    const zx_status_t status = space_->TryFault(at, Access::kWrite);
    if (status != ZX_OK) {
      EXPECT_EQ(PagesOf(PageKind::kPageTable), before);
      EXPECT_EQ(vmo->committed_pages(), 0u);
    }
    return status;
  });
  // A table for every level but the root, a node of the VMO and its slab, the page.
  EXPECT_EQ(count, arch::PageEntry::kLevels - 1 + 3);
  EXPECT_EQ(vmo->committed_pages(), 1u);
}

TEST_F(SpaceTest, EveryFailingAllocationOfUnmapAndProtectIsNoMemoryAndChangesNothing) {
  const VirtAddr at = Map(Anywhere(6), Vmo(6)).value();
  ASSERT_EQ(Store(at + 2 * kPageSize, 8), ZX_OK);
  FailEachAllocation([&] {
    const zx_status_t status = Protect(at + kPageSize, 3, kRead);
    if (status != ZX_OK) {
      EXPECT_EQ(Store(at + 2 * kPageSize, 8), ZX_OK);
    }
    return status;
  });
  FailEachAllocation([&] {
    const zx_status_t status = Unmap(at + 2 * kPageSize, 1);
    if (status != ZX_OK) {
      EXPECT_EQ(Load(at + 2 * kPageSize), 8);
    }
    return status;
  });
}

}  // namespace
}  // namespace sirocco::mm
