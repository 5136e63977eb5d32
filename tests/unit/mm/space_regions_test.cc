// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <set>

#include "kernel/mm/address_space.h"
#include "tests/unit/mm/space_test.h"

namespace sirocco::mm {
namespace {

constexpr VirtAddr kBase = arch::kUserBase;

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

}  // namespace
}  // namespace sirocco::mm
