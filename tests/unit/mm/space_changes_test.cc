// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/mm/address_space.h"
#include "tests/unit/mm/space_test.h"

namespace sirocco::mm {
namespace {

constexpr VirtAddr kBase = arch::kUserBase;

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

}  // namespace
}  // namespace sirocco::mm
