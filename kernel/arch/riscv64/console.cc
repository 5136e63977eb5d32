// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/arch/console.h"

#include <cstddef>
#include <cstdint>

#include "kernel/arch/riscv64/early_devices.h"
#include "kernel/arch/riscv64/kernel_map.h"

namespace sirocco::arch {
namespace {

// **Source** TL16C550C data sheet: transmitter holding register; line status register and its bit.
constexpr size_t kTransmit = 0;
constexpr size_t kLineStatus = 5;
constexpr uint8_t kTransmitEmpty = 1 << 5;

volatile uint8_t* uart = nullptr;

void WriteByte(char c) {
  while ((uart[kLineStatus] & kTransmitEmpty) == 0) {
  }
  uart[kTransmit] = static_cast<uint8_t>(c);
}

}  // namespace

void InitConsole(const Platform& platform) {
  if (platform.console.size_bytes == 0) return;
  uart = reinterpret_cast<volatile uint8_t*>(MapDevice(platform.console));
}

void Console::Write(std::string_view text) {
  if (uart == nullptr) return;
  for (char c : text) {
    if (c == '\n') WriteByte('\r');
    WriteByte(c);
  }
}

}  // namespace sirocco::arch
