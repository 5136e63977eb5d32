// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <sys/mman.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>

#include "userspace/lib/libc/calls.h"
#include "userspace/lib/libc/errors.h"

namespace sirocco::libc {
namespace {

constexpr int kKnownProtection = PROT_READ | PROT_WRITE;

size_t RoundToPages(size_t size) {
  const size_t page = zx_system_get_page_size();
  return (size + page - 1) & ~(page - 1);
}

/// PROT_WRITE alone is readable too: the machine has no page that can only be written.
zx_vm_option_t Options(int protection) {
  zx_vm_option_t options = 0;
  if (protection & (PROT_READ | PROT_WRITE)) options |= ZX_VM_PERM_READ;
  if (protection & PROT_WRITE) options |= ZX_VM_PERM_WRITE;
  return options;
}

}  // namespace

long Mmap(uintptr_t, size_t size, int protection, int flags) {
  // Files are read, not mapped; a fixed place would need the layout of the address space, and
  // nothing of musl's asks for one. An address without MAP_FIXED is a hint.
  if (!(flags & MAP_ANONYMOUS)) return -ENODEV;
  if (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) return -EINVAL;
  if (size == 0) return -EINVAL;
  if (size > PTRDIFF_MAX) return -ENOMEM;
  if (protection & ~kKnownProtection) return -EACCES;  // Nobody may write what he executes.
  size = RoundToPages(size);
  zx_handle_t vmo = ZX_HANDLE_INVALID;
  zx_status_t status = zx_vmo_create(size, 0, &vmo);
  if (status != ZX_OK) return -ENOMEM;
  zx_vaddr_t address = 0;
  status = zx_vmar_map(zx_vmar_root_self(), Options(protection), 0, vmo, 0, size, &address);
  zx_handle_close(vmo);  // The mapping keeps the memory.
  return status == ZX_OK ? static_cast<long>(address) : -ENOMEM;
}

long Munmap(uintptr_t address, size_t size) {
  return ErrnoFromStatus(zx_vmar_unmap(zx_vmar_root_self(), address, RoundToPages(size)));
}

long Mprotect(uintptr_t address, size_t size, int protection) {
  if (protection & ~kKnownProtection) return -EACCES;
  return ErrnoFromStatus(
      zx_vmar_protect(zx_vmar_root_self(), Options(protection), address, RoundToPages(size)));
}

long Madvise(int advice) {
  // Advice may be ignored, but MADV_DONTNEED promises zeros.
  return advice == MADV_DONTNEED ? -EINVAL : 0;
}

}  // namespace sirocco::libc
