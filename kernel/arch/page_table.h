// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

#include "kernel/arch/user.h"
#include "kernel/base/units.h"

namespace sirocco::arch {

using Access = UserTrap::Access;

// What a user page may be used for. Any combination is a leaf: execute-only is one.
inline constexpr uint32_t kPageRead = 1 << 0;
inline constexpr uint32_t kPageWrite = 1 << 1;
inline constexpr uint32_t kPageExecute = 1 << 2;

/// The permission that `access` needs.
constexpr uint32_t PermissionFor(Access access) { return 1u << static_cast<uint32_t>(access); }

// Where programs live. Source: Zircon's riscv64 address space.
inline constexpr VirtAddr kUserBase = 0x200000;
inline constexpr VirtAddr kUserEnd = 0x4000000000;

}  // namespace sirocco::arch

#include <arch_back_end/page_table.h>

namespace sirocco::arch {

/// One word of a table page. 0 is absent. mm builds tables of any depth out of these.
template <typename T>
concept ArchPageEntry = requires(uint64_t entry, PhysAddr address, uint32_t permissions) {
  { T::kLevels } -> std::convertible_to<uint32_t>;     // Root included.
  { T::kIndexBits } -> std::convertible_to<uint32_t>;  // Of a table page, all levels alike.
  { T::Leaf(address, permissions) } -> std::same_as<uint64_t>;
  { T::Table(address) } -> std::same_as<uint64_t>;
  { T::IsLeaf(entry) } -> std::same_as<bool>;  // Of a present entry.
  { T::Address(entry) } -> std::same_as<PhysAddr>;
  { T::TableAddress(entry) } -> std::same_as<PhysAddr>;     // Of one that leads to a table.
  { T::Permissions(entry) } -> std::same_as<uint32_t>;      // 0 unless a user's leaf.
  { T::Allows(entry, permissions) } -> std::same_as<bool>;  // It is one, with all of these.
};
static_assert(ArchPageEntry<PageEntry>);

/// This hart's translation of user addresses. Every fence is local and also makes page-table stores
/// before it visible to the walker.
///  - asid_bits: how many the hardware keeps.
///  - InitRoot: makes a zeroed root page one that also leads to the kernel. ClearRoot undoes it.
///  - Table: a root and an ASID as one word; AsidOf: the latter.
///  - Enter, EnterKernel: user addresses go through that root, under that ASID; or nowhere.
///  - SyncInstructions: what was stored before is what is fetched after.
template <typename T>
concept ArchMmu =
    requires(PhysAddr root, uint32_t asid, uint64_t table, VirtAddr address, std::byte* page) {
      { T::asid_bits() } -> std::same_as<uint32_t>;
      { T::InitRoot(page) } -> std::same_as<void>;
      { T::ClearRoot(page) } -> std::same_as<void>;
      { T::Table(root, asid) } -> std::same_as<uint64_t>;
      { T::AsidOf(table) } -> std::same_as<uint32_t>;
      { T::Enter(table) } -> std::same_as<void>;
      { T::EnterKernel() } -> std::same_as<void>;
      { T::FencePage(asid, address) } -> std::same_as<void>;
      { T::FenceAsid(asid) } -> std::same_as<void>;
      { T::FenceAll() } -> std::same_as<void>;
      { T::SyncInstructions() } -> std::same_as<void>;
    };
static_assert(ArchMmu<Mmu>);

}  // namespace sirocco::arch
