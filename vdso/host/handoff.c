// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// vdso/handoff.S for the hosted world.
#include <sirocco/syscall_numbers.h>
#include <string.h>

#include "vdso/host/host_syscall.h"
#include "vdso/internal.h"

// A call that failed leaves words and size alone. Words are read and written only with a size that
// is not 0.
static zx_status_t Call(uint64_t number, zx_handle_t handle, uint64_t* words, uint32_t* size,
                        void* args) {
  uint64_t registers[ZX_CHANNEL_REGS_WORDS] = {0};
  if (*size != 0) memcpy(registers, words, sizeof(registers));
  uint64_t size_bytes = *size;
  const zx_status_t status = (zx_status_t)sirocco_host_syscall_words(
      number, handle, registers, &size_bytes, (uint64_t)(uintptr_t)args);
  if (status != ZX_OK) return status;
  if (size_bytes != 0) memcpy(words, registers, sizeof(registers));
  *size = (uint32_t)size_bytes;
  return ZX_OK;
}

zx_status_t zx_channel_call_regs(zx_handle_t handle, uint64_t* words, uint32_t* size) {
  return Call(ZX_SYS_channel_call_regs, handle, words, size, 0);
}
VDSO_ALIAS(channel_call_regs);

zx_status_t zx_channel_serve(zx_handle_t handle, uint64_t* words, uint32_t* size,
                             zx_channel_serve_args_t* args) {
  return Call(ZX_SYS_channel_serve, handle, words, size, args);
}
VDSO_ALIAS(channel_serve);
