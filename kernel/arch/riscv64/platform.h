// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/arch/hart.h"
#include "kernel/arch/physical_memory.h"
#include "kernel/base/format.h"
#include "kernel/devicetree/device_tree.h"

namespace sirocco::arch {

/// A list in place.
template <typename T, size_t kCapacity>
struct FixedList {
  std::array<T, kCapacity> items{};
  size_t count = 0;

  bool Add(const T& item) {
    if (count == kCapacity) return false;
    items[count++] = item;
    return true;
  }
  std::span<const T> all() const { return {items.data(), count}; }
};

/// What the device tree says of this machine, in our own words.
struct Platform {
  struct Hart {
    uint64_t id = 0;
    uint32_t interrupt_controller = 0;  // phandle of its own, by which PLIC and SSWI name it.
    uint32_t plic_context = 0;
    uint32_t sswi_index = kNone;
  };
  static constexpr uint32_t kNone = ~uint32_t{0};

  StringBuffer<64> model;
  StringBuffer<4096> command_line;
  FixedList<Hart, kMaxHarts> harts;  // The boot hart first.
  uint32_t harts_left_out = 0;       // Beyond kMaxHarts.
  uint32_t timebase_frequency = 0;

  PhysRange console;
  PhysRange finisher;  // Size 0: none; power-off goes through the firmware.
  PhysRange plic;
  uint32_t plic_sources = 0;
  PhysRange sswi;  // Size 0: none; IPIs go through the firmware.

  FixedList<PhysRange, 4> ram;
  FixedList<PhysRange, 16> reserved;  // In RAM: the firmware's and other people's.
  PhysRange boot_archive;
  std::array<std::byte, 32> entropy{};
};

/// The machine we run on. Filled by early boot, constant afterwards.
const Platform& ThisPlatform();

/// What console and power-off need, so that a refusal can be told.
void ReadConsole(const DeviceTree& tree, Platform& platform);

/// Fills the rest. Returns null, or why this machine is refused: one line for its user.
const char* ReadPlatform(const DeviceTree& tree, uint64_t boot_hart_id, Platform& platform);

}  // namespace sirocco::arch
