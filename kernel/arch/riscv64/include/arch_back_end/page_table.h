// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/base/units.h"

namespace sirocco::arch {

/// Sv39. **Source** RISC-V Privileged 1.12, 4.3 and 4.4; Sv48 differs in kLevels and satp's mode.
class PageEntry {
 public:
  static constexpr uint32_t kLevels = 3;
  static constexpr uint32_t kIndexBits = 9;

  // A and D are set beforehand: nobody reads them, and no hardware has to trap to set them.
  static constexpr uint64_t Leaf(PhysAddr address, uint32_t permissions) {
    return address.page_number() << kAddressShift | permissions << 1 | kValid | kUser | kAccessed |
           kDirty;
  }
  static constexpr uint64_t Table(PhysAddr address) {
    return address.page_number() << kAddressShift | kValid;
  }
  static constexpr bool IsLeaf(uint64_t entry) { return (entry & kReadWriteExecute) != 0; }
  static constexpr PhysAddr Address(uint64_t entry) {
    return PhysAddr::FromPage(entry << 10 >> (10 + kAddressShift));
  }
  static constexpr PhysAddr TableAddress(uint64_t entry) {
    return PhysAddr::FromPage(entry >> kAddressShift);
  }
  static constexpr uint32_t Permissions(uint64_t entry) {
    return (entry & kUser) == 0 ? 0 : static_cast<uint32_t>(entry & kReadWriteExecute) >> 1;
  }
  static constexpr bool Allows(uint64_t entry, uint32_t permissions) {
    return (~entry & (kUser | permissions << 1)) == 0;
  }

 private:
  static constexpr uint32_t kAddressShift = 10;
  static constexpr uint64_t kValid = 1 << 0;
  static constexpr uint64_t kReadWriteExecute = 7 << 1;
  static constexpr uint64_t kUser = 1 << 4;
  static constexpr uint64_t kAccessed = 1 << 6;
  static constexpr uint64_t kDirty = 1 << 7;
};

class Mmu {
 public:
  /// Found by writing satp, once.
  static uint32_t asid_bits();
  static void InitRoot(std::byte* root);
  static void ClearRoot(std::byte* root);
  static uint64_t Table(PhysAddr root, uint32_t asid) {
    return kSatpMode | uint64_t{asid} << kAsidShift | root.page_number();
  }
  static uint32_t AsidOf(uint64_t table) { return (table >> kAsidShift) & 0xffff; }
  static void Enter(uint64_t table) { asm volatile("csrw satp, %0" ::"r"(table) : "memory"); }
  static void EnterKernel();
  static void FencePage(uint32_t asid, VirtAddr address) {
    asm volatile("sfence.vma %0, %1" ::"r"(address), "r"(uint64_t{asid}) : "memory");
  }
  static void FenceAsid(uint32_t asid) {
    asm volatile("sfence.vma zero, %0" ::"r"(uint64_t{asid}) : "memory");
  }
  static void FenceAll() { asm volatile("sfence.vma" ::: "memory"); }
  static void SyncInstructions() { asm volatile("fence.i" ::: "memory"); }

 private:
  static constexpr uint64_t kSatpMode = uint64_t{8} << 60;
  static constexpr uint32_t kAsidShift = 44;
};

}  // namespace sirocco::arch
