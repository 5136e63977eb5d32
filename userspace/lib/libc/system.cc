// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include <algorithm>
#include <cstring>

#include "userspace/lib/libc/calls.h"

namespace sirocco::libc {

long GetProcessId() {
  zx_info_handle_basic_t info;
  const zx_status_t status = zx_object_get_info(zx_process_self(), ZX_INFO_HANDLE_BASIC, &info,
                                                sizeof(info), nullptr, nullptr);
  // A pid is what `ps` shows: the koid. There are fewer than 2^31 in a system's life, or nearly.
  return status == ZX_OK ? static_cast<long>(info.koid & INT32_MAX) : 1;
}

long GetAffinity(size_t size, unsigned char* mask) {
  const size_t count = zx_system_get_num_cpus();
  const size_t bytes = (count + 63) / 64 * 8;  // Whole words, as on Linux.
  if (size < bytes) return -EINVAL;
  std::memset(mask, 0, bytes);
  for (size_t i = 0; i < count; ++i) {
    mask[i / 8] = static_cast<unsigned char>(mask[i / 8] | 1u << i % 8);
  }
  return static_cast<long>(bytes);
}

long GetWorkingDirectory(char* buffer, size_t size) {
  constexpr char kRoot[] = "/";
  if (size < sizeof(kRoot)) return -ERANGE;
  std::memcpy(buffer, kRoot, sizeof(kRoot));
  return sizeof(kRoot);
}

long Uname(utsname* name) {
  *name = {};
  const zx_string_view_t version = zx_system_get_version_string();
  std::strcpy(name->sysname, "Sirocco");
  std::strcpy(name->nodename, "sirocco");
  std::memcpy(name->release, version.c_str, std::min(version.length, sizeof(name->release) - 1));
  std::strcpy(name->machine, "riscv64");
  return 0;
}

}  // namespace sirocco::libc
