// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Runs at physical addresses, MMU off: everything here is reached relative to the pc. So no
// pointers in data, no jump tables, no calls out of this file (its target compiles it alone, with
// -fno-jump-tables), no assertions.

#include "kernel/arch/riscv64/first_table.h"

#include "kernel/arch/riscv64/boot_layout.h"
#include "kernel/arch/riscv64/csr.h"
#include "kernel/arch/riscv64/symbol_table.h"

namespace sirocco::arch {

TablePage kernel_root;
TablePage image_middle;
TablePage image_leaves[kImageTables];

extern "C" {
extern const char __image_start[], __text_end[], __rodata_end[], __data_end[];
extern const char boot_stacks[];
}

namespace {

[[gnu::always_inline]] inline uint64_t Here(const void* symbol) {
  return reinterpret_cast<uint64_t>(symbol);
}

[[gnu::always_inline]] inline void SetLeaf(uint64_t page, uint64_t entry) {
  const uint64_t slot = (page - (Here(__image_start) & ~uint64_t{0x1fffff})) >> 12;
  image_leaves[slot / 512].entries[slot % 512] = entry;
}

[[gnu::always_inline]] inline void MapImage(uint64_t from, uint64_t to, uint64_t flags) {
  for (uint64_t page = from; page < to; page += 4096) SetLeaf(page, MakePte(page, flags));
}

}  // namespace

/// Maps the image where it was linked: text R-X, constants R--, data RW-, and no page for guards.
/// Returns the value for satp. Source: Sv39, RISC-V Privileged 1.12, 4.4.
extern "C" [[gnu::section(".text.first_table")]] uint64_t RiscvBuildFirstTable() {
  MapImage(Here(__image_start), Here(__text_end), kKernelText);
  MapImage(Here(__text_end), Here(__rodata_end), kKernelRead);
  MapImage(Here(__rodata_end), Here(__data_end), kKernelReadWrite);
  MapImage(Here(__data_end), Here(__data_end) + symbol_table_header.size_bytes, kKernelRead);
  for (unsigned hart = 0; hart < MAX_HARTS; ++hart) {
    const uint64_t area = Here(boot_stacks) + hart * STACK_AREA_SIZE;
    SetLeaf(area, 0);
    SetLeaf(area + GUARD_SIZE + STACK_SIZE, 0);
  }
  const uint64_t virtual_start = Here(__image_start) + IMAGE_OFFSET;
  for (unsigned i = 0; i < kImageTables; ++i) {
    image_middle.entries[TableIndex(virtual_start, 1) + i] =
        MakePte(Here(&image_leaves[i]), kPteValid);
  }
  kernel_root.entries[TableIndex(virtual_start, 2)] = MakePte(Here(&image_middle), kPteValid);
  return kSatpSv39 | Here(&kernel_root) >> 12;
}

}  // namespace sirocco::arch
