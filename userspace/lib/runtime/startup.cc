// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/lib/runtime/startup.h"

#include <zircon/process.h>
#include <zircon/processargs.h>

#include <algorithm>
#include <array>
#include <atomic>

namespace sirocco::runtime {
namespace {

struct Kept {
  uint32_t info = 0;
  std::atomic<zx_handle_t> handle = ZX_HANDLE_INVALID;  // Threads may race to take it.
};

/// Written before the first thread but for `Kept::handle`.
struct Startup {
  zx_handle_t process = ZX_HANDLE_INVALID;
  zx_handle_t thread = ZX_HANDLE_INVALID;
  zx_handle_t vmar = ZX_HANDLE_INVALID;
  zx_handle_t job = ZX_HANDLE_INVALID;
  std::array<Kept, ZX_CHANNEL_MAX_MSG_HANDLES> kept;
  size_t kept_count = 0;
};

constinit Startup g_startup;

zx_handle_t* OwnHandle(uint32_t info) {
  switch (info) {
    case PA_HND(PA_PROC_SELF, 0):
      return &g_startup.process;
    case PA_HND(PA_THREAD_SELF, 0):
      return &g_startup.thread;
    case PA_HND(PA_VMAR_ROOT, 0):
      return &g_startup.vmar;
    case PA_HND(PA_JOB_DEFAULT, 0):
      return &g_startup.job;
    default:
      return nullptr;
  }
}

std::span<Kept> All() { return std::span(g_startup.kept).first(g_startup.kept_count); }

}  // namespace

void KeepStartupHandles(std::span<const uint32_t> infos, std::span<const zx_handle_t> handles) {
  const size_t count = std::min({infos.size(), handles.size(), g_startup.kept.size()});
  g_startup.kept_count = 0;
  for (size_t i = 0; i < count; ++i) {
    if (zx_handle_t* own = OwnHandle(infos[i])) {
      *own = handles[i];
      continue;
    }
    Kept& kept = g_startup.kept[g_startup.kept_count++];
    kept.info = infos[i];
    kept.handle.store(handles[i], std::memory_order_relaxed);
  }
}

zx_handle_t PeekStartupHandle(uint32_t type) {
  for (const Kept& kept : All()) {
    const zx_handle_t handle = kept.handle.load(std::memory_order_relaxed);
    if (PA_HND_TYPE(kept.info) == type && handle != ZX_HANDLE_INVALID) return handle;
  }
  return ZX_HANDLE_INVALID;
}

zx_handle_t FirstThread() { return g_startup.thread; }

}  // namespace sirocco::runtime

using sirocco::runtime::g_startup;

extern "C" {

zx_handle_t zx_take_startup_handle(uint32_t info) {
  for (sirocco::runtime::Kept& kept : sirocco::runtime::All()) {
    if (kept.info != info) continue;
    const zx_handle_t handle = kept.handle.exchange(ZX_HANDLE_INVALID, std::memory_order_relaxed);
    if (handle != ZX_HANDLE_INVALID) return handle;
  }
  return ZX_HANDLE_INVALID;
}

zx_handle_t _zx_process_self() { return g_startup.process; }
zx_handle_t zx_process_self() { return g_startup.process; }
zx_handle_t _zx_vmar_root_self() { return g_startup.vmar; }
zx_handle_t zx_vmar_root_self() { return g_startup.vmar; }
zx_handle_t _zx_job_default() { return g_startup.job; }
zx_handle_t zx_job_default() { return g_startup.job; }

// The first thread, which is all there is without a C library; libc knows the others too.
__WEAK zx_handle_t _zx_thread_self() { return g_startup.thread; }
__WEAK zx_handle_t zx_thread_self() { return g_startup.thread; }

}  // extern "C"
