// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace sirocco::arch {

/// 512 entries, a page. **Source** RISC-V Privileged 1.12, 4.3 and 4.4.
struct alignas(4096) TablePage {
  uint64_t entries[512];
};

inline constexpr uint64_t kPteValid = 1 << 0;
inline constexpr uint64_t kPteRead = 1 << 1;
inline constexpr uint64_t kPteWrite = 1 << 2;
inline constexpr uint64_t kPteExecute = 1 << 3;
inline constexpr uint64_t kPteUser = 1 << 4;
inline constexpr uint64_t kPteGlobal = 1 << 5;
// Accessed and dirty are set beforehand: the kernel's own pages are never looked up by them.
inline constexpr uint64_t kPteKernel = kPteValid | kPteGlobal | (1 << 6) | (1 << 7);

inline constexpr uint64_t kKernelRead = kPteKernel | kPteRead;
inline constexpr uint64_t kKernelReadWrite = kPteKernel | kPteRead | kPteWrite;
inline constexpr uint64_t kKernelText = kPteKernel | kPteRead | kPteExecute;

constexpr uint64_t MakePte(uint64_t physical, uint64_t flags) {
  return (physical >> 12) << 10 | flags;
}
constexpr uint64_t PtePhysical(uint64_t pte) { return (pte << 10 >> 20) << 12; }

constexpr uint64_t TableIndex(uint64_t address, unsigned level) {
  return (address >> (12 + 9 * level)) & 511;
}

inline constexpr unsigned kImageTables = 2;  // 2 MiB each.

/// The tables of the image: the kernel's root, and the levels below its window.
extern TablePage kernel_root;
extern TablePage image_middle;
extern TablePage image_leaves[kImageTables];

}  // namespace sirocco::arch
