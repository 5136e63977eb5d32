// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Prints where its parts lie: image, vDSO, stack, memory of its own.
#include <stdint.h>
#include <stdio.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>

extern const char __ehdr_start[];
// The program's table of the vDSO's functions; those that were called are filled in.
extern const uintptr_t sirocco_vdso_targets[] __attribute__((visibility("hidden")));
extern const uintptr_t sirocco_vdso_targets_end[] __attribute__((visibility("hidden")));

static uintptr_t VdsoPage(uintptr_t image) {
  for (const uintptr_t* target = sirocco_vdso_targets; target != sirocco_vdso_targets_end;
       ++target) {
    if (*target - image > 0x1000000) return *target & ~(uintptr_t)4095;
  }
  return 0;
}

int main(void) {
  int on_stack = 0;
  zx_handle_t vmo = ZX_HANDLE_INVALID;
  zx_vaddr_t mapped = 0;
  if (zx_vmo_create(4096, 0, &vmo) != ZX_OK) return 1;
  if (zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ, 0, vmo, 0, 4096, &mapped) != ZX_OK)
    return 1;
  const uintptr_t image = (uintptr_t)__ehdr_start;
  printf("layout image=%lx vdso=%lx stack=%lx mapping=%lx\n", image, VdsoPage(image),
         (uintptr_t)&on_stack & ~(uintptr_t)4095, mapped);
  return 0;
}
