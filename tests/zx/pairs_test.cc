// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Threads that wake one another, on four harts that are threads of the host: nothing is lost,
// nothing comes twice. Under ThreadSanitizer too, with fewer rounds.

#include <gtest/gtest.h>
#include <zircon/errors.h>
#include <zircon/syscalls.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

#include "kernel/base/kassert.h"
#include "kernel/base/ref_ptr.h"
#include "kernel/objects/ledger.h"
#include "kernel/objects/process.h"
#include "tests/support/world.h"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define SIROCCO_SANITIZED 1
#endif
#endif

namespace sirocco {
namespace {

using support::World;

#ifdef SIROCCO_SANITIZED
constexpr uint64_t kPairs = 20'000;
#else
constexpr uint64_t kPairs = 1'000'000;
#endif
constexpr uint64_t kCouples = 4;  // Of threads, each with an event to wait on.
constexpr uint64_t kRounds = kPairs / 2 / kCouples;

struct Couple {
  zx_handle_t events[2];
  std::atomic<uint64_t> waits[2];
};
std::array<Couple, kCouples> couples;
std::atomic<uint64_t> running;

void Must(zx_status_t status) { PANIC_UNLESS(status == ZX_OK); }

void Signal(zx_handle_t event) { Must(zx_object_signal(event, 0, ZX_EVENT_SIGNALED)); }

void AwaitAndClear(zx_handle_t event) {
  zx_signals_t observed = 0;
  Must(zx_object_wait_one(event, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, &observed));
  PANIC_UNLESS((observed & ZX_EVENT_SIGNALED) != 0);
  Must(zx_object_signal(event, ZX_EVENT_SIGNALED, 0));
}

// One of a couple: 0 begins each round, 1 answers.
void Partner(uint64_t which, uint64_t side) {
  Couple& couple = couples[which];
  for (uint64_t round = 0; round < kRounds; ++round) {
    if (side == 0) Signal(couple.events[1]);
    AwaitAndClear(couple.events[side]);
    couple.waits[side].fetch_add(1, std::memory_order_relaxed);
    if (side == 1) Signal(couple.events[0]);
  }
  if (running.fetch_sub(1) == 1) zx_process_exit(0);
  zx_thread_exit();
}

void StartPartner(uint64_t which, uint64_t side) {
  zx_handle_t thread = ZX_HANDLE_INVALID;
  Must(zx_thread_create(World::Self(), "partner", 7, 0, &thread));
  Must(zx_thread_start(thread, reinterpret_cast<uintptr_t>(&Partner), 0, which, side));
}

void StartCouples() {
  running = 2 * kCouples;
  for (uint64_t which = 0; which < kCouples; ++which) {
    for (zx_handle_t& event : couples[which].events) Must(zx_event_create(0, &event));
    for (auto& waits : couples[which].waits) waits = 0;
  }
  for (uint64_t which = 0; which < kCouples; ++which) {
    StartPartner(which, 0);
    StartPartner(which, 1);
  }
  zx_thread_exit();
}

TEST(SignalAndWaitTest, AMillionPairsOnFourHartsLoseNothing) {
  const Ledger::Snapshot before = ledger.Take();
  {
    World world(4);
    EXPECT_EQ(world.Run(&StartCouples), 0);
  }
  uint64_t pairs = 0;
  for (const Couple& couple : couples) {
    for (const auto& waits : couple.waits) {
      EXPECT_EQ(waits, kRounds);
      pairs += waits;
    }
  }
  EXPECT_EQ(pairs, kPairs);
  EXPECT_TRUE(ledger.Take() == before);
  RecordProperty("figure", std::to_string(pairs) + " pairs");
}

}  // namespace
}  // namespace sirocco
