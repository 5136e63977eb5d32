// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Page faults, and what threads cost in memory.
#include <zircon/process.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include <vector>

#include "tests/bench/children.h"
#include "tests/bench/entries.h"
#include "tests/bench/sampler.h"
#include "userspace/lib/process/owned_handle.h"

namespace sirocco::bench {
namespace {

using process::OwnedHandle;

constexpr uint64_t kPageSize = 4096;
constexpr uint64_t kLeafTableReach = 512 * kPageSize;

/// Counts a first write to the page at `address`.
uint64_t TimeWrite(uintptr_t address) {
  uint64_t start, end;
  asm volatile(
      "rdcycle %0\n"
      "sd zero, 0(%2)\n"
      "rdcycle %1\n"
      : "=&r"(start), "=&r"(end)
      : "r"(address)
      : "memory");
  return end - start - kEmptyPair;
}

void MeasureFault(Report& report) {
  if (!report.Wants("fault.anonymous")) return;
  OwnedHandle vmo;
  constexpr uint64_t kSize = 2 * kLeafTableReach;
  Check(zx_vmo_create(kSize, 0, vmo.receive()), "creating a VMO");
  zx_vaddr_t address = 0;
  Check(zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, vmo.get(), 0, kSize,
                    &address),
        "mapping a VMO");
  // The whole of one leaf table, which exists from its first page on.
  uintptr_t page = (address + kLeafTableReach - 1) & ~(kLeafTableReach - 1);
  TimeWrite(page);
  report.Measure("fault.anonymous", [&] {
    zx_nanosleep(zx_deadline_after(ZX_USEC(100)));  // An idle hart puts zeroed pages by.
    return TimeWrite(page += kPageSize);
  });
  Check(zx_vmar_unmap(zx_vmar_root_self(), address, kSize), "unmapping a VMO");
}

/// What is in use: not what the heap keeps in slabs from others' time.
uint64_t UsedMemory() {
  zx_info_kmem_stats_t stats = {};
  Check(zx_object_get_info(Environment().statistics.get(), ZX_INFO_KMEM_STATS, &stats,
                           sizeof(stats), nullptr, nullptr),
        "reading memory statistics");
  return stats.total_bytes - stats.free_bytes - stats.free_heap_bytes;
}

OwnedHandle Start(void (*entry)(), zx_vaddr_t stack, uintptr_t arg1, uintptr_t arg2) {
  OwnedHandle thread;
  Check(zx_thread_create(zx_process_self(), "bench", 5, 0, thread.receive()), "creating a thread");
  Check(zx_thread_start(thread.get(), reinterpret_cast<zx_vaddr_t>(entry), stack, arg1, arg2),
        "starting a thread");
  return thread;
}

/// A thread that waits on `event`.
OwnedHandle StartWaiter(zx_handle_t event, zx_vaddr_t stack = 0) {
  return Start(&BenchWaitEntry, stack, event, ZX_EVENT_SIGNALED);
}

void AwaitEnds(const std::vector<OwnedHandle>& threads) {
  for (const OwnedHandle& thread : threads) {
    zx_object_wait_one(thread.get(), ZX_THREAD_TERMINATED, ZX_TIME_INFINITE, nullptr);
  }
}

void Wake(zx_handle_t event, const std::vector<OwnedHandle>& threads) {
  Check(zx_object_signal(event, 0, ZX_EVENT_SIGNALED), "signalling");
  AwaitEnds(threads);
  Check(zx_object_signal(event, ZX_EVENT_SIGNALED, 0), "clearing");
}

/// Threads without a stack that wait on an event: only the kernel's memory is used.
void MeasureThreadMemory(Report& report) {
  constexpr size_t kThreads = 1000;
  if (!report.Wants("memory.thread")) return;
  OwnedHandle event;
  Check(zx_event_create(0, event.receive()), "creating an event");
  {
    // Its calls are looked up in the vDSO, which takes a stack once.
    alignas(16) static std::byte stack[256];
    std::vector<OwnedHandle> first;
    first.push_back(StartWaiter(event.get(), reinterpret_cast<zx_vaddr_t>(stack + sizeof(stack))));
    Wake(event.get(), first);
  }
  std::vector<OwnedHandle> threads(kThreads);
  zx_nanosleep(zx_deadline_after(ZX_MSEC(100)));  // What others left is given back by now.
  const uint64_t before = UsedMemory();
  for (OwnedHandle& thread : threads) thread = StartWaiter(event.get());
  zx_nanosleep(zx_deadline_after(ZX_MSEC(100)));  // All of them wait by now.
  const uint64_t after = UsedMemory();
  for (const OwnedHandle& thread : threads) {
    zx_info_thread_t info = {};
    Check(zx_object_get_info(thread.get(), ZX_INFO_THREAD, &info, sizeof(info), nullptr, nullptr),
          "looking at a thread");
    if (info.state != ZX_THREAD_STATE_BLOCKED_WAIT_ONE) Fail("blocking", ZX_ERR_BAD_STATE);
  }
  Wake(event.get(), threads);
  report.Add("memory.thread", "bytes", {(after - before + kThreads - 1) / kThreads});
}

/// The kernel may not be masked until all that a call asks for is done, if that is much. The figure
/// itself is counted from outside.
///
/// VMOs of many pages, closed in one call: what each close frees is much.
void CloseLargeVmos() {
  constexpr size_t kVmos = 64;
  constexpr uint64_t kPages = 64;
  const std::vector<std::byte> zeros(kPageSize);
  std::vector<zx_handle_t> vmos(kVmos);
  for (zx_handle_t& vmo : vmos) {
    Check(zx_vmo_create(kPages * kPageSize, 0, &vmo), "creating a VMO");
    for (uint64_t page = 0; page < kPages; ++page) {
      Check(zx_vmo_write(vmo, zeros.data(), page * kPageSize, kPageSize), "writing a VMO");
    }
  }
  Check(zx_handle_close_many(vmos.data(), vmos.size()), "closing VMOs");
}

/// Many threads on one futex, woken in one call.
void WakeManyThreads() {
  static zx_futex_t word;
  constexpr size_t kThreads = 300;
  std::vector<OwnedHandle> threads;
  for (size_t i = 0; i < kThreads; ++i) {
    threads.push_back(Start(&BenchFutexEntry, 0, reinterpret_cast<uintptr_t>(&word), 0));
  }
  zx_nanosleep(zx_deadline_after(ZX_MSEC(100)));  // All of them wait by now.
  Check(zx_futex_wake(&word, kThreads), "waking threads");
  AwaitEnds(threads);
}

}  // namespace

void MeasureMemory(Report& report) {
  if (report.Wants("kernel.longest.plain")) {
    CloseLargeVmos();
    WakeManyThreads();
  }
  MeasureFault(report);
  MeasureThreadMemory(report);
}

}  // namespace sirocco::bench
