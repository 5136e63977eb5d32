// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/lib/libc/boot_files.h"

#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/syscalls.h>

#include "userspace/lib/archive/archive.h"
#include "userspace/lib/libc/lock.h"
#include "userspace/lib/runtime/startup.h"

namespace sirocco::libc {
namespace {

constexpr std::string_view kRoot = "boot/";

/// The archive, mapped read-only when first asked for.
class Archive {
 public:
  std::span<const std::byte> Get() EXCLUDES(lock_) {
    LockGuard guard(lock_);
    if (!is_tried_) Map();
    is_tried_ = true;
    return bytes_;
  }

 private:
  void Map() REQUIRES(lock_) {
    zx_handle_t vmo = runtime::PeekStartupHandle(PA_VMO_BOOTFS);
    if (vmo == ZX_HANDLE_INVALID) vmo = runtime::PeekStartupHandle(PA_VMO_BOOTDATA);
    uint64_t size = 0;
    if (vmo == ZX_HANDLE_INVALID || zx_vmo_get_size(vmo, &size) != ZX_OK) return;
    zx_vaddr_t address = 0;
    if (zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ, 0, vmo, 0, size, &address) != ZX_OK) {
      return;
    }
    bytes_ = {reinterpret_cast<const std::byte*>(address), size};
  }

  Lock lock_;
  bool is_tried_ GUARDED_BY(lock_) = false;
  std::span<const std::byte> bytes_ GUARDED_BY(lock_);
};

constinit Archive g_archive;

}  // namespace

bool FindBootFile(std::string_view path, std::span<const std::byte>& contents) {
  // The working directory is always the root, so a relative path means the same.
  path = archive::Canonical(path);
  if (!path.starts_with(kRoot)) return false;
  archive::Entry entry;
  if (!archive::Find(g_archive.Get(), path.substr(kRoot.size()), entry)) return false;
  contents = entry.data;
  return true;
}

}  // namespace sirocco::libc
