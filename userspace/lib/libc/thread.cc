// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0

// Threads beneath musl: what its clone(), exit() and __unmapself() do on Linux. musl owns the
// stack and what is on it; we own the handle.

#include <errno.h>
#include <pthread.h>
#include <threads.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>
#include <zircon/threads.h>

#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "userspace/lib/libc/calls.h"
#include "userspace/lib/runtime/startup.h"

extern "C" {

[[gnu::visibility("hidden")]] void __sirocco_thread_entry();

/// musl's: releases the lock of the list of threads.
[[gnu::visibility("hidden")]] void __tl_unlock();

/// third_party/musl/port: the tid of a thread that has not been joined.
int __sirocco_tid_of(pthread_t thread);
}

namespace sirocco::libc {
namespace {

constexpr std::string_view kThreadName = "thread";

/// Of the thread itself; the first thread's is found when it is asked for.
struct Self {
  zx_handle_t handle = ZX_HANDLE_INVALID;
  int* exit_word = nullptr;  // Cleared and woken when the thread has left its stack.
};
constinit thread_local Self t_self;

/// At the top of a new thread's stack. start.S knows that `thread_pointer` is the first.
struct alignas(16) ThreadStart {
  uintptr_t thread_pointer;
  int (*function)(void*);
  void* argument;
  zx_handle_t handle;
  int* exit_word;
};
static_assert(offsetof(ThreadStart, thread_pointer) == 0);

zx_handle_t SelfHandle() {
  // New threads are told theirs; the first one's came with the bootstrap message.
  if (t_self.handle == ZX_HANDLE_INVALID) t_self.handle = runtime::FirstThread();
  return t_self.handle;
}

/// Of a first thread whose creator kept its handle to itself. 0 would mean an unlocked mutex.
constexpr int kUnknownTid = 1;

/// A tid is a handle without the bits that all handles share: positive, below 2^30 as musl's
/// mutexes want it, and no two threads have the same.
int TidOf(zx_handle_t handle) {
  return handle == ZX_HANDLE_INVALID ? kUnknownTid : static_cast<int>(handle >> 2);
}

zx_handle_t HandleOf(int tid) {
  if (tid == kUnknownTid) return ZX_HANDLE_INVALID;
  return static_cast<zx_handle_t>(tid) << 2 | ZX_HANDLE_FIXED_BITS_MASK;
}

/// Starts `start`'s thread below `start`. Consumes nothing on failure.
zx_status_t Start(ThreadStart* start, int* tid) {
  zx_handle_t handle = ZX_HANDLE_INVALID;
  zx_status_t status =
      zx_thread_create(zx_process_self(), kThreadName.data(), kThreadName.size(), 0, &handle);
  if (status != ZX_OK) return status;
  start->handle = handle;
  *tid = TidOf(handle);  // Before the thread can look at it.
  status =
      zx_thread_start(handle, reinterpret_cast<zx_vaddr_t>(&__sirocco_thread_entry),
                      reinterpret_cast<zx_vaddr_t>(start), reinterpret_cast<uintptr_t>(start), 0);
  if (status != ZX_OK) zx_handle_close(handle);
  return status;
}

}  // namespace

long GetTid() { return TidOf(SelfHandle()); }

long SetTidAddress(int* word) {
  t_self.exit_word = word;
  return GetTid();
}

void ExitThread() {
  static constinit int nobody_waits = 0;
  int* const word = t_self.exit_word != nullptr ? t_self.exit_word : &nobody_waits;
  // From the store of 0 on, whoever joins may unmap this stack.
  zx_futex_wake_handle_close_thread_exit(word, 1, 0, t_self.handle);
  __builtin_unreachable();
}

}  // namespace sirocco::libc

using sirocco::libc::ThreadStart;

extern "C" {

/// musl calls it from pthread_create only: the new thread shares all, and has `flags` to say so.
/// The variable arguments are int* parent_tid, void* thread_pointer, int* exit_word.
[[gnu::visibility("hidden")]] int __clone(int (*function)(void*), void* stack, int, void* argument,
                                          ...) {
  va_list rest;
  va_start(rest, argument);
  int* const tid = va_arg(rest, int*);
  void* const thread_pointer = va_arg(rest, void*);
  int* const exit_word = va_arg(rest, int*);
  va_end(rest);
  const uintptr_t top = reinterpret_cast<uintptr_t>(stack) & ~uintptr_t{15};
  auto* const start = reinterpret_cast<ThreadStart*>(top - sizeof(ThreadStart));
  *start = {reinterpret_cast<uintptr_t>(thread_pointer), function, argument, ZX_HANDLE_INVALID,
            exit_word};
  return sirocco::libc::Start(start, tid) == ZX_OK ? *tid : -EAGAIN;
}

[[noreturn, gnu::visibility("hidden")]] void __sirocco_thread_main(ThreadStart* start) {
  sirocco::libc::t_self = {start->handle, start->exit_word};
  start->function(start->argument);
  sirocco::libc::ExitThread();
}

/// The end of a detached thread, whose stack nobody else will unmap.
[[noreturn, gnu::visibility("hidden")]] void __unmapself(void* base, size_t size) {
  // On Linux the kernel would release this lock after the thread's last instruction; nobody looks
  // at a detached thread any more, so it may as well be done while there is a stack.
  __tl_unlock();
  zx_vmar_unmap_handle_close_thread_exit(zx_vmar_root_self(), reinterpret_cast<zx_vaddr_t>(base),
                                         size, sirocco::libc::t_self.handle);
  __builtin_trap();
}

zx_handle_t _zx_thread_self() { return sirocco::libc::SelfHandle(); }
zx_handle_t zx_thread_self() { return sirocco::libc::SelfHandle(); }

zx_handle_t thrd_get_zx_handle(thrd_t thread) {
  return sirocco::libc::HandleOf(__sirocco_tid_of(thread));
}

}  // extern "C"
