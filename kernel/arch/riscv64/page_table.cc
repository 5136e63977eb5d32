// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/arch/page_table.h"

#include <bit>

#include "kernel/arch/riscv64/csr.h"
#include "kernel/arch/riscv64/first_table.h"
#include "kernel/arch/riscv64/kernel_map.h"

namespace sirocco::arch {

namespace {
constexpr uint64_t kAsidField = uint64_t{0xffff} << 44;
}  // namespace

uint32_t Mmu::asid_bits() {
  // Unimplemented bits of the field read as zero. Source: RISC-V Privileged 1.12, 4.1.11.
  static const uint32_t bits = [] {
    const uint64_t before = Read_satp();
    Write_satp(before | kAsidField);
    const uint64_t kept = Read_satp() & kAsidField;
    Write_satp(before);
    FenceAll();
    return static_cast<uint32_t>(std::popcount(kept));
  }();
  return bits;
}

// All entries of the kernel's half exist since boot (kernel_map.h): copied once, never again.
void Mmu::InitRoot(std::byte* root) {
  auto* entries = reinterpret_cast<uint64_t*>(root);
  for (const uint16_t index : KernelRootEntries()) entries[index] = kernel_root.entries[index];
}

void Mmu::ClearRoot(std::byte* root) {
  auto* entries = reinterpret_cast<uint64_t*>(root);
  for (const uint16_t index : KernelRootEntries()) entries[index] = 0;
}

void Mmu::EnterKernel() { Write_satp(KernelSatp()); }

}  // namespace sirocco::arch
