// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// The invalid-argument matrix: every argument of every call, spoiled in every way that the call
// table knows. A cell is a call that would succeed but for one argument. It gives the declared
// error, changes nothing but for handles that are consumed, and ends nothing.

#include <gtest/gtest.h>
#include <zircon/errors.h>
#include <zircon/rights.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include <cstdint>
#include <string>
#include <vector>

#include "kernel/arch/page_table.h"
#include "kernel/base/kassert.h"
#include "kernel/base/units.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/ledger.h"
#include "tests/support/world.h"
#include "tests/zx/call_table.h"
#include "tests/zx/scenario.h"
#include "tests/zx/stage.h"

namespace sirocco::zx {
namespace {

using support::World;
using Kind = Argument::Kind;

enum class Fault : uint8_t {
  kNone,
  kBadHandle,
  kWrongType,
  kMissingRight,
  kUnknownOption,
  kNullPointer,
  kUnmapped,
  kHalfMapped,
  kNotUserMemory,
  kMisaligned,
  kReadOnly,
  kNoAccess,
};

struct Cell {
  const Call* call;
  size_t argument;
  Fault fault;
  uint64_t which;  // Of the values of that fault: a type, a right, an option's bit.
};

// --- What there is to spoil. ---

enum BadHandle : uint64_t { kInvalid, kClosed, kNeverMade, kWithoutFixedBits, kBadHandles };

constexpr zx_obj_type_t kTypes[] = {
    ZX_OBJ_TYPE_CHANNEL,   ZX_OBJ_TYPE_DEBUGLOG, ZX_OBJ_TYPE_EVENT, ZX_OBJ_TYPE_EVENTPAIR,
    ZX_OBJ_TYPE_INTERRUPT, ZX_OBJ_TYPE_JOB,      ZX_OBJ_TYPE_PORT,  ZX_OBJ_TYPE_PROCESS,
    ZX_OBJ_TYPE_RESOURCE,  ZX_OBJ_TYPE_THREAD,   ZX_OBJ_TYPE_TIMER, ZX_OBJ_TYPE_VMAR,
    ZX_OBJ_TYPE_VMO,
};

constexpr uint64_t kNotUser[] = {
    arch::kUserBase - kPageSize,  // Below.
    arch::kUserEnd,               // Not canonical, on the machine.
    0xffff'ffc0'0000'0000,        // The kernel's half.
    ~uint64_t{0} - 1,             // Past the end of all addresses.
};

bool IsHandle(const Argument& argument) {
  return argument.kind == Kind::kHandle || argument.kind == Kind::kObject;
}

// The values of `fault` that `argument` can take.
std::vector<uint64_t> ValuesOf(Fault fault, const Argument& argument) {
  std::vector<uint64_t> values;
  const auto count = [&values](uint64_t first, uint64_t end) {
    for (uint64_t value = first; value < end; ++value) values.push_back(value);
  };
  const bool is_optional = (argument.flags & kOptional) != 0;
  const bool is_pointer = argument.kind == Kind::kPointer;
  switch (fault) {
    case Fault::kNone:
      break;
    case Fault::kBadHandle:
      if (IsHandle(argument)) count(is_optional ? kClosed : kInvalid, kBadHandles);
      break;
    case Fault::kWrongType:
      if (argument.kind != Kind::kObject || argument.type == ZX_OBJ_TYPE_NONE) break;
      for (const zx_obj_type_t type : kTypes) {
        if (type != argument.type) values.push_back(type);
      }
      break;
    case Fault::kMissingRight:
      for (uint32_t bit = 0; bit < 32; ++bit) {
        const bool is_needed = (argument.bits >> bit & 1) != 0;
        if (argument.kind == Kind::kObject && is_needed) values.push_back(uint64_t{1} << bit);
      }
      break;
    case Fault::kUnknownOption:
      for (uint32_t bit = 0; bit < 32; ++bit) {
        const bool is_known = (argument.bits >> bit & 1) != 0;
        if (argument.kind == Kind::kOptions && !is_known) values.push_back(uint64_t{1} << bit);
      }
      break;
    case Fault::kNullPointer:
      if (is_pointer && !is_optional && (argument.flags & (kReadWrite | kAligned)) != 0)
        count(0, 1);
      break;
    case Fault::kNotUserMemory:
      if (is_pointer && (argument.flags & (kReadWrite | kAligned)) != 0)
        count(0, std::size(kNotUser));
      break;
    case Fault::kMisaligned:
      if ((argument.flags & kAligned) != 0) count(1, sizeof(zx_futex_t));
      break;
    case Fault::kUnmapped:
    case Fault::kHalfMapped:
    case Fault::kNoAccess:
      if (is_pointer && (argument.flags & kReadWrite) != 0) count(0, 1);
      break;
    case Fault::kReadOnly:
      if (is_pointer && (argument.flags & kWrite) != 0) count(0, 1);
      break;
  }
  return values;
}

std::vector<Cell> CellsOf(Fault fault) {
  std::vector<Cell> cells;
  for (const Call& call : AllCalls()) {
    for (size_t i = 0; i < call.arguments.size(); ++i) {
      for (const uint64_t which : ValuesOf(fault, call.arguments[i])) {
        cells.push_back({&call, i, fault, which});
      }
    }
  }
  return cells;
}

zx_status_t ExpectedError(const Cell& cell) {
  const Argument& argument = cell.call->arguments[cell.argument];
  switch (cell.fault) {
    case Fault::kNone:
      return ZX_OK;
    case Fault::kBadHandle:
      return ZX_ERR_BAD_HANDLE;
    case Fault::kWrongType:
      return ZX_ERR_WRONG_TYPE;
    case Fault::kMissingRight:
      return ZX_ERR_ACCESS_DENIED;
    case Fault::kReadOnly:
    case Fault::kNoAccess:
      return argument.forbidden;
    default:
      return argument.refused;
  }
}

// --- Spoiling, by the program. ---

zx_handle_t MakeBadHandle(uint64_t which) {
  const zx_handle_t event = Stage::New(ZX_OBJ_TYPE_EVENT);
  zx_handle_close(event);
  switch (which) {
    case kInvalid:
      return ZX_HANDLE_INVALID;
    case kClosed:
      return event;
    case kNeverMade:
      return event ^ 0x5a5a'5a5c;
    default:
      return event & ~zx_handle_t{ZX_HANDLE_FIXED_BITS_MASK};
  }
}

zx_handle_t WithoutRight(zx_handle_t handle, zx_rights_t right) {
  zx_info_handle_basic_t info = {};
  PANIC_UNLESS(zx_object_get_info(handle, ZX_INFO_HANDLE_BASIC, &info, sizeof(info), nullptr,
                                  nullptr) == ZX_OK);
  PANIC_UNLESS((info.rights & right) != 0);
  zx_handle_t weaker = ZX_HANDLE_INVALID;
  PANIC_UNLESS(zx_handle_replace(handle, info.rights & ~right, &weaker) == ZX_OK);
  return weaker;
}

// Four pages of which the first, with these permissions, holds what was at `good`.
uint64_t MapPageLike(const Stage& stage, uint64_t good, zx_vm_option_t permissions) {
  const zx_handle_t vmo = Stage::NewVmo(8 * kPageSize);
  const auto piece = stage.PieceAt(good);
  if (!piece.empty()) PANIC_UNLESS(zx_vmo_write(vmo, piece.data(), 0, piece.size()) == ZX_OK);
  zx_vaddr_t address = 0;
  PANIC_UNLESS(zx_vmar_map(Stage::New(ZX_OBJ_TYPE_VMAR), permissions, 0, vmo, 0, 8 * kPageSize,
                           &address) == ZX_OK);
  return address;
}

// The end of a page with no page behind it: the region is larger than what is mapped there.
uint64_t EndOfMappedPage() {
  zx_handle_t vmar = ZX_HANDLE_INVALID;
  zx_vaddr_t base = 0;
  zx_vaddr_t address = 0;
  PANIC_UNLESS(zx_vmar_allocate(Stage::vmar(),
                                ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_SPECIFIC,
                                0, 16 * kPageSize, &vmar, &base) == ZX_OK);
  PANIC_UNLESS(zx_vmar_map(vmar, ZX_VM_PERM_READ | ZX_VM_PERM_WRITE | ZX_VM_SPECIFIC, 0,
                           Stage::NewVmo(kPageSize), 0, kPageSize, &address) == ZX_OK);
  return address + kPageSize;
}

uint64_t Spoil(const Cell& cell, const Stage& stage, uint64_t good) {
  switch (cell.fault) {
    case Fault::kBadHandle:
      return MakeBadHandle(cell.which);
    case Fault::kWrongType:
      return Stage::New(static_cast<zx_obj_type_t>(cell.which));
    case Fault::kMissingRight:
      return WithoutRight(static_cast<zx_handle_t>(good), static_cast<zx_rights_t>(cell.which));
    case Fault::kUnknownOption:
      return good | cell.which;
    case Fault::kNullPointer:
      return 0;
    case Fault::kNotUserMemory:
      return kNotUser[cell.which];
    case Fault::kMisaligned:
      return good + cell.which;
    case Fault::kUnmapped:
      return EndOfMappedPage() + kPageSize;
    case Fault::kHalfMapped:
      return EndOfMappedPage() - stage.PieceAt(good).size() / 2;
    case Fault::kReadOnly:
      return MapPageLike(stage, good, ZX_VM_PERM_READ);
    case Fault::kNoAccess:
      return MapPageLike(stage, good, 0);
    case Fault::kNone:
      break;
  }
  return good;
}

// --- A cell. ---

struct Finding {
  zx_status_t status = ZX_ERR_INTERNAL;
  bool is_good = false;  // The status of a call of which nothing was spoiled.
  int64_t handles_gone = 0;
  int64_t expected_gone = 0;
  bool outputs_are_untouched = false;
  bool objects_are_the_same = false;
  int64_t return_code = -1;
};

Cell current;
Finding found;
Process* running;

// What died is gone, and whoever helps has come to its wait.
void Settle() {
  for (int i = 0; i < 3; ++i) zx_nanosleep(zx_deadline_after(10));
}

void RunCell() {
  Stage stage;
  Scenario scenario = current.call->scenario(stage);
  if (current.fault != Fault::kNone) {
    uint64_t& word = scenario.arguments[current.argument];
    word = Spoil(current, stage, word);
    // What names the handles is what we spoiled: they stay.
    const bool is_named = (current.call->arguments[current.argument].flags & kConsumed) != 0;
    found.expected_gone = is_named ? 0 : scenario.consumed;
  }
  Settle();
  const Ledger::Snapshot before = ledger.Take();
  const uint32_t handles_before = running->handles().count();
  found.status = Invoke(*current.call, scenario);
  found.is_good = scenario.IsGood(found.status);
  found.handles_gone = int64_t{handles_before} - running->handles().count();
  Settle();
  found.objects_are_the_same = ledger.Take().objects == before.objects;
  found.outputs_are_untouched = stage.is_untouched();
  zx_process_exit(0);
}

Finding MakeSpoiled(const Cell& cell) {
  World world;
  current = cell;
  found = Finding();
  RefPtr<Process> process = Stage::Start(world, &RunCell);
  running = process.get();
  found.return_code = world.Await(*process);
  return found;
}

std::string NameOf(const testing::TestParamInfo<Cell>& info) {
  const Cell& cell = info.param;
  return std::string(cell.call->name) + "_" + std::to_string(cell.argument) + "_" +
         std::to_string(cell.which);
}

class InvalidArgument : public testing::TestWithParam<Cell> {
 protected:
  void ExpectRefusal() {
    const Cell& cell = GetParam();
    const zx_status_t expected = ExpectedError(cell);
    EXPECT_TRUE(cell.call->Declares(expected)) << expected;
    const Finding finding = MakeSpoiled(cell);
    EXPECT_EQ(finding.status, expected);
    EXPECT_EQ(finding.handles_gone, finding.expected_gone);
    EXPECT_TRUE(finding.outputs_are_untouched);
    EXPECT_TRUE(finding.objects_are_the_same || finding.expected_gone != 0);
    EXPECT_EQ(finding.return_code, 0);
  }
};

#define MATRIX(claim, fault)                                     \
  class claim : public InvalidArgument {};                       \
  TEST_P(claim, IsRefusedAndChangesNothing) { ExpectRefusal(); } \
  INSTANTIATE_TEST_SUITE_P(Calls, claim, testing::ValuesIn(CellsOf(Fault::fault)), NameOf)

MATRIX(ABadHandle, kBadHandle);
MATRIX(AHandleOfAnotherType, kWrongType);
MATRIX(AHandleWithoutTheRight, kMissingRight);
MATRIX(AnUnknownOption, kUnknownOption);
MATRIX(ANullPointer, kNullPointer);
MATRIX(APointerOutsideUserMemory, kNotUserMemory);
MATRIX(APointerToNothing, kUnmapped);
MATRIX(APointerWithNothingBehindIt, kHalfMapped);
MATRIX(AMisalignedFutex, kMisaligned);
MATRIX(AnOutputThatIsReadOnly, kReadOnly);
MATRIX(APointerToMemoryWithoutPermissions, kNoAccess);

// What the cells above spoil is good: else they would show nothing.
class AnUnspoiledCall : public testing::TestWithParam<const Call*> {};

std::vector<const Call*> CallsThatComeBack() {
  std::vector<const Call*> calls;
  for (const Call& call : AllCalls()) {
    if (!call.arguments.empty()) calls.push_back(&call);
  }
  return calls;
}

TEST_P(AnUnspoiledCall, Succeeds) {
  const Finding finding = MakeSpoiled({GetParam(), 0, Fault::kNone, 0});
  EXPECT_TRUE(finding.is_good) << finding.status;
  EXPECT_EQ(finding.return_code, 0);
}
INSTANTIATE_TEST_SUITE_P(Calls, AnUnspoiledCall, testing::ValuesIn(CallsThatComeBack()),
                         [](const auto& info) { return info.param->name; });

}  // namespace
}  // namespace sirocco::zx
