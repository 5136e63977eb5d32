// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/base/units.h"

namespace sirocco::arch {

/// A format of our own, with a level more than the machine's: mm must not know how many there are.
class PageEntry {
 public:
  static constexpr uint32_t kLevels = 4;
  static constexpr uint32_t kIndexBits = 9;

  static constexpr uint64_t Leaf(PhysAddr address, uint32_t permissions) {
    return address.value() | kPresent | kLeaf | permissions << kPermissionShift;
  }
  static constexpr uint64_t Table(PhysAddr address) { return address.value() | kPresent; }
  static constexpr bool IsLeaf(uint64_t entry) { return (entry & kLeaf) != 0; }
  static constexpr PhysAddr Address(uint64_t entry) {
    return PhysAddr::FromPage(entry >> kPageShift);
  }
  static constexpr PhysAddr TableAddress(uint64_t entry) { return Address(entry); }
  static constexpr uint32_t Permissions(uint64_t entry) {
    return IsLeaf(entry) ? static_cast<uint32_t>(entry >> kPermissionShift) & 7 : 0;
  }
  static constexpr bool Allows(uint64_t entry, uint32_t permissions) {
    return (permissions & ~Permissions(entry)) == 0;
  }

 private:
  static constexpr uint64_t kPresent = 1 << 0;
  static constexpr uint64_t kLeaf = 1 << 1;
  static constexpr uint32_t kPermissionShift = 2;
};

/// See host/software_mmu.h for what user code does with it.
class Mmu {
 public:
  static uint32_t asid_bits();
  static void InitRoot(std::byte* root);
  static void ClearRoot(std::byte* root);
  static uint64_t Table(PhysAddr root, uint32_t asid) {
    return uint64_t{asid} << kAsidShift | root.value();
  }
  static uint32_t AsidOf(uint64_t table) { return static_cast<uint32_t>(table >> kAsidShift); }
  static void Enter(uint64_t table);
  static void EnterKernel();
  static void FencePage(uint32_t asid, VirtAddr address);
  static void FenceAsid(uint32_t asid);
  static void FenceAll();
  static void SyncInstructions() {}

 private:
  static constexpr uint32_t kAsidShift = 48;
};

}  // namespace sirocco::arch
