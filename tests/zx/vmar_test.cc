// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Regions and mappings: what is seen through them, who may change what, and faults.

#include <zircon/rights.h>
#include <zircon/syscalls.h>

#include <iterator>

#include "tests/zx/objects.h"
#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {
namespace {

constexpr uint64_t kPage = 4096;
constexpr zx_vm_option_t kRead = ZX_VM_PERM_READ;
constexpr zx_vm_option_t kReadWrite = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE;
constexpr zx_vm_option_t kCanMap = ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE;

struct Region {
  zx_handle_t vmar = ZX_HANDLE_INVALID;
  zx_vaddr_t base = 0;
};

// A region of our own, where places can be chosen.
Region MakeRegion(size_t pages, zx_vm_option_t options = kCanMap | ZX_VM_CAN_MAP_SPECIFIC) {
  Region region;
  EXPECT_EQ(
      zx_vmar_allocate(zx_vmar_root_self(), options, 0, pages * kPage, &region.vmar, &region.base),
      ZX_OK);
  return region;
}

zx_status_t Map(zx_handle_t vmar, zx_vm_option_t options, size_t offset, zx_handle_t vmo,
                size_t size, zx_vaddr_t* address = nullptr, uint64_t vmo_offset = 0) {
  zx_vaddr_t mapped = 0;
  const zx_status_t status = zx_vmar_map(vmar, options, offset, vmo, vmo_offset, size, &mapped);
  if (address != nullptr) *address = mapped;
  return status;
}

uint64_t ReadWord(zx_handle_t vmo, uint64_t offset) {
  uint64_t value = 0;
  EXPECT_EQ(zx_vmo_read(vmo, &value, offset, sizeof(value)), ZX_OK);
  return value;
}

TEST(VmarTest, AMappingShowsTheObject) {
  const zx_handle_t vmo = MakeVmo(3 * kPage);
  zx_vaddr_t address = 0;
  ASSERT_EQ(Map(zx_vmar_root_self(), kReadWrite, 0, vmo, 3 * kPage, &address), ZX_OK);
  EXPECT_EQ(address % kPage, 0u);
  EXPECT_EQ(Load(address + kPage), 0u);
  Store(address + 2 * kPage, 77);
  EXPECT_EQ(ReadWord(vmo, 2 * kPage), 77u);
  const uint64_t value = 78;
  EXPECT_EQ(zx_vmo_write(vmo, &value, 8, sizeof(value)), ZX_OK);
  EXPECT_EQ(Load(address + 8), 78u);
  // It keeps the object.
  EXPECT_EQ(zx_handle_close(vmo), ZX_OK);
  EXPECT_EQ(Load(address + 2 * kPage), 77u);
  EXPECT_EQ(zx_vmar_unmap(zx_vmar_root_self(), address, 3 * kPage), ZX_OK);
}

TEST(VmarTest, TwoMappingsShowTheSameMemory) {
  const zx_handle_t vmo = MakeVmo(2 * kPage);
  zx_vaddr_t first = 0;
  zx_vaddr_t second = 0;
  ASSERT_EQ(Map(zx_vmar_root_self(), kReadWrite, 0, vmo, 2 * kPage, &first), ZX_OK);
  ASSERT_EQ(Map(zx_vmar_root_self(), kRead, 0, vmo, kPage, &second, kPage), ZX_OK);
  Store(first + kPage + 16, 5);
  EXPECT_EQ(Load(second + 16), 5u);
}

TEST(VmarTest, PresentPagesCanBeMappedAtOnce) {
  const zx_handle_t vmo = MakeVmo(4 * kPage);
  EXPECT_EQ(zx_vmo_op_range(vmo, ZX_VMO_OP_COMMIT, 0, 4 * kPage, nullptr, 0), ZX_OK);
  zx_vaddr_t address = 0;
  ASSERT_EQ(Map(zx_vmar_root_self(), kReadWrite | ZX_VM_MAP_RANGE, 0, vmo, 4 * kPage, &address),
            ZX_OK);
  Store(address + 3 * kPage, 9);
  EXPECT_EQ(ReadWord(vmo, 3 * kPage), 9u);
}

TEST(VmarTest, ALayoutIsRandom) {
  zx_vaddr_t addresses[16];
  size_t same_distance = 0;
  for (zx_vaddr_t& address : addresses) {
    ASSERT_EQ(Map(zx_vmar_root_self(), kRead, 0, MakeVmo(kPage), kPage, &address), ZX_OK);
  }
  for (size_t i = 2; i < std::size(addresses); ++i) {
    if (addresses[i] - addresses[i - 1] == addresses[i - 1] - addresses[i - 2]) ++same_distance;
  }
  EXPECT_LT(same_distance, 4u);
}

TEST(VmarMapTest, APlaceThatIsTakenAlreadyExists) {
  const Region region = MakeRegion(8);
  const zx_handle_t vmo = MakeVmo(4 * kPage);
  zx_vaddr_t address = 0;
  EXPECT_EQ(Map(region.vmar, kRead | ZX_VM_SPECIFIC, 2 * kPage, vmo, 2 * kPage, &address), ZX_OK);
  EXPECT_EQ(address, region.base + 2 * kPage);
  for (const size_t offset : {size_t{1}, size_t{2}, size_t{3}}) {
    EXPECT_EQ(Map(region.vmar, kRead | ZX_VM_SPECIFIC, offset * kPage, vmo, 2 * kPage),
              ZX_ERR_ALREADY_EXISTS);
  }
  EXPECT_EQ(Map(region.vmar, kRead | ZX_VM_SPECIFIC, 0, vmo, 2 * kPage), ZX_OK);
  EXPECT_EQ(Map(region.vmar, kRead | ZX_VM_SPECIFIC, 7 * kPage, vmo, 2 * kPage),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Map(region.vmar, kRead, 0, vmo, 4 * kPage), ZX_OK);
  EXPECT_EQ(Map(region.vmar, kRead, 0, vmo, kPage), ZX_ERR_NO_RESOURCES);
}

TEST(VmarMapTest, OverwritingReplacesWhatWasThere) {
  const Region region = MakeRegion(4);
  const zx_handle_t below = MakeVmo(4 * kPage);
  const zx_handle_t above = MakeVmo(kPage);
  zx_vaddr_t base = 0;
  ASSERT_EQ(Map(region.vmar, kReadWrite | ZX_VM_SPECIFIC, 0, below, 4 * kPage, &base), ZX_OK);
  for (uint64_t page = 0; page < 4; ++page) Store(base + page * kPage, page + 10);
  EXPECT_EQ(Map(region.vmar, kReadWrite | ZX_VM_SPECIFIC_OVERWRITE, kPage, above, kPage), ZX_OK);
  EXPECT_EQ(Load(base), 10u);
  EXPECT_EQ(Load(base + kPage), 0u);
  EXPECT_EQ(Load(base + 2 * kPage), 12u);
  Store(base + kPage, 99);
  EXPECT_EQ(ReadWord(above, 0), 99u);
  EXPECT_EQ(ReadWord(below, kPage), 11u);
}

TEST(VmarMapTest, AnUpperLimitIsKept) {
  const Region region = MakeRegion(64);
  for (int i = 0; i < 4; ++i) {
    zx_vaddr_t address = 0;
    ASSERT_EQ(Map(region.vmar, kRead | ZX_VM_OFFSET_IS_UPPER_LIMIT, 32 * kPage, MakeVmo(2 * kPage),
                  2 * kPage, &address),
              ZX_OK);
    EXPECT_LE(address + 2 * kPage, region.base + 32 * kPage);
  }
  const Region other = MakeRegion(64);
  const zx_handle_t all_below = MakeVmo(8 * kPage);
  zx_vaddr_t address = 0;
  ASSERT_EQ(Map(other.vmar, kRead | ZX_VM_OFFSET_IS_UPPER_LIMIT, 8 * kPage, all_below, 8 * kPage,
                &address),
            ZX_OK);
  EXPECT_EQ(address, other.base);
  EXPECT_EQ(Map(other.vmar, kRead | ZX_VM_OFFSET_IS_UPPER_LIMIT, 8 * kPage, MakeVmo(kPage), kPage),
            ZX_ERR_NO_RESOURCES);
}

TEST(VmarMapTest, AnAlignmentIsKept) {
  zx_vaddr_t address = 0;
  EXPECT_EQ(Map(zx_vmar_root_self(), kRead | ZX_VM_ALIGN_2MB, 0, MakeVmo(kPage), kPage, &address),
            ZX_OK);
  EXPECT_EQ(address % (2 << 20), 0u);
  for (const uint32_t bad : {9u, 33u}) {
    EXPECT_EQ(Map(zx_vmar_root_self(), kRead | bad << ZX_VM_ALIGN_BASE, 0, MakeVmo(kPage), kPage),
              ZX_ERR_INVALID_ARGS);
  }
}

TEST(VmarMapTest, BadArgumentsAreRefused) {
  const Region region = MakeRegion(8);
  const zx_handle_t vmo = MakeVmo(4 * kPage);
  EXPECT_EQ(Map(region.vmar, kRead, 0, vmo, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Map(region.vmar, kRead, kPage, vmo, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Map(region.vmar, kRead | ZX_VM_SPECIFIC, 8, vmo, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Map(region.vmar, kRead, 0, vmo, kPage, nullptr, 8), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Map(region.vmar, ZX_VM_PERM_WRITE, 0, vmo, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Map(region.vmar, kRead | ZX_VM_CAN_MAP_READ, 0, vmo, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Map(region.vmar, kRead, 0, vmo, 5 * kPage), ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_EQ(Map(region.vmar, kRead, 0, vmo, kPage, nullptr, ~uint64_t{0} & ~(kPage - 1)),
            ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(Map(region.vmar, kRead, 0, MakeVmo(kPage, ZX_VMO_RESIZABLE), kPage),
            ZX_ERR_NOT_SUPPORTED);
  EXPECT_EQ(Map(region.vmar, kRead, 0, MakeEvent(), kPage), ZX_ERR_WRONG_TYPE);
  EXPECT_EQ(Map(vmo, kRead, 0, vmo, kPage), ZX_ERR_WRONG_TYPE);
  auto* const nowhere = reinterpret_cast<zx_vaddr_t*>(uintptr_t{0x7000'0000});
  EXPECT_EQ(zx_vmar_map(region.vmar, kRead, 0, vmo, 0, kPage, nowhere), ZX_ERR_INVALID_ARGS);
}

TEST(VmarMapTest, PermissionsComeFromBothHandlesAndTheRegion) {
  const Region region = MakeRegion(8);
  const zx_handle_t vmo = MakeVmo(kPage);
  const zx_handle_t no_map = Without(MakeVmo(kPage), ZX_RIGHT_MAP);
  const zx_handle_t read_only = Duplicate(vmo, ZX_RIGHT_READ | ZX_RIGHT_MAP);
  EXPECT_EQ(Map(region.vmar, kRead, 0, no_map, kPage), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Map(region.vmar, kReadWrite, 0, read_only, kPage), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Map(region.vmar, kRead, 0, read_only, kPage), ZX_OK);
  EXPECT_EQ(Map(region.vmar, kRead | ZX_VM_PERM_EXECUTE, 0, vmo, kPage), ZX_ERR_ACCESS_DENIED);
  const zx_handle_t reader = Duplicate(region.vmar, RightsOf(region.vmar) & ~ZX_RIGHT_WRITE);
  EXPECT_EQ(Map(reader, kReadWrite, 0, vmo, kPage), ZX_ERR_ACCESS_DENIED);
  const Region no_writes = MakeRegion(4, ZX_VM_CAN_MAP_READ);
  EXPECT_EQ(Map(no_writes.vmar, kReadWrite, 0, vmo, kPage), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Map(no_writes.vmar, kRead | ZX_VM_SPECIFIC, 0, vmo, kPage), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Map(no_writes.vmar, kRead, 0, vmo, kPage), ZX_OK);
}

TEST(VmarUnmapTest, TakesPartsAway) {
  const zx_handle_t vmo = MakeVmo(5 * kPage);
  zx_vaddr_t base = 0;
  ASSERT_EQ(Map(zx_vmar_root_self(), kReadWrite, 0, vmo, 5 * kPage, &base), ZX_OK);
  Store(base, 1);
  Store(base + 4 * kPage, 5);
  EXPECT_EQ(zx_vmar_unmap(zx_vmar_root_self(), base + kPage, 3 * kPage), ZX_OK);
  EXPECT_EQ(Load(base), 1u);
  EXPECT_EQ(Load(base + 4 * kPage), 5u);
  // Calls do not reach it any more, nor does a change of permissions.
  EXPECT_EQ(zx_vmo_read(vmo, reinterpret_cast<void*>(base + 2 * kPage), 0, 8), ZX_ERR_NOT_FOUND);
  EXPECT_EQ(zx_vmar_protect(zx_vmar_root_self(), kRead, base, 5 * kPage), ZX_ERR_NOT_FOUND);
  EXPECT_EQ(zx_vmar_unmap(zx_vmar_root_self(), base, 5 * kPage), ZX_OK);
  EXPECT_EQ(zx_vmar_unmap(zx_vmar_root_self(), base, 5 * kPage), ZX_OK);
}

TEST(VmarUnmapTest, BadRangesAreInvalidArgs) {
  const Region region = MakeRegion(4);
  EXPECT_EQ(zx_vmar_unmap(region.vmar, region.base, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_vmar_unmap(region.vmar, region.base + 1, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_vmar_unmap(region.vmar, region.base + 4 * kPage, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_vmar_unmap(region.vmar, region.base, 5 * kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_vmar_unmap(region.vmar, region.base - kPage, 2 * kPage), ZX_ERR_INVALID_ARGS);
}

TEST(VmarProtectTest, GivesAndTakesWhatTheMappingMayHave) {
  const zx_handle_t vmo = MakeVmo(3 * kPage);
  zx_vaddr_t base = 0;
  ASSERT_EQ(Map(zx_vmar_root_self(), kReadWrite, 0, vmo, 3 * kPage, &base), ZX_OK);
  Store(base + kPage, 4);
  EXPECT_EQ(zx_vmar_protect(zx_vmar_root_self(), kRead, base + kPage, kPage), ZX_OK);
  EXPECT_EQ(Load(base + kPage), 4u);
  Store(base, 3);
  Store(base + 2 * kPage, 5);
  EXPECT_EQ(zx_vmo_read(vmo, reinterpret_cast<void*>(base + kPage), 0, 8), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_vmar_protect(zx_vmar_root_self(), 0, base + kPage, kPage), ZX_OK);
  EXPECT_EQ(zx_vmo_write(vmo, reinterpret_cast<void*>(base + kPage), 0, 8), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_vmar_protect(zx_vmar_root_self(), kReadWrite, base, 3 * kPage), ZX_OK);
  Store(base + kPage, 6);
  EXPECT_EQ(ReadWord(vmo, kPage), 6u);
}

TEST(VmarProtectTest, GivesNoMoreThanTheHandlesHad) {
  const zx_handle_t read_only = Duplicate(MakeVmo(kPage), ZX_RIGHT_READ | ZX_RIGHT_MAP);
  zx_vaddr_t base = 0;
  ASSERT_EQ(Map(zx_vmar_root_self(), kRead, 0, read_only, kPage, &base), ZX_OK);
  EXPECT_EQ(zx_vmar_protect(zx_vmar_root_self(), kReadWrite, base, kPage), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_vmar_protect(zx_vmar_root_self(), ZX_VM_PERM_WRITE, base, kPage),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_vmar_protect(zx_vmar_root_self(), kRead | ZX_VM_SPECIFIC, base, kPage),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_vmar_protect(zx_vmar_root_self(), kRead, base + 8, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_vmar_protect(zx_vmar_root_self(), kRead, base, 0), ZX_ERR_INVALID_ARGS);
}

TEST(VmarRegionTest, RegionsNestAndNarrow) {
  const Region outer = MakeRegion(16);
  zx_handle_t inner = ZX_HANDLE_INVALID;
  zx_vaddr_t inner_base = 0;
  EXPECT_EQ(zx_vmar_allocate(outer.vmar, ZX_VM_CAN_MAP_READ | ZX_VM_SPECIFIC, 4 * kPage, 4 * kPage,
                             &inner, &inner_base),
            ZX_OK);
  EXPECT_EQ(inner_base, outer.base + 4 * kPage);
  EXPECT_EQ(RightsOf(inner), ZX_DEFAULT_VMAR_RIGHTS | ZX_RIGHT_READ);
  const zx_handle_t vmo = MakeVmo(kPage);
  EXPECT_EQ(Map(inner, kReadWrite, 0, vmo, kPage), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(Map(inner, kRead, 0, vmo, kPage), ZX_OK);
  EXPECT_EQ(Map(outer.vmar, kRead | ZX_VM_SPECIFIC, 5 * kPage, vmo, kPage), ZX_ERR_ALREADY_EXISTS);
  zx_handle_t wider = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_vmar_allocate(inner, ZX_VM_CAN_MAP_WRITE, 0, kPage, &wider, &inner_base),
            ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_vmar_allocate(inner, ZX_VM_CAN_MAP_READ, 0, kPage + 1, &wider, &inner_base),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_vmar_allocate(inner, kRead, 0, kPage, &wider, &inner_base), ZX_ERR_INVALID_ARGS);
  // Part of a sub-region cannot be unmapped from above, all of it can.
  EXPECT_EQ(zx_vmar_unmap(outer.vmar, outer.base + 5 * kPage, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_vmar_unmap(outer.vmar, outer.base + 3 * kPage, 6 * kPage), ZX_OK);
  EXPECT_EQ(Map(inner, kRead, 0, vmo, kPage), ZX_ERR_BAD_STATE);
}

TEST(VmarRegionTest, DestroyingOneEndsAllInIt) {
  const Region region = MakeRegion(16);
  zx_handle_t inner = ZX_HANDLE_INVALID;
  zx_vaddr_t inner_base = 0;
  ASSERT_EQ(zx_vmar_allocate(region.vmar, kCanMap, 0, 4 * kPage, &inner, &inner_base), ZX_OK);
  const zx_handle_t vmo = MakeVmo(kPage);
  zx_vaddr_t address = 0;
  ASSERT_EQ(Map(inner, kReadWrite, 0, vmo, kPage, &address), ZX_OK);
  Store(address, 1);
  EXPECT_EQ(zx_vmar_destroy(Duplicate(region.vmar, ZX_RIGHT_READ)), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_vmar_destroy(region.vmar), ZX_OK);
  EXPECT_EQ(zx_vmo_read(vmo, reinterpret_cast<void*>(address), 0, 8), ZX_ERR_NOT_FOUND);
  for (const zx_handle_t dead : {region.vmar, inner}) {
    EXPECT_EQ(Map(dead, kRead, 0, vmo, kPage), ZX_ERR_BAD_STATE);
    EXPECT_EQ(zx_vmar_unmap(dead, address, kPage), ZX_ERR_BAD_STATE);
    EXPECT_EQ(zx_vmar_protect(dead, kRead, address, kPage), ZX_ERR_BAD_STATE);
    EXPECT_EQ(zx_vmar_destroy(dead), ZX_ERR_BAD_STATE);
  }
  EXPECT_EQ(zx_vmar_destroy(zx_vmar_root_self()), ZX_ERR_NOT_SUPPORTED);
}

TEST(VmarRegionTest, ClosingTheHandleLeavesTheRegion) {
  const Region region = MakeRegion(4);
  zx_vaddr_t address = 0;
  ASSERT_EQ(Map(region.vmar, kReadWrite, 0, MakeVmo(kPage), kPage, &address), ZX_OK);
  EXPECT_EQ(zx_handle_close(region.vmar), ZX_OK);
  Store(address, 6);
  EXPECT_EQ(Load(address), 6u);
}

// Each body runs in a process that maps a page of its own and then does what it may not.
int64_t Offend(ProcessBody body, zx_rights_t rights) {
  const zx_handle_t vmo = MakeVmo(kPage);
  zx_handle_t process = ZX_HANDLE_INVALID;
  zx_handle_t vmar = ZX_HANDLE_INVALID;
  zx_handle_t thread = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_process_create(zx_job_default(), "offend", 6, 0, &process, &vmar), ZX_OK);
  EXPECT_EQ(zx_thread_create(process, "main", 4, 0, &thread), ZX_OK);
  const zx_vaddr_t stack = PrepareProcess(vmar);
  zx_vaddr_t address = 0;
  EXPECT_EQ(Map(vmar, kRead | ((rights & ZX_RIGHT_WRITE) != 0 ? ZX_VM_PERM_WRITE : 0), 0,
                Duplicate(vmo, rights), kPage, &address),
            ZX_OK);
  EXPECT_EQ(zx_process_start(process, thread, reinterpret_cast<zx_vaddr_t>(body), stack,
                             ZX_HANDLE_INVALID, address),
            ZX_OK);
  return AwaitReturnCode(process);
}

TEST(FaultTest, AReadAndAWriteThatAreAllowedGoOn) {
  EXPECT_EQ(Offend(
                [](uint64_t, uint64_t address) {
                  Store(address, 5);
                  zx_process_exit(static_cast<int64_t>(Load(address)));
                },
                ZX_RIGHT_READ | ZX_RIGHT_WRITE | ZX_RIGHT_MAP),
            5);
}

TEST(FaultTest, AWriteToReadOnlyMemoryEndsTheProcess) {
  EXPECT_EQ(Offend(
                [](uint64_t, uint64_t address) {
                  if (Load(address) != 0) zx_process_exit(2);
                  Store(address, 5);
                  zx_process_exit(1);
                },
                ZX_RIGHT_READ | ZX_RIGHT_MAP),
            ZX_TASK_RETCODE_EXCEPTION_KILL);
}

TEST(FaultTest, AnAccessBesideAMappingEndsTheProcess) {
  EXPECT_EQ(Offend(
                [](uint64_t, uint64_t address) {
                  Load(address + 64 * kPage * kPage);
                  zx_process_exit(1);
                },
                ZX_RIGHT_READ | ZX_RIGHT_MAP),
            ZX_TASK_RETCODE_EXCEPTION_KILL);
}

}  // namespace
}  // namespace sirocco::zxtest
