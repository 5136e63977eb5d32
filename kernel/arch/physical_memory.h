// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arch_back_end/physical_memory.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/units.h"

namespace sirocco::arch {

struct PhysRange {
  PhysAddr base;
  uint64_t size_bytes = 0;

  constexpr PhysAddr end() const { return base + size_bytes; }
  constexpr bool Contains(PhysAddr address) const {
    return address >= base && address - base < size_bytes;
  }
};

/// All memory of the machine, what is taken included: nothing here is a device.
std::span<const PhysRange> Ram();

/// What the page allocator may have: page aligned, disjoint, ascending. Valid after early boot.
std::span<const PhysRange> FreeRam();

/// The boot archive and the device tree, whole pages of their own; size 0 if there is none.
PhysRange BootArchive();
PhysRange DeviceTreeBlob();

/// The direct map: all of RAM that is not the firmware's, readable, writable but for the kernel's
/// own text and constants, never executable. ToPhys also knows addresses of the kernel's image.
template <typename T>
concept ArchPhysicalMemory = requires(PhysAddr address, const void* pointer) {
  { T::ToVirt(address) } -> std::same_as<std::byte*>;
  { T::ToPhys(pointer) } -> std::same_as<PhysAddr>;
};
static_assert(ArchPhysicalMemory<PhysicalMemory>);

inline std::byte* PhysToVirt(PhysAddr address) { return PhysicalMemory::ToVirt(address); }
inline PhysAddr VirtToPhys(const void* pointer) { return PhysicalMemory::ToPhys(pointer); }

}  // namespace sirocco::arch
