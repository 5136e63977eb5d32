// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lib/zx/process.h>
#include <zircon/types.h>

#include <cstddef>
#include <span>
#include <string_view>

#include "userspace/lib/process/processargs.h"

namespace sirocco::process {

/// A handle for a new process, under its PA_HND word.
struct StartupHandle {
  uint32_t info;
  zx_handle_t handle;
};

/// How many of them fit beside those that every process gets.
inline constexpr size_t kMaxStartupHandles = 48;

/// What a new process is made of. Handles other than `handles` stay the caller's.
struct Request {
  zx_handle_t job = ZX_HANDLE_INVALID;
  std::string_view name;
  std::span<const std::byte> image;      // An ELF file, see userspace/lib/elf.
  zx_handle_t vdso = ZX_HANDLE_INVALID;  // Its VMO; the process gets a handle to it as well.
  zx_handle_t vmex = ZX_HANDLE_INVALID;  // The system resource that makes VMOs executable.
  Strings args = {};
  Strings environment = {};
  std::span<const StartupHandle> handles = {};  // Consumed, whatever happens.
};

struct Outcome {
  zx_status_t status = ZX_OK;
  const char* step = "";  // What was being done when `status` came.
  zx::process process;    // Valid if the process runs.
};

/// Starts a process by Zircon's protocol: the image's segments in a region of their own, the vDSO,
/// a stack above a guard page, and the bootstrap message with PROC_SELF, THREAD_SELF, VMAR_ROOT,
/// VMAR_LOADED, VMO_VDSO and `handles`. Text and read-only data are mapped through handles that
/// cannot write, so no vmar_protect() makes them writable later. After a failure nothing is left
/// of the process.
Outcome Launch(const Request& request);

}  // namespace sirocco::process
