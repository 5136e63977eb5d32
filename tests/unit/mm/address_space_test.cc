// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/mm/address_space.h"

#include <set>
#include <vector>

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

// --- Places. ---

TEST_F(SpaceTest, ASpecificPlaceIsTaken) {
  EXPECT_EQ(Map(At(5 * kPageSize, 1), Vmo(1)).value(), kBase + 5 * kPageSize);
}

TEST_F(SpaceTest, ASpecificPlaceInUseAlreadyExists) {
  ASSERT_TRUE(Map(At(4 * kPageSize, 4), Vmo(4)).ok());
  EXPECT_EQ(Map(At(7 * kPageSize, 2), Vmo(2)).status(), ZX_ERR_ALREADY_EXISTS);
  EXPECT_EQ(Map(At(3 * kPageSize, 2), Vmo(2)).status(), ZX_ERR_ALREADY_EXISTS);
  EXPECT_TRUE(Map(At(8 * kPageSize, 1), Vmo(1)).ok());
  EXPECT_TRUE(Map(At(3 * kPageSize, 1), Vmo(1)).ok());
}

TEST_F(SpaceTest, ASpecificPlaceOutsideIsAnInvalidArgument) {
  EXPECT_EQ(Map(At(root_->size(), 1), Vmo(1)).status(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Map(At(root_->size() - kPageSize, 2), Vmo(2)).status(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Map(At(~uint64_t{0} - kPageSize + 1, 1), Vmo(1)).status(), ZX_ERR_INVALID_ARGS);
}

TEST_F(SpaceTest, OtherPlacesAreRandom) {
  std::set<VirtAddr> places;
  for (int i = 0; i < 32; ++i) places.insert(Map(Anywhere(1), Vmo(1)).value());
  EXPECT_EQ(places.size(), 32u);
  // Spread over the space, not in a row.
  EXPECT_GT(*places.rbegin() - *places.begin(), uint64_t{1} << 35);
}

TEST_F(SpaceTest, RandomPlacesKeepAPageBetween) {
  RefPtr<Region> region = Allocate(*root_, Anywhere(1000));
  std::set<VirtAddr> places;
  for (int i = 0; i < 50; ++i) {
    places.insert(space_->Map(*region, MapRequest(Anywhere(1), Vmo(1), 0, kRead, kRead)).value());
  }
  VirtAddr last = 0;
  for (const VirtAddr place : places) {
    EXPECT_GE(place, last + 2 * kPageSize);
    last = place;
  }
}

TEST_F(SpaceTest, AnUpperLimitHolds) {
  for (int i = 0; i < 50; ++i) {
    const Place place{Place::Mode::kBelow, 200 * kPageSize, kPageSize};
    EXPECT_LE(Map(place, Vmo(1)).value() + kPageSize, kBase + 200 * kPageSize);
  }
}

TEST_F(SpaceTest, AnUpperLimitBelowTheSizeIsAnInvalidArgument) {
  EXPECT_EQ(Map(Place{Place::Mode::kBelow, kPageSize, 2 * kPageSize}, Vmo(2)).status(),
            ZX_ERR_INVALID_ARGS);
}

TEST_F(SpaceTest, AnAlignmentHolds) {
  Place place = Anywhere(1);
  place.alignment_shift = 21;
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(IsAligned(Map(place, Vmo(1)).value(), uint64_t{1} << 21));
  }
}

TEST_F(SpaceTest, ACrowdedRegionIsFilledToItsLastPage) {
  RefPtr<Region> region = Allocate(*root_, Anywhere(20));
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(space_->Map(*region, MapRequest(Anywhere(1), Vmo(1), 0, kRead, kRead)).ok());
  }
  EXPECT_EQ(space_->Map(*region, MapRequest(Anywhere(1), Vmo(1), 0, kRead, kRead)).status(),
            ZX_ERR_NO_RESOURCES);
}

TEST_F(SpaceTest, RegionsNestOnlySoDeep) {
  RefPtr<Region> region = root_;
  zx_status_t status = ZX_OK;
  int depth = 0;
  for (; status == ZX_OK && depth < 200; ++depth) {
    const Place all{Place::Mode::kAt, 0, region->size()};
    auto next = space_->Allocate(*region, all, kAll, true);
    status = next.status();
    if (next.ok()) region = next.value();
  }
  EXPECT_EQ(status, ZX_ERR_NO_RESOURCES);
  EXPECT_GT(depth, 32);
}

// --- Unmap. ---

TEST_F(SpaceTest, AnUnmappedPageFaults) {
  const VirtAddr at = Map(Anywhere(3), Vmo(3)).value();
  ASSERT_EQ(Store(at, 1), ZX_OK);
  EXPECT_EQ(Unmap(at, 3), ZX_OK);
  EXPECT_EQ(TouchStatus(at, Access::kRead), ZX_ERR_NOT_FOUND);
  EXPECT_EQ(space_->usage().mapped, 0u);
}

TEST_F(SpaceTest, UnmappingTheMiddleLeavesBothEnds) {
  const VirtAddr at = Map(Anywhere(5), Vmo(5)).value();
  for (int i = 0; i < 5; ++i) ASSERT_EQ(Store(at + i * kPageSize, 10 + i), ZX_OK);
  EXPECT_EQ(Unmap(at + kPageSize, 2), ZX_OK);
  EXPECT_EQ(Load(at), 10);
  EXPECT_EQ(Load(at + kPageSize), -1);
  EXPECT_EQ(Load(at + 2 * kPageSize), -1);
  EXPECT_EQ(Load(at + 3 * kPageSize), 13);
  EXPECT_EQ(Load(at + 4 * kPageSize), 14);
}

TEST_F(SpaceTest, UnmappingEitherEndKeepsTheRest) {
  const VirtAddr at = Map(Anywhere(4), Vmo(4)).value();
  for (int i = 0; i < 4; ++i) ASSERT_EQ(Store(at + i * kPageSize, 20 + i), ZX_OK);
  EXPECT_EQ(Unmap(at, 1), ZX_OK);
  EXPECT_EQ(Unmap(at + 3 * kPageSize, 1), ZX_OK);
  EXPECT_EQ(Load(at), -1);
  EXPECT_EQ(Load(at + kPageSize), 21);
  EXPECT_EQ(Load(at + 2 * kPageSize), 22);
  EXPECT_EQ(Load(at + 3 * kPageSize), -1);
}

TEST_F(SpaceTest, UnmappingNothingIsFine) { EXPECT_EQ(Unmap(kBase, 10), ZX_OK); }

TEST_F(SpaceTest, UnmapWantsARangeOfTheRegion) {
  EXPECT_EQ(Await(space_->Unmap(root_, kBase + 1, kPageSize, kMappings)), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Await(space_->Unmap(root_, kBase, 0, kMappings)), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Await(space_->Unmap(root_, kBase, ~uint64_t{0}, kMappings)), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Unmap(kBase - kPageSize, 2), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Unmap(arch::kUserEnd - kPageSize, 2), ZX_ERR_INVALID_ARGS);
}

TEST_F(SpaceTest, UnmapRoundsItsLengthUp) {
  const VirtAddr at = Map(Anywhere(2), Vmo(2)).value();
  EXPECT_EQ(Await(space_->Unmap(root_, at, kPageSize + 1, kMappings)), ZX_OK);
  EXPECT_EQ(TouchStatus(at + kPageSize, Access::kRead), ZX_ERR_NOT_FOUND);
}

TEST_F(SpaceTest, ALongMappingIsUnmappedInSteps) {
  RefPtr<VmoStorage> vmo = Vmo(3000);
  const VirtAddr at = Map(Anywhere(3000), vmo).value();
  ASSERT_EQ(Await(vmo->Commit(0, vmo->size())), ZX_OK);
  ASSERT_EQ(Await(space_->MapPresentPages(root_, at, vmo->size())), ZX_OK);
  EXPECT_EQ(Unmap(at + kPageSize, 2998), ZX_OK);
  EXPECT_EQ(TouchStatus(at, Access::kRead), ZX_OK);
  EXPECT_EQ(TouchStatus(at + kPageSize, Access::kRead), ZX_ERR_NOT_FOUND);
  EXPECT_EQ(TouchStatus(at + 2999 * kPageSize, Access::kRead), ZX_OK);
}

TEST_F(SpaceTest, AGiganticEmptyMappingGoesQuickly) {
  RefPtr<VmoStorage> vmo = VmoStorage::CreatePaged(uint64_t{1} << 37).value();
  const VirtAddr at = Map(Anywhere(uint64_t{1} << 25), vmo).value();
  ASSERT_EQ(Store(at, 1), ZX_OK);
  ASSERT_EQ(Store(at + (uint64_t{1} << 37) - 1, 1), ZX_OK);
  EXPECT_EQ(Unmap(at, uint64_t{1} << 25), ZX_OK);
}

TEST_F(SpaceTest, TablesAreGivenBackWithTheLastPageTheyServed) {
  const uint64_t before = PagesOf(PageKind::kPageTable);
  space_->Enter();
  const VirtAddr at = Map(Anywhere(1), Vmo(1)).value();
  ASSERT_EQ(Store(at, 1), ZX_OK);
  EXPECT_EQ(Unmap(at, 1), ZX_OK);
  EXPECT_EQ(PagesOf(PageKind::kPageTable), before);
}

// --- Over other mappings. ---

TEST_F(SpaceTest, MappingOverReplacesWhatIsThere) {
  const VirtAddr at = Map(At(0, 5), Vmo(5)).value();
  for (int i = 0; i < 5; ++i) ASSERT_EQ(Store(at + i * kPageSize, 1), ZX_OK);
  EXPECT_EQ(MapOver(kPageSize, 2, Vmo(2)).value(), at + kPageSize);
  EXPECT_EQ(Load(at), 1);
  EXPECT_EQ(Load(at + kPageSize), 0);
  EXPECT_EQ(Load(at + 2 * kPageSize), 0);
  EXPECT_EQ(Load(at + 3 * kPageSize), 1);
}

TEST_F(SpaceTest, MappingOverNothingIsFine) { EXPECT_TRUE(MapOver(0, 3, Vmo(3)).ok()); }

TEST_F(SpaceTest, MappingOverSeveralTakesThemAll) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(Map(At(2 * i * kPageSize, 1), Vmo(1)).ok());
  EXPECT_TRUE(MapOver(0, 20, Vmo(20)).ok());
  EXPECT_EQ(space_->usage().mapped, 20 * kPageSize);
}

TEST_F(SpaceTest, MappingOverASubRegionIsRefused) {
  RefPtr<Region> region = Allocate(*root_, At(4 * kPageSize, 4));
  EXPECT_EQ(MapOver(0, 20, Vmo(20)).status(), ZX_ERR_INVALID_ARGS);
}

// --- Protect. ---

TEST_F(SpaceTest, TakenPermissionsFaultAtOnce) {
  const VirtAddr at = Map(Anywhere(3), Vmo(3)).value();
  for (int i = 0; i < 3; ++i) ASSERT_EQ(Store(at + i * kPageSize, 30 + i), ZX_OK);
  EXPECT_EQ(Protect(at + kPageSize, 1, kRead), ZX_OK);
  EXPECT_EQ(Store(at, 1), ZX_OK);
  EXPECT_EQ(Store(at + kPageSize, 1), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Load(at + kPageSize), 31);
  EXPECT_EQ(Store(at + 2 * kPageSize, 1), ZX_OK);
}

TEST_F(SpaceTest, GivenPermissionsWorkAtOnce) {
  const VirtAddr at = Map(Anywhere(1), Vmo(1), kRead).value();
  EXPECT_EQ(Load(at), 0);
  EXPECT_EQ(Protect(at, 1, kReadWrite), ZX_OK);
  EXPECT_EQ(Store(at, 1), ZX_OK);
}

TEST_F(SpaceTest, ProtectGivesNoMoreThanTheMappingWasMadeWith) {
  const VirtAddr at = Map(Anywhere(1), Vmo(1), kRead, 0, kRead).value();
  EXPECT_EQ(Protect(at, 1, kReadWrite), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Protect(at, 1, 0), ZX_OK);
  EXPECT_EQ(Protect(at, 1, kRead), ZX_OK);
}

TEST_F(SpaceTest, ProtectOfAGapFindsNothingAndChangesNothing) {
  const VirtAddr at = Map(At(0, 1), Vmo(1)).value();
  ASSERT_TRUE(Map(At(2 * kPageSize, 1), Vmo(1)).ok());
  EXPECT_EQ(Protect(at, 3, kRead), ZX_ERR_NOT_FOUND);
  EXPECT_EQ(Store(at, 1), ZX_OK);
}

TEST_F(SpaceTest, ProtectWantsARangeOfTheRegion) {
  EXPECT_EQ(Await(space_->Protect(root_, kBase + 1, kPageSize, kRead, kMappings)),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Await(space_->Protect(root_, kBase, 0, kRead, kMappings)), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Protect(kBase - kPageSize, 1, kRead), ZX_ERR_INVALID_ARGS);
}

TEST_F(SpaceTest, ProtectInASubRegionOnlyTakes) {
  RefPtr<Region> region = Allocate(*root_, At(0, 4));
  ASSERT_TRUE(space_->Map(*region, MapRequest(At(0, 4), Vmo(4), 0, kRead, kAll)).ok());
  EXPECT_EQ(Protect(kBase, 4, kRead), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Protect(kBase, 4, kReadWrite, kWithRegions), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Protect(kBase, 4, 0, kWithRegions), ZX_OK);
}

// --- Regions. ---

TEST_F(SpaceTest, ADestroyedRegionUnmapsAllAndRefusesEverything) {
  RefPtr<Region> region = Allocate(*root_, Anywhere(100));
  RefPtr<Region> inner = Allocate(*region, At(0, 10));
  const VirtAddr at =
      space_->Map(*inner, MapRequest(At(0, 2), Vmo(2), 0, kReadWrite, kAll)).value();
  ASSERT_EQ(Store(at, 1), ZX_OK);
  EXPECT_EQ(Await(space_->DestroyRegion(region)), ZX_OK);
  EXPECT_EQ(TouchStatus(at, Access::kRead), ZX_ERR_NOT_FOUND);
  for (const RefPtr<Region>& dead : {region, inner}) {
    EXPECT_EQ(space_->Map(*dead, MapRequest(Anywhere(1), Vmo(1), 0, kRead, kAll)).status(),
              ZX_ERR_BAD_STATE);
    EXPECT_EQ(space_->Allocate(*dead, Anywhere(1), kAll, true).status(), ZX_ERR_BAD_STATE);
    EXPECT_EQ(Await(space_->DestroyRegion(dead)), ZX_ERR_BAD_STATE);
    EXPECT_EQ(Await(space_->Unmap(dead, dead->base(), kPageSize, kMappings)), ZX_ERR_BAD_STATE);
    EXPECT_EQ(Await(space_->Protect(dead, dead->base(), kPageSize, 0, kMappings)),
              ZX_ERR_BAD_STATE);
  }
}

TEST_F(SpaceTest, ADestroyedRegionsPlaceIsFree) {
  RefPtr<Region> region = Allocate(*root_, At(0, 10));
  EXPECT_EQ(Map(At(0, 1), Vmo(1)).status(), ZX_ERR_ALREADY_EXISTS);
  EXPECT_EQ(Await(space_->DestroyRegion(region)), ZX_OK);
  EXPECT_TRUE(Map(At(0, 1), Vmo(1)).ok());
}

TEST_F(SpaceTest, TheRootIsNotDestroyed) {
  EXPECT_EQ(Await(space_->DestroyRegion(root_)), ZX_ERR_NOT_SUPPORTED);
}

TEST_F(SpaceTest, UnmapNeedsTheRightToTouchRegions) {
  RefPtr<Region> region = Allocate(*root_, At(2 * kPageSize, 2));
  EXPECT_EQ(Unmap(kBase, 10, kMappings), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Unmap(kBase, 3, kWithRegions), ZX_ERR_INVALID_ARGS);  // A part of it.
  EXPECT_EQ(Unmap(kBase + 3 * kPageSize, 3, kWithRegions), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Unmap(kBase, 10, kWithRegions), ZX_OK);
  EXPECT_EQ(Await(space_->DestroyRegion(region)), ZX_ERR_BAD_STATE);
}

TEST_F(SpaceTest, ARegionStaysWithoutReferences) {
  RefPtr<Region> region = Allocate(*root_, At(0, 4));
  region.reset();
  EXPECT_EQ(Map(At(0, 1), Vmo(1)).status(), ZX_ERR_ALREADY_EXISTS);
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

// --- The vDSO. ---

class VdsoTest : public SpaceTest {
 protected:
  VdsoTest() : vdso_(VmoStorage::CreateContiguous(3 * kPageSize).value()) {
    vdso_->MarkAsVdso(kPageSize, 2 * kPageSize);
  }
  Result<VirtAddr> MapCode(Place place, uint64_t offset = kPageSize) {
    return Map(place, vdso_, kReadExecute, offset);
  }
  RefPtr<VmoStorage> vdso_;
};

TEST_F(VdsoTest, ItsCodeBecomesExecuteOnly) {
  const VirtAddr at = MapCode(Anywhere(2)).value();
  EXPECT_EQ(TouchStatus(at, Access::kExecute), ZX_OK);
  EXPECT_EQ(TouchStatus(at, Access::kRead), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(space_->vdso_text(), at);
  EXPECT_EQ(space_->vdso_base(), at - kPageSize);
}

TEST_F(VdsoTest, ItsCodeIsMappedWholeAndOnce) {
  EXPECT_EQ(MapCode(Anywhere(1)).status(), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(MapCode(Anywhere(2), 0).status(), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Map(Anywhere(2), vdso_, kAll, kPageSize).status(), ZX_ERR_ACCESS_DENIED);
  EXPECT_TRUE(MapCode(Anywhere(2)).ok());
  EXPECT_EQ(MapCode(Anywhere(2)).status(), ZX_ERR_ACCESS_DENIED);
}

TEST_F(VdsoTest, ItsCodeStaysAsItIs) {
  const VirtAddr at = MapCode(At(4 * kPageSize, 2)).value();
  EXPECT_EQ(Unmap(at, 2), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Unmap(at + kPageSize, 1), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Unmap(kBase, 100), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Protect(at, 2, kReadExecute), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Protect(at, 2, 0), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(MapOver(5 * kPageSize, 1, Vmo(1)).status(), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(TouchStatus(at, Access::kExecute), ZX_OK);
}

TEST_F(VdsoTest, ARegionWithItsCodeIsNotDestroyed) {
  RefPtr<Region> region = Allocate(*root_, Anywhere(10));
  ASSERT_TRUE(
      space_->Map(*region, MapRequest(Anywhere(2), vdso_, kPageSize, kReadExecute, kReadExecute))
          .ok());
  EXPECT_EQ(Await(space_->DestroyRegion(region)), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Unmap(region->base(), 10, kWithRegions), ZX_ERR_ACCESS_DENIED);
}

TEST_F(VdsoTest, ItsOtherPagesAreOrdinaryAndNeverExecutable) {
  const VirtAddr at = Map(Anywhere(3), vdso_, kRead).value();
  EXPECT_EQ(TouchStatus(at + kPageSize, Access::kRead), ZX_OK);
  EXPECT_EQ(Protect(at, 3, kReadExecute), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Unmap(at, 3), ZX_OK);
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
