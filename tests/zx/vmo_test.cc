// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Objects of memory: sizes, contents by call, and what is done to ranges. Mappings: vmar_test.cc.

#include <zircon/rights.h>
#include <zircon/syscalls.h>

#include <cstring>
#include <utility>

#include "tests/zx/objects.h"
#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {
namespace {

constexpr uint64_t kPage = 4096;

uint8_t sent[8 * kPage];
uint8_t received[8 * kPage];

uint64_t SizeOf(zx_handle_t vmo) {
  uint64_t size = 0;
  EXPECT_EQ(zx_vmo_get_size(vmo, &size), ZX_OK);
  return size;
}

uint64_t ReadWord(zx_handle_t vmo, uint64_t offset) {
  uint64_t value = ~uint64_t{0};
  EXPECT_EQ(zx_vmo_read(vmo, &value, offset, sizeof(value)), ZX_OK);
  return value;
}

void WriteWord(zx_handle_t vmo, uint64_t offset, uint64_t value) {
  EXPECT_EQ(zx_vmo_write(vmo, &value, offset, sizeof(value)), ZX_OK);
}

zx_status_t Do(zx_handle_t vmo, uint32_t op, uint64_t offset, uint64_t size) {
  return zx_vmo_op_range(vmo, op, offset, size, nullptr, 0);
}

TEST(VmoTest, IsMadeWithItsDefaultRights) {
  zx_handle_t vmo = MakeVmo(kPage);
  EXPECT_EQ(BasicInfo(vmo).type, ZX_OBJ_TYPE_VMO);
  EXPECT_EQ(RightsOf(vmo), ZX_DEFAULT_VMO_RIGHTS);
  EXPECT_EQ(SignalsOf(vmo), ZX_VMO_ZERO_CHILDREN);
  vmo = MakeVmo(kPage, ZX_VMO_RESIZABLE);
  EXPECT_EQ(RightsOf(vmo), ZX_DEFAULT_VMO_RIGHTS | ZX_RIGHT_RESIZE);
}

TEST(VmoTest, KnowsItsOptions) {
  zx_handle_t vmo = ZX_HANDLE_INVALID;
  for (const uint32_t options : {1u, ZX_VMO_TRAP_DIRTY, 32u, ZX_VMO_RESIZABLE | ZX_VMO_UNBOUNDED}) {
    EXPECT_EQ(zx_vmo_create(kPage, options, &vmo), ZX_ERR_INVALID_ARGS) << options;
  }
  for (const uint32_t options : {0u, ZX_VMO_RESIZABLE, ZX_VMO_DISCARDABLE, ZX_VMO_UNBOUNDED}) {
    EXPECT_EQ(zx_vmo_create(kPage, options, &vmo), ZX_OK) << options;
  }
}

TEST(VmoTest, ItsSizeIsWholePages) {
  EXPECT_EQ(SizeOf(MakeVmo(0)), 0u);
  EXPECT_EQ(SizeOf(MakeVmo(1)), kPage);
  EXPECT_EQ(SizeOf(MakeVmo(kPage)), kPage);
  EXPECT_EQ(SizeOf(MakeVmo(kPage + 1)), 2 * kPage);
  zx_handle_t vmo = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_vmo_create(~uint64_t{0}, 0, &vmo), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(zx_vmo_create(uint64_t{1} << 63, 0, &vmo), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(SizeOf(Duplicate(MakeVmo(1), ZX_RIGHT_NONE)), kPage);  // No right is needed.
}

TEST(VmoTest, IsZeroUntilItIsWritten) {
  const zx_handle_t vmo = MakeVmo(sizeof(received));
  std::memset(received, 0xff, sizeof(received));
  EXPECT_EQ(zx_vmo_read(vmo, received, 0, sizeof(received)), ZX_OK);
  for (const uint8_t byte : received) ASSERT_EQ(byte, 0);
}

TEST(VmoTest, EveryRangeIsReadAsItWasWritten) {
  const zx_handle_t vmo = MakeVmo(sizeof(sent));
  for (size_t i = 0; i < sizeof(sent); ++i) sent[i] = static_cast<uint8_t>(i * 17 + i / kPage);
  EXPECT_EQ(zx_vmo_write(vmo, sent, 0, sizeof(sent)), ZX_OK);
  const uint64_t offsets[] = {0, 1, 7, kPage - 1, kPage, 3 * kPage + 5};
  const uint64_t sizes[] = {0, 1, 8, kPage - 1, kPage, kPage + 1, 3 * kPage};
  for (const uint64_t offset : offsets) {
    for (const uint64_t size : sizes) {
      std::memset(received, 0, sizeof(received));
      EXPECT_EQ(zx_vmo_read(vmo, received, offset, size), ZX_OK);
      EXPECT_EQ(std::memcmp(received, sent + offset, size), 0) << offset;
      EXPECT_EQ(received[size], 0);
    }
  }
  EXPECT_EQ(zx_vmo_write(vmo, "abc", kPage - 1, 3), ZX_OK);
  EXPECT_EQ(zx_vmo_read(vmo, received, kPage - 2, 5), ZX_OK);
  EXPECT_EQ(received[0], sent[kPage - 2]);
  EXPECT_EQ(std::memcmp(received + 1, "abc", 3), 0);
  EXPECT_EQ(received[4], sent[kPage + 2]);
}

TEST(VmoTest, BeyondItsEndIsOutOfRange) {
  const zx_handle_t vmo = MakeVmo(2 * kPage);
  for (const auto& [offset, size] : {std::pair<uint64_t, size_t>{2 * kPage, 1},
                                     {2 * kPage - 1, 2},
                                     {0, 2 * kPage + 1},
                                     {~uint64_t{0}, 1},
                                     {~uint64_t{0}, 2}}) {
    EXPECT_EQ(zx_vmo_read(vmo, received, offset, size), ZX_ERR_OUT_OF_RANGE) << offset;
    EXPECT_EQ(zx_vmo_write(vmo, sent, offset, size), ZX_ERR_OUT_OF_RANGE) << offset;
  }
  EXPECT_EQ(zx_vmo_read(vmo, received, 2 * kPage, 0), ZX_OK);
}

TEST(VmoTest, ABufferThatIsNotThereIsNotFound) {
  const zx_handle_t vmo = MakeVmo(kPage);
  void* const nowhere = reinterpret_cast<void*>(uintptr_t{0x7000'0000});
  EXPECT_EQ(zx_vmo_read(vmo, nowhere, 0, 8), ZX_ERR_NOT_FOUND);
  EXPECT_EQ(zx_vmo_write(vmo, nowhere, 0, 8), ZX_ERR_NOT_FOUND);
  EXPECT_EQ(ReadWord(vmo, 0), 0u);
}

TEST(VmoTest, ReadingNeedsReadAndWritingNeedsWrite) {
  const zx_handle_t vmo = MakeVmo(kPage);
  const zx_handle_t reader = Duplicate(vmo, ZX_RIGHT_READ);
  const zx_handle_t writer = Duplicate(vmo, ZX_RIGHT_WRITE);
  EXPECT_EQ(zx_vmo_read(writer, received, 0, 1), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_vmo_write(reader, sent, 0, 1), ZX_ERR_ACCESS_DENIED);
  WriteWord(writer, 16, 5);
  EXPECT_EQ(ReadWord(reader, 16), 5u);
  EXPECT_EQ(zx_vmo_read(MakeEvent(), received, 0, 1), ZX_ERR_WRONG_TYPE);
}

TEST(VmoSizeTest, GrowsWithZerosAndForgetsWhatItLoses) {
  const zx_handle_t vmo = MakeVmo(2 * kPage, ZX_VMO_RESIZABLE);
  WriteWord(vmo, 0, 1);
  WriteWord(vmo, kPage, 2);
  EXPECT_EQ(zx_vmo_set_size(vmo, 4 * kPage), ZX_OK);
  EXPECT_EQ(SizeOf(vmo), 4 * kPage);
  EXPECT_EQ(ReadWord(vmo, 3 * kPage), 0u);
  EXPECT_EQ(ReadWord(vmo, kPage), 2u);
  EXPECT_EQ(zx_vmo_set_size(vmo, 1), ZX_OK);
  EXPECT_EQ(SizeOf(vmo), kPage);
  EXPECT_EQ(zx_vmo_read(vmo, received, kPage, 1), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(zx_vmo_set_size(vmo, 2 * kPage), ZX_OK);
  EXPECT_EQ(ReadWord(vmo, 0), 1u);
  EXPECT_EQ(ReadWord(vmo, kPage), 0u);
  EXPECT_EQ(zx_vmo_set_size(vmo, 0), ZX_OK);
  EXPECT_EQ(SizeOf(vmo), 0u);
  EXPECT_EQ(zx_vmo_set_size(vmo, ~uint64_t{0}), ZX_ERR_OUT_OF_RANGE);
}

TEST(VmoSizeTest, ChangesOnlyWithTheRightAndIfItWasMadeFor) {
  const zx_handle_t fixed = MakeVmo(kPage);
  EXPECT_EQ(zx_vmo_set_size(fixed, 2 * kPage), ZX_ERR_ACCESS_DENIED);
  const zx_handle_t vmo = MakeVmo(kPage, ZX_VMO_RESIZABLE);
  const zx_rights_t rights = RightsOf(vmo);
  for (const zx_rights_t right : {ZX_RIGHT_WRITE, ZX_RIGHT_RESIZE}) {
    EXPECT_EQ(zx_vmo_set_size(Duplicate(vmo, rights & ~right), 0), ZX_ERR_ACCESS_DENIED);
  }
  EXPECT_EQ(SizeOf(vmo), kPage);
}

TEST(VmoOpTest, ZeroClearsJustItsBytes) {
  const zx_handle_t vmo = MakeVmo(3 * kPage);
  std::memset(sent, 0xab, sizeof(sent));
  EXPECT_EQ(zx_vmo_write(vmo, sent, 0, 3 * kPage), ZX_OK);
  EXPECT_EQ(Do(vmo, ZX_VMO_OP_ZERO, 100, 2 * kPage), ZX_OK);
  EXPECT_EQ(zx_vmo_read(vmo, received, 0, 3 * kPage), ZX_OK);
  for (uint64_t i = 0; i < 3 * kPage; ++i) {
    ASSERT_EQ(received[i], i >= 100 && i < 100 + 2 * kPage ? 0 : 0xab) << i;
  }
}

TEST(VmoOpTest, DecommittedPagesAreZeroAgain) {
  const zx_handle_t vmo = MakeVmo(3 * kPage);
  for (uint64_t page = 0; page < 3; ++page) WriteWord(vmo, page * kPage, page + 1);
  EXPECT_EQ(Do(vmo, ZX_VMO_OP_DECOMMIT, kPage, kPage), ZX_OK);
  EXPECT_EQ(ReadWord(vmo, 0), 1u);
  EXPECT_EQ(ReadWord(vmo, kPage), 0u);
  EXPECT_EQ(ReadWord(vmo, 2 * kPage), 3u);
  EXPECT_EQ(Do(vmo, ZX_VMO_OP_DECOMMIT, 8, kPage), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Do(vmo, ZX_VMO_OP_COMMIT, 0, 3 * kPage), ZX_OK);
  EXPECT_EQ(ReadWord(vmo, kPage), 0u);
}

TEST(VmoOpTest, RangesLieInside) {
  const zx_handle_t vmo = MakeVmo(2 * kPage);
  for (const uint32_t op : {ZX_VMO_OP_COMMIT, ZX_VMO_OP_DECOMMIT, ZX_VMO_OP_ZERO,
                            ZX_VMO_OP_CACHE_SYNC, ZX_VMO_OP_DONT_NEED}) {
    EXPECT_EQ(Do(vmo, op, kPage, 2 * kPage), ZX_ERR_OUT_OF_RANGE) << op;
    EXPECT_EQ(Do(vmo, op, ~uint64_t{0} & ~(kPage - 1), 2 * kPage), ZX_ERR_OUT_OF_RANGE) << op;
    EXPECT_EQ(Do(vmo, op, 0, 2 * kPage), ZX_OK) << op;
  }
}

TEST(VmoOpTest, EachNeedsItsRight) {
  const zx_handle_t vmo = MakeVmo(kPage);
  const zx_handle_t reader = Duplicate(vmo, ZX_RIGHT_READ);
  const zx_handle_t writer = Duplicate(vmo, ZX_RIGHT_WRITE);
  for (const uint32_t op : {ZX_VMO_OP_COMMIT, ZX_VMO_OP_DECOMMIT, ZX_VMO_OP_ZERO}) {
    EXPECT_EQ(Do(reader, op, 0, kPage), ZX_ERR_ACCESS_DENIED) << op;
    EXPECT_EQ(Do(writer, op, 0, kPage), ZX_OK) << op;
  }
  for (const uint32_t op :
       {ZX_VMO_OP_CACHE_SYNC, ZX_VMO_OP_CACHE_CLEAN, ZX_VMO_OP_CACHE_CLEAN_INVALIDATE}) {
    EXPECT_EQ(Do(writer, op, 0, kPage), ZX_ERR_ACCESS_DENIED) << op;
    EXPECT_EQ(Do(reader, op, 0, kPage), ZX_OK) << op;
    EXPECT_EQ(Do(reader, op, 0, 0), ZX_ERR_INVALID_ARGS) << op;
  }
}

TEST(VmoOpTest, UnknownOperationsAreInvalidArgs) {
  const zx_handle_t vmo = MakeVmo(kPage);
  for (const uint32_t op : {0u, 5u, 99u, UINT32_MAX}) {
    EXPECT_EQ(Do(vmo, op, 0, kPage), ZX_ERR_INVALID_ARGS) << op;
  }
}

TEST(VmoOpTest, LocksAreForDiscardableMemoryAsAWhole) {
  EXPECT_EQ(Do(MakeVmo(kPage), ZX_VMO_OP_TRY_LOCK, 0, kPage), ZX_ERR_NOT_SUPPORTED);
  const zx_handle_t vmo = MakeVmo(2 * kPage, ZX_VMO_DISCARDABLE);
  EXPECT_EQ(Do(vmo, ZX_VMO_OP_UNLOCK, 0, 2 * kPage), ZX_ERR_BAD_STATE);
  EXPECT_EQ(Do(vmo, ZX_VMO_OP_TRY_LOCK, 0, kPage), ZX_ERR_OUT_OF_RANGE);
  EXPECT_EQ(Do(vmo, ZX_VMO_OP_TRY_LOCK, 0, 2 * kPage), ZX_OK);
  zx_vmo_lock_state_t state = {9, 9, 9, 9};
  EXPECT_EQ(zx_vmo_op_range(vmo, ZX_VMO_OP_LOCK, 0, 2 * kPage, &state, sizeof(state) - 1),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_vmo_op_range(vmo, ZX_VMO_OP_LOCK, 0, 2 * kPage, &state, sizeof(state)), ZX_OK);
  EXPECT_EQ(state.offset, 0u);
  EXPECT_EQ(state.size, 2 * kPage);
  EXPECT_EQ(state.discarded_size, 0u);
  EXPECT_EQ(Do(vmo, ZX_VMO_OP_UNLOCK, 0, 2 * kPage), ZX_OK);
  EXPECT_EQ(Do(vmo, ZX_VMO_OP_UNLOCK, 0, 2 * kPage), ZX_OK);
  EXPECT_EQ(Do(vmo, ZX_VMO_OP_UNLOCK, 0, 2 * kPage), ZX_ERR_BAD_STATE);
}

TEST(VmoCacheTest, ThePolicyIsSetBeforeItIsUsed) {
  zx_handle_t vmo = MakeVmo(kPage);
  EXPECT_EQ(zx_vmo_set_cache_policy(vmo, 4), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_vmo_set_cache_policy(Without(MakeVmo(kPage), ZX_RIGHT_MAP), 1),
            ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_vmo_set_cache_policy(vmo, ZX_CACHE_POLICY_UNCACHED), ZX_OK);
  EXPECT_EQ(zx_vmo_read(vmo, received, 0, 8), ZX_ERR_BAD_STATE);
  EXPECT_EQ(zx_vmo_write(vmo, sent, 0, 8), ZX_ERR_BAD_STATE);
  vmo = MakeVmo(kPage);
  WriteWord(vmo, 0, 1);
  EXPECT_EQ(zx_vmo_set_cache_policy(vmo, ZX_CACHE_POLICY_UNCACHED), ZX_ERR_BAD_STATE);
}

TEST(VmoExecutableTest, TheRightComesFromTheResource) {
  zx_handle_t executable = ZX_HANDLE_INVALID;
  zx_handle_t vmo = MakeVmo(kPage);
  EXPECT_EQ(zx_vmo_replace_as_executable(vmo, SystemResource(), &executable), ZX_OK);
  EXPECT_FALSE(IsValid(vmo));
  EXPECT_EQ(RightsOf(executable), ZX_DEFAULT_VMO_RIGHTS | ZX_RIGHT_EXECUTE);
  vmo = MakeVmo(kPage);
  EXPECT_EQ(zx_vmo_replace_as_executable(vmo, MakeEvent(), &executable), ZX_ERR_WRONG_TYPE);
  EXPECT_FALSE(IsValid(vmo));
  const zx_handle_t event = MakeEvent();
  EXPECT_EQ(zx_vmo_replace_as_executable(event, SystemResource(), &executable), ZX_ERR_BAD_HANDLE);
  EXPECT_FALSE(IsValid(event));
}

TEST(VmoPhysicalTest, NeedsAResourceForTheAddresses) {
  zx_handle_t vmo = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_vmo_create_physical(SystemResource(), 0x1000'0000, kPage, &vmo),
            ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_vmo_create_physical(MakeEvent(), 0x1000'0000, kPage, &vmo), ZX_ERR_WRONG_TYPE);
  EXPECT_EQ(vmo, ZX_HANDLE_INVALID);
}

}  // namespace
}  // namespace sirocco::zxtest
