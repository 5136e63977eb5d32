// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sirocco::userboot {

/// Where a device is.
struct Device {
  uint64_t address = 0;
  uint64_t size = 0;
  uint32_t irq = 0;
};

/// The first node of a flattened device tree whose `compatible` has `model`, with its first
/// register range and interrupt. False if there is none or the tree is malformed; nothing outside
/// `tree` is read. Source: Devicetree Specification 0.4, chapter 5.
bool FindDevice(std::span<const std::byte> tree, std::string_view model, Device& device);

}  // namespace sirocco::userboot
