// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "kernel/arch/host/software_mmu.h"
#include "kernel/arch/physical_memory.h"
#include "kernel/async/task.h"
#include "kernel/mm/fail_injector.h"
#include "kernel/mm/heap.h"
#include "kernel/mm/physical.h"
#include "tests/support/harts.h"

namespace sirocco::mm {

/// One hart and all memory of the host's machine. Every test ends with the pages it began with.
class MemoryTest : public ::testing::Test {
 protected:
  explicit MemoryTest(uint32_t hart_count = 1) {
    static const bool is_initialised = [] {
      physical.Init(arch::Ram(), arch::FreeRam());
      return true;
    }();
    static_cast<void>(is_initialised);
    arch::SoftwareMmu::SetFrameCheck(
        [](PhysAddr frame) { return physical.PageAt(frame).kind != PageKind::kFree; });
    harts_ = std::make_unique<support::Harts>(hart_count);
    before_ = Settled();
    heap_before_ = heap.usage().used_bytes;
  }
  ~MemoryTest() override {
    fail_injector.FailNth(0);
    const PhysicalAllocator::Counts after = Settled();
    for (const PageKind kind : {PageKind::kWired, PageKind::kVmo, PageKind::kPageTable}) {
      EXPECT_EQ(after.of(kind), before_.of(kind)) << "pages of kind " << static_cast<int>(kind);
    }
    EXPECT_EQ(heap.usage().used_bytes, heap_before_);
    EXPECT_EQ(physical.counts().total, before_.total);
  }

  support::Harts& harts() { return *harts_; }

  /// Runs this hart's work and every grace period; what magazines hold goes back.
  PhysicalAllocator::Counts Settled() {
    harts_->RunUntilIdle();
    heap.Trim();
    return physical.counts();
  }
  uint64_t PagesOf(PageKind kind) { return Settled().of(kind); }

  /// Runs a coroutine to its end.
  template <typename T>
  T Await(Task<T> task) {
    struct Ending : async::TaskStart {
      Ending() : TaskStart([](TaskStart& start) { static_cast<Ending&>(start).has_come = true; }) {}
      bool has_come = false;
    } ending;
    if (!task.Start(ending)) {
      while (!ending.has_come) harts_->executor(0).Turn(false);
    }
    return task.TakeResult();
  }

  /// Calls `operation()` with its first allocation failing, then its second ... until none does;
  /// it answers ZX_ERR_NO_MEMORY every time but the last, when it answers ZX_OK. Returns how many
  /// failed.
  template <typename Operation>
  uint32_t FailEachAllocation(Operation operation) {
    for (uint32_t nth = 1;; ++nth) {
      heap.Trim();
      fail_injector.FailNth(nth);
      const zx_status_t status = operation();
      const bool has_failed = fail_injector.has_failed();
      fail_injector.FailNth(0);
      EXPECT_EQ(status, has_failed ? ZX_ERR_NO_MEMORY : ZX_OK) << "allocation " << nth;
      if (!has_failed || nth == 100) return nth - 1;
    }
  }

 private:
  std::unique_ptr<support::Harts> harts_;
  PhysicalAllocator::Counts before_;
  uint64_t heap_before_ = 0;
};

}  // namespace sirocco::mm
