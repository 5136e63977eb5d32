// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/arch/physical_memory.h"
#include "kernel/arch/riscv64/platform.h"
#include "kernel/base/units.h"

namespace sirocco::arch {

// The kernel's half of every address space, by entries of the root table:
//   256..319  free, for the kernel's memory manager
//   320..509  the direct map, somewhere in here
//   510       the image
//   511       devices, and the device tree until the direct map stands
// All root entries in use exist once boot is over, so a space's root copies them once.

/// Makes the device tree readable before anything else is mapped. Returns where.
std::byte* MapDeviceTreeEarly(PhysAddr device_tree);
void UnmapDeviceTreeEarly();

/// Maps a device's registers, whole pages, for good.
std::byte* MapDevice(PhysRange registers);

/// Builds the direct map at a place that `random` chooses, out of pages behind the image.
void BuildDirectMap(const Platform& platform, PhysRange device_tree, uint64_t random);

/// Ends mapping: what is left is free. Then Ram(), FreeRam() and KernelRootEntries() are valid.
void ListFreeRam(const Platform& platform);

/// The entries of the kernel's half that are in use, a few of 256.
std::span<const uint16_t> KernelRootEntries();

/// satp of the kernel's own table: nothing of a user in it.
uint64_t KernelSatp();

/// Bytes of the image, from __image_start, symbols included, and early tables behind it.
PhysRange ImageRange();

}  // namespace sirocco::arch
