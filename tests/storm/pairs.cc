// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// pairs COUNT: pairs of threads wake each other by events, COUNT signals in all; each signal wakes
// once.

#include <zircon/syscalls.h>

#include <atomic>

#include "tests/storm/lab.h"

namespace sirocco::storm {
namespace {

constexpr size_t kPairs = 8;
constexpr size_t kStackSize = 4096;

/// Two threads with a signal each way. What one counts the other checks.
struct Pair {
  zx_handle_t there = ZX_HANDLE_INVALID;
  zx_handle_t back = ZX_HANDLE_INVALID;
  uint64_t rounds = 0;
  std::atomic<uint64_t> sent = 0;
  std::atomic<uint64_t> received = 0;
  std::atomic<uint64_t> wrong = 0;
};

Pair pairs[kPairs];
alignas(16) std::byte stacks[2 * kPairs][kStackSize];

bool Signal(zx_handle_t event) { return zx_object_signal(event, 0, ZX_EVENT_SIGNALED) == ZX_OK; }

bool Await(zx_handle_t event) {
  return zx_object_wait_one(event, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr) == ZX_OK &&
         zx_object_signal(event, ZX_EVENT_SIGNALED, 0) == ZX_OK;
}

void Send(void* argument) {
  Pair& pair = *static_cast<Pair*>(argument);
  for (uint64_t i = 1; i <= pair.rounds; ++i) {
    pair.sent = i;
    if (!Signal(pair.there) || !Await(pair.back) || pair.received != i) ++pair.wrong;
  }
}

void Receive(void* argument) {
  Pair& pair = *static_cast<Pair*>(argument);
  for (uint64_t i = 1; i <= pair.rounds; ++i) {
    if (!Await(pair.there) || pair.sent != i) ++pair.wrong;
    pair.received = i;
    if (!Signal(pair.back)) ++pair.wrong;
  }
}

bool IsSignalled(zx_handle_t event) {
  return zx_object_wait_one(event, ZX_EVENT_SIGNALED, 0, nullptr) == ZX_OK;
}

}  // namespace

int RunPairs() {
  const uint64_t rounds = Number(1, 1000) / (2 * kPairs);
  for (auto& stack : stacks) stack[0] = stack[kStackSize - 1] = std::byte{1};  // Our memory.
  const Ledger before = TakeSteadyLedger();
  OwnedHandle threads[2 * kPairs];
  for (Pair& pair : pairs) {
    MUST(zx_event_create(0, &pair.there) == ZX_OK && zx_event_create(0, &pair.back) == ZX_OK);
    pair.rounds = rounds;
  }
  const zx_time_t start = zx_clock_get_monotonic();
  for (size_t i = 0; i < 2 * kPairs; ++i) {
    threads[i] = StartBareThread(i % 2 == 0 ? &Send : &Receive, &pairs[i / 2], stacks[i]);
  }
  for (OwnedHandle& thread : threads) {
    MUST(zx_object_wait_one(thread.get(), ZX_THREAD_TERMINATED, ZX_TIME_INFINITE, nullptr) ==
         ZX_OK);
    thread.reset();
  }
  const zx_duration_t taken = zx_clock_get_monotonic() - start;
  uint64_t sent = 0;
  uint64_t wrong = 0;
  uint64_t left = 0;
  for (Pair& pair : pairs) {
    sent += pair.sent + pair.received;
    wrong += pair.wrong;
    for (zx_handle_t event : {pair.there, pair.back}) {
      left += IsSignalled(event) ? 1 : 0;
      zx_handle_close(event);
    }
  }
  const Ledger after = AwaitLedger(before);
  Print("signals %llu wrong %llu left %llu ns %lld\n", static_cast<unsigned long long>(sent),
        static_cast<unsigned long long>(wrong), static_cast<unsigned long long>(left),
        static_cast<long long>(taken / static_cast<zx_duration_t>(sent)));
  Print(after == before ? "ledger exact\n" : "ledger differs\n");
  after.PrintChangesSince(before);
  return 0;
}

}  // namespace sirocco::storm
