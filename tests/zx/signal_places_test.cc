// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Where a thread that waits for signals gets them: whoever sets the signal stores them, on any
// hart, wherever the place is; or the waiter itself, if it is not there.

#include <zircon/syscalls.h>

#include <cstring>

#include "tests/zx/objects.h"
#include "tests/zx/places.h"
#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {
namespace {

Memory memory;

// A page of its own, which nobody has touched.
zx_handle_t MapPage(zx_vaddr_t* address) {
  const zx_handle_t vmo = MakeVmo(kPage);
  EXPECT_EQ(zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, vmo, 0, kPage,
                        address),
            ZX_OK);
  return vmo;
}

zx_handle_t waited_event;
zx_status_t event_status;

zx_handle_t StartEventWaiter(zx_signals_t* place) {
  const zx_handle_t thread = StartThread(
      [](uint64_t address) {
        event_status = zx_object_wait_one(waited_event, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE,
                                          Pointer<zx_signals_t>(address));
      },
      reinterpret_cast<uintptr_t>(place));
  AwaitBlocked(thread, ZX_THREAD_STATE_BLOCKED_WAIT_ONE);
  return thread;
}

void EndEventWaiter(zx_handle_t thread) {
  EXPECT_EQ(zx_object_signal(waited_event, 0, ZX_EVENT_SIGNALED), ZX_OK);
  EXPECT_EQ(zx_object_signal(waited_event, ZX_EVENT_SIGNALED, 0), ZX_OK);
  AwaitEnd(thread);
}

TEST(SignalPlacesTest, AWaiterGetsItsSignalsAtEveryPlace) {
  waited_event = MakeEvent();
  constexpr uint32_t kSize = sizeof(zx_signals_t);
  for (const uint32_t to : {kSize, kSize + 8, kSize + 1, kSize - 1, 1u}) {
    std::memset(memory.bytes, kUntouched, sizeof(memory.bytes));
    EndEventWaiter(StartEventWaiter(memory.At<zx_signals_t>(to)));
    EXPECT_EQ(event_status, ZX_OK);
    EXPECT_EQ(LoadCount(memory.At(to)), ZX_EVENT_SIGNALED) << to;
    EXPECT_EQ(memory.At(to)[kSize], kUntouched);
    EXPECT_EQ(*(memory.At(to) - 1), kUntouched);
  }
  EndEventWaiter(StartEventWaiter(nullptr));
  EXPECT_EQ(event_status, ZX_OK);
}

TEST(SignalPlacesTest, AWaiterWhosePlaceIsMissingHasItBroughtIn) {
  waited_event = MakeEvent();
  zx_vaddr_t page = 0;
  const zx_handle_t vmo = MapPage(&page);
  EndEventWaiter(StartEventWaiter(Pointer<zx_signals_t>(page + 16)));
  EXPECT_EQ(event_status, ZX_OK);
  zx_signals_t observed = 0;
  EXPECT_EQ(zx_vmo_read(vmo, &observed, 16, sizeof(observed)), ZX_OK);
  EXPECT_EQ(observed, ZX_EVENT_SIGNALED);
}

TEST(SignalPlacesTest, AWaiterWhosePlaceWentGetsAnErrorAndTheNextOneItsSignals) {
  waited_event = MakeEvent();
  zx_vaddr_t page = 0;
  const zx_handle_t vmo = MapPage(&page);
  Store(page, 1);
  const zx_handle_t thread = StartEventWaiter(Pointer<zx_signals_t>(page));
  ASSERT_EQ(zx_vmar_unmap(zx_vmar_root_self(), page, kPage), ZX_OK);
  EndEventWaiter(thread);
  EXPECT_EQ(event_status, ZX_ERR_INVALID_ARGS);
  uint64_t word = 0;
  EXPECT_EQ(zx_vmo_read(vmo, &word, 0, sizeof(word)), ZX_OK);
  EXPECT_EQ(word, 1u);
  EndEventWaiter(StartEventWaiter(memory.At<zx_signals_t>(64)));
  EXPECT_EQ(event_status, ZX_OK);
  EXPECT_EQ(LoadCount(memory.At(64)), ZX_EVENT_SIGNALED);
}

}  // namespace
}  // namespace sirocco::zxtest
