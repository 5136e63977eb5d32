// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Every call, in every way its scenario knows, with its Nth allocation failing, for every N until
// none is left to fail: it succeeds all the same or says NO_MEMORY, and when the process has ended
// nothing of it is left.

#include <gtest/gtest.h>
#include <zircon/errors.h>
#include <zircon/syscalls.h>

#include <cstddef>
#include <string>
#include <vector>

#include "kernel/base/units.h"
#include "kernel/mm/fail_injector.h"
#include "kernel/mm/heap.h"
#include "kernel/mm/physical.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/ledger.h"
#include "kernel/objects/process.h"
#include "tests/support/world.h"
#include "tests/zx/call_table.h"
#include "tests/zx/scenario.h"
#include "tests/zx/stage.h"

namespace sirocco::zx {
namespace {

using support::World;
using Memory = Stage::Memory;

/// All that a kernel can lose.
struct Holdings {
  Ledger::Snapshot ledger;
  uint64_t heap_bytes = 0;
  mm::PhysicalAllocator::Counts pages;
  bool operator==(const Holdings&) const = default;

  static Holdings Take() {
    Holdings now{sirocco::ledger.Take(), mm::heap.usage().used_bytes, mm::physical.counts()};
    // The heap keeps pages for its free objects.
    now.pages.pages[static_cast<size_t>(mm::PageKind::kHeap)] = 0;
    now.pages.pages[static_cast<size_t>(mm::PageKind::kFree)] = 0;
    return now;
  }
};

struct Request {
  const Call* call = nullptr;
  Memory memory = Memory::kProgram;
  uint32_t variant = 0;
  uint64_t nth = 0;  // 0: none fails.
};

struct Finding {
  zx_status_t status = ZX_OK;  // A call that does not come back has none.
  bool is_good = true;
  bool has_failed = false;
  int64_t handles_gone = 0;
  uint32_t consumed = 0;
  uint32_t variants = 1;
  int64_t return_code = -1;
  Holdings after;
};

Request current;
Finding found;
Process* running;

void RunCall() {
  Stage stage(current.memory, current.variant);
  const Scenario scenario = current.call->scenario(stage);
  found.variants = stage.variants();
  found.consumed = scenario.consumed;
  zx_nanosleep(zx_deadline_after(10));
  const uint32_t handles = running->handles().count();
  mm::fail_injector.FailNth(current.nth);
  found.status = Invoke(*current.call, scenario);
  found.has_failed = mm::fail_injector.has_failed();
  mm::fail_injector.FailNth(0);
  found.handles_gone = int64_t{handles} - running->handles().count();
  found.is_good = scenario.IsGood(found.status);
  zx_process_exit(0);
}

Finding Make(World& world, const Request& request) {
  current = request;
  found = Finding();
  {
    RefPtr<Process> process = Stage::Start(world, &RunCall);
    running = process.get();
    found.return_code = world.Await(*process);
    found.has_failed |= mm::fail_injector.has_failed();
    mm::fail_injector.FailNth(0);
  }
  world.RunUntilIdle();
  found.after = Holdings::Take();
  return found;
}

// Consumed handles go even so, unless there was no memory to bring in what names them.
bool HandlesAreGone(const Finding& finding) {
  if (current.memory == Memory::kProgram) return finding.handles_gone == finding.consumed;
  return finding.handles_gone >= 0 && finding.handles_gone <= finding.consumed;
}

class AFailingAllocation : public testing::TestWithParam<const Call*> {
 protected:
  // Returns how many ways there are.
  uint32_t FailEach(Memory memory, uint32_t variant) {
    Request request{GetParam(), memory, variant, 0};
    Make(world_, request);  // Caches are filled.
    const Finding good = Make(world_, request);
    EXPECT_TRUE(good.is_good) << good.status;
    EXPECT_EQ(good.return_code, 0);
    for (request.nth = 1;; ++request.nth) {
      SCOPED_TRACE("allocation " + std::to_string(request.nth) + " of variant " +
                   std::to_string(variant) + (memory == Memory::kMapped ? ", mapped" : ""));
      const Finding finding = Make(world_, request);
      EXPECT_TRUE(finding.after == good.after);
      EXPECT_EQ(finding.return_code, 0);
      EXPECT_TRUE(finding.is_good || finding.status == ZX_ERR_NO_MEMORY) << finding.status;
      EXPECT_TRUE(finding.is_good || GetParam()->Declares(ZX_ERR_NO_MEMORY));
      EXPECT_TRUE(finding.is_good || HandlesAreGone(finding)) << finding.handles_gone;
      if (!finding.has_failed) {
        EXPECT_TRUE(finding.is_good) << finding.status;
        failures_ += request.nth - 1;
        return good.variants;
      }
      if (HasFailure()) return good.variants;
    }
  }

  World world_;
  uint64_t failures_ = 0;
};

TEST_P(AFailingAllocation, GivesNoMemoryAndLeavesNothingBehind) {
  for (const Memory memory : {Memory::kProgram, Memory::kMapped}) {
    uint32_t variants = 1;
    for (uint32_t variant = 0; variant < variants; ++variant) variants = FailEach(memory, variant);
  }
  RecordProperty("figure", std::to_string(failures_) + " failures");
}

std::vector<const Call*> EveryCall() {
  std::vector<const Call*> calls;
  for (const Call& call : AllCalls()) calls.push_back(&call);
  return calls;
}

INSTANTIATE_TEST_SUITE_P(Calls, AFailingAllocation, testing::ValuesIn(EveryCall()),
                         [](const auto& info) { return info.param->name; });

zx_status_t shrunk;
uint64_t size_after;
std::byte shown;

void ShrinkAndGrow() {
  Stage stage;
  const zx_handle_t vmo = Stage::NewVmo(2 * kPageSize, ZX_VMO_RESIZABLE);
  const std::byte mark{1};
  zx_vmo_write(vmo, &mark, kPageSize, 1);
  mm::fail_injector.FailNth(current.nth);
  shrunk = zx_vmo_set_size(vmo, kPageSize);
  found.has_failed = mm::fail_injector.has_failed();
  mm::fail_injector.FailNth(0);
  zx_vmo_get_size(vmo, &size_after);
  zx_vmo_set_size(vmo, 2 * kPageSize);
  zx_vmo_read(vmo, &shown, kPageSize, 1);
}

// Pages that stayed behind would be seen when it grows again.
TEST(AShrinkingObject, KeepsSizeAndPagesOrNeither) {
  World world;
  for (current.nth = 1;; ++current.nth) {
    world.Await(*Stage::Start(world, &ShrinkAndGrow));
    const bool is_done = shrunk == ZX_OK;
    EXPECT_TRUE(is_done || shrunk == ZX_ERR_NO_MEMORY) << shrunk;
    EXPECT_EQ(size_after, is_done ? kPageSize : 2 * kPageSize);
    EXPECT_EQ(shown, std::byte{!is_done});
    if (!found.has_failed) break;
  }
  EXPECT_EQ(shrunk, ZX_OK);
}

}  // namespace
}  // namespace sirocco::zx
