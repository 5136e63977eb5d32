// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <zircon/processargs.h>
#include <zircon/syscalls.h>

#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {

namespace {

constexpr size_t kStackSize = 64 * 1024;

}  // namespace

bool SimulatesTime() { return false; }
uint32_t HartCount() { return zx_system_get_num_cpus(); }

// Nobody unmaps it: a page or two for the time of the tests.
zx_vaddr_t NewStack() {
  zx_handle_t vmo = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_vmo_create(kStackSize, 0, &vmo), ZX_OK);
  zx_vaddr_t base = 0;
  EXPECT_EQ(zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, vmo, 0,
                        kStackSize, &base),
            ZX_OK);
  zx_handle_close(vmo);
  return base + kStackSize;
}

uint64_t Load(zx_vaddr_t address) { return *reinterpret_cast<volatile uint64_t*>(address); }
void Store(zx_vaddr_t address, uint64_t value) {
  *reinterpret_cast<volatile uint64_t*>(address) = value;
}

void Step() {}

zx_handle_t SystemResource() {
  static const zx_handle_t resource = zx_take_startup_handle(PA_HND(PA_SYSTEM_RESOURCE, 0));
  return resource;
}

}  // namespace sirocco::zxtest
