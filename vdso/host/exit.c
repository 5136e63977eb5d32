// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// vdso/exit.S for the hosted world, where a fiber's stack is not the program's to unmap.
#include <zircon/errors.h>

#include "vdso/internal.h"

static _Noreturn void CloseAndExit(zx_handle_t close_handle) {
  if (close_handle != ZX_HANDLE_INVALID && zx_handle_close(close_handle) != ZX_OK) {
    __builtin_trap();
  }
  zx_thread_exit();
}

zx_status_t zx_vmar_unmap_handle_close_thread_exit(zx_handle_t vmar_handle, zx_vaddr_t addr,
                                                   size_t size, zx_handle_t close_handle) {
  const zx_status_t status = zx_vmar_unmap(vmar_handle, addr, size);
  if (status != ZX_OK) return status;
  CloseAndExit(close_handle);
}
VDSO_ALIAS(vmar_unmap_handle_close_thread_exit);

void zx_futex_wake_handle_close_thread_exit(zx_futex_t* value_ptr, uint32_t wake_count,
                                            int32_t new_value, zx_handle_t close_handle) {
  __atomic_store_n((int*)value_ptr, new_value, __ATOMIC_RELEASE);
  if (zx_futex_wake(value_ptr, wake_count) != ZX_OK) __builtin_trap();
  CloseAndExit(close_handle);
}
VDSO_ALIAS(futex_wake_handle_close_thread_exit);
