// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Memory: objects of it, address regions, futexes.

#include <zircon/errors.h>
#include <zircon/rights.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include <array>

#include "kernel/base/units.h"
#include "tests/zx/scenario.h"

namespace sirocco::zx {

namespace {

constexpr zx_vm_option_t kReadWriteOptions = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE;
constexpr uint64_t kVmoSize = 4 * kPageSize;

zx_handle_t NewVmo() { return Stage::NewVmo(kVmoSize); }

// With all of its pages.
zx_handle_t NewFullVmo() {
  const zx_handle_t vmo = NewVmo();
  zx_vmo_op_range(vmo, ZX_VMO_OP_COMMIT, 0, kVmoSize, nullptr, 0);
  return vmo;
}

/// A region with an object of memory mapped into it, its pages entered.
struct MappedRegion {
  MappedRegion() : vmar(Stage::New(ZX_OBJ_TYPE_VMAR)), vmo(NewFullVmo()) {
    zx_vmar_map(vmar, kReadWriteOptions | ZX_VM_MAP_RANGE, 0, vmo, 0, kVmoSize, &address);
  }

  const zx_handle_t vmar;
  const zx_handle_t vmo;
  zx_vaddr_t address = 0;
};

}  // namespace

// --- Objects of memory. ---

SCENARIO(vmo_create) {
  constexpr uint32_t kOptions[] = {0, ZX_VMO_RESIZABLE, ZX_VMO_DISCARDABLE, ZX_VMO_UNBOUNDED};
  return {{kVmoSize, kOptions[stage.Variant(4)], stage.Out<zx_handle_t>()}};
}

SCENARIO(vmo_read) {
  constexpr size_t kSize = 2 * kPageSize + 40;
  const zx_handle_t vmo = stage.Variant(2) == 0 ? NewFullVmo() : NewVmo();
  return {{vmo, stage.Out(kSize), 100, kSize}};
}

SCENARIO(vmo_write) {
  static const std::array<std::byte, 2 * kPageSize + 40> bytes = {};
  const zx_handle_t vmo = stage.Variant(2) == 0 ? NewVmo() : MappedRegion().vmo;
  return {{vmo, stage.In(bytes), 100, bytes.size()}};
}

SCENARIO(vmo_get_size) { return {{NewVmo(), stage.Out<uint64_t>()}}; }

SCENARIO(vmo_set_size) {
  const zx_handle_t vmo = Stage::NewVmo(kVmoSize, ZX_VMO_RESIZABLE);
  zx_vmo_op_range(vmo, ZX_VMO_OP_COMMIT, 0, kVmoSize, nullptr, 0);
  if (stage.Variant(2) == 0) return {{vmo, 2 * kVmoSize}};
  zx_vaddr_t address = 0;
  zx_vmar_map(stage.vmar(), kReadWriteOptions | ZX_VM_ALLOW_FAULTS | ZX_VM_MAP_RANGE, 0, vmo, 0,
              kVmoSize, &address);
  return {{vmo, kPageSize}};
}

SCENARIO(vmo_op_range) {
  constexpr size_t kState = sizeof(zx_vmo_lock_state_t);
  const uint32_t variant = stage.Variant(7);
  if (variant == 0) {
    const zx_handle_t vmo = Stage::NewVmo(kVmoSize, ZX_VMO_DISCARDABLE);
    return {{vmo, ZX_VMO_OP_LOCK, 0, kVmoSize, stage.Out(kState), kState}};
  }
  if (variant == 1) {
    const zx_handle_t vmo = Stage::NewVmo(kVmoSize, ZX_VMO_DISCARDABLE);
    zx_vmo_op_range(vmo, ZX_VMO_OP_TRY_LOCK, 0, kVmoSize, nullptr, 0);
    return {{vmo, ZX_VMO_OP_UNLOCK, 0, kVmoSize}};
  }
  if (variant == 2) return {{NewVmo(), ZX_VMO_OP_COMMIT, 0, kVmoSize}};
  if (variant == 3) return {{NewVmo(), ZX_VMO_OP_ZERO, 100, 2 * kPageSize}};
  const zx_handle_t vmo = MappedRegion().vmo;
  if (variant == 4) return {{vmo, ZX_VMO_OP_DECOMMIT, kPageSize, kPageSize}};
  if (variant == 5) return {{vmo, ZX_VMO_OP_ZERO, 100, 2 * kPageSize}};
  return {{vmo, ZX_VMO_OP_CACHE_SYNC, 0, kPageSize}};
}

SCENARIO(vmo_replace_as_executable) {
  return {{NewVmo(), stage.system(), stage.Out<zx_handle_t>()}, ZX_OK, 1};
}

SCENARIO(vmo_create_physical) {
  return {{stage.mmio(), 0x1000'0000, kPageSize, stage.Out<zx_handle_t>()}};
}

SCENARIO(vmo_set_cache_policy) { return {{NewVmo(), ZX_CACHE_POLICY_UNCACHED}}; }

// --- Address regions. ---

SCENARIO(vmar_allocate) {
  return {{stage.vmar(), ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE, 0, kVmoSize,
           stage.Out<zx_handle_t>(), stage.Out<zx_vaddr_t>()}};
}

SCENARIO(vmar_map) {
  const uint32_t variant = stage.Variant(4);
  if (variant == 0) {
    return {{stage.vmar(), kReadWriteOptions, 0, NewVmo(), 0, kVmoSize, stage.Out<zx_vaddr_t>()}};
  }
  if (variant == 1) {
    return {{stage.vmar(), kReadWriteOptions | ZX_VM_MAP_RANGE, 0, NewFullVmo(), 0, kVmoSize,
             stage.Out<zx_vaddr_t>()}};
  }
  // Over the middle of another mapping, or over nothing.
  zx_handle_t vmar = ZX_HANDLE_INVALID;
  zx_vaddr_t base = 0;
  zx_vaddr_t address = 0;
  zx_vmar_allocate(stage.vmar(), ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_SPECIFIC,
                   0, 4 * kVmoSize, &vmar, &base);
  if (variant == 2) {
    zx_vmar_map(vmar, kReadWriteOptions | ZX_VM_SPECIFIC | ZX_VM_MAP_RANGE, 0, NewFullVmo(), 0,
                kVmoSize, &address);
  }
  return {{vmar, kReadWriteOptions | ZX_VM_SPECIFIC_OVERWRITE, kPageSize, NewVmo(), 0, kPageSize,
           stage.Out<zx_vaddr_t>()}};
}

SCENARIO(vmar_unmap) {
  const MappedRegion region;
  if (stage.Variant(2) == 0) return {{region.vmar, region.address, kVmoSize}};
  return {{region.vmar, region.address + kPageSize, kPageSize}};
}

SCENARIO(vmar_protect) {
  const MappedRegion region;
  if (stage.Variant(2) == 0) return {{region.vmar, ZX_VM_PERM_READ, region.address, kVmoSize}};
  return {{region.vmar, ZX_VM_PERM_READ, region.address + kPageSize, kPageSize}};
}

SCENARIO(vmar_destroy) { return {{MappedRegion().vmar}}; }

// --- Futexes. ---

namespace {

constexpr zx_futex_t kValue = 5;
constexpr uint64_t kNobody = ZX_HANDLE_INVALID;

void WaitHere(uint64_t address, uint64_t) {
  Insist([address] {
    return zx_futex_wait(reinterpret_cast<zx_futex_t*>(address), kValue, ZX_HANDLE_INVALID,
                         ZX_TIME_INFINITE);
  });
  zx_thread_exit();
}

void WakeThere(uint64_t address, uint64_t) {
  Stage::LetItWait();
  Insist([address] { return zx_futex_wake(reinterpret_cast<zx_futex_t*>(address), 1); });
  zx_thread_exit();
}

/// A futex on which threads wait.
uint64_t WaitedFutex(Stage& stage, uint32_t thread_count = 1) {
  const uint64_t futex = stage.In(kValue);
  for (uint32_t i = 0; i < thread_count; ++i) Stage::StartThread(&WaitHere, futex);
  zx_nanosleep(zx_deadline_after(1));
  return futex;
}

/// As many as are woken or moved at once, or more than that: the rest in steps.
uint32_t FewOrMany(Stage& stage) { return stage.Variant(2) == 0 ? 1 : 40; }

}  // namespace

SCENARIO(futex_wait) {
  const uint64_t futex = stage.In(kValue);
  if (stage.Variant(2) == 0) {
    const auto deadline = static_cast<uint64_t>(zx_deadline_after(ZX_MSEC(1)));
    return {{futex, kValue, kNobody, deadline}, ZX_ERR_TIMED_OUT};
  }
  Stage::StartThread(&WakeThere, futex);
  return {{futex, kValue, kNobody, ZX_TIME_INFINITE}};
}

SCENARIO(futex_wake) {
  const uint32_t count = FewOrMany(stage);
  return {{WaitedFutex(stage, count), count}};
}

SCENARIO(futex_wake_single_owner) { return {{WaitedFutex(stage)}}; }

SCENARIO(futex_requeue) {
  const uint32_t count = FewOrMany(stage);
  const uint64_t futex = WaitedFutex(stage, count);
  return {{futex, 0, kValue, stage.In(kValue), count, kNobody}};
}

SCENARIO(futex_requeue_single_owner) {
  const uint32_t count = FewOrMany(stage);
  const uint64_t futex = WaitedFutex(stage, count);
  return {{futex, kValue, stage.In(kValue), count, kNobody}};
}

SCENARIO(futex_get_owner) { return {{WaitedFutex(stage), stage.Out<zx_koid_t>()}}; }

}  // namespace sirocco::zx
