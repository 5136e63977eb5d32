// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// blocked: 1,000 threads wait on events of their own; tells what the kernel has for them meanwhile.

#include <zircon/syscalls.h>

#include "tests/storm/lab.h"

namespace sirocco::storm {
namespace {

constexpr size_t kThreads = 1000;
constexpr size_t kStackSize = 1024;

zx_handle_t events[kThreads];
OwnedHandle threads[kThreads];
alignas(16) std::byte stacks[kThreads][kStackSize];

void WaitFor(void* argument) {
  const zx_handle_t event = *static_cast<zx_handle_t*>(argument);
  zx_object_wait_one(event, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr);
}

uint64_t KernelBytes() {
  const zx_info_kmem_stats_t memory = KernelMemory();
  return memory.wired_bytes + memory.total_heap_bytes - memory.free_heap_bytes +
         memory.mmu_overhead_bytes + memory.ipc_bytes + memory.other_bytes;
}

void StartThreads() {
  for (size_t i = 0; i < kThreads; ++i) {
    threads[i] = StartBareThread(&WaitFor, &events[i], stacks[i]);
  }
  for (const OwnedHandle& thread : threads) {
    zx_info_thread_t info = {};
    for (;;) {
      MUST(zx_object_get_info(thread.get(), ZX_INFO_THREAD, &info, sizeof(info), nullptr,
                              nullptr) == ZX_OK);
      if (info.state == ZX_THREAD_STATE_BLOCKED_WAIT_ONE) break;
      zx_nanosleep(zx_deadline_after(ZX_MSEC(1)));
    }
  }
}

void EndThreads() {
  for (size_t i = 0; i < kThreads; ++i) {
    MUST(zx_object_signal(events[i], 0, ZX_EVENT_SIGNALED) == ZX_OK);
    MUST(zx_object_wait_one(threads[i].get(), ZX_THREAD_TERMINATED, ZX_TIME_INFINITE, nullptr) ==
         ZX_OK);
    MUST(zx_object_signal(events[i], ZX_EVENT_SIGNALED, 0) == ZX_OK);
    threads[i].reset();
  }
}

}  // namespace

int RunBlocked() {
  for (zx_handle_t& event : events) MUST(zx_event_create(0, &event) == ZX_OK);
  // Once before anything is counted: our own memory, and a table for that many handles.
  StartThreads();
  EndThreads();
  const Ledger before = TakeSteadyLedger();
  const uint64_t bytes_before = KernelBytes();
  StartThreads();
  const Ledger during = TakeLedger();
  Print("stacks %lld threads %lld bytes %llu\n", static_cast<long long>(during.Of("kernel stacks")),
        static_cast<long long>(during.Of("thread") - before.Of("thread")),
        static_cast<unsigned long long>((KernelBytes() - bytes_before) / kThreads));
  EndThreads();
  const Ledger after = AwaitLedger(before);
  Print(after == before ? "ledger exact\n" : "ledger differs\n");
  after.PrintChangesSince(before);
  return 0;
}

}  // namespace sirocco::storm
