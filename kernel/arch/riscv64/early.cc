// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <zircon/errors.h>

#include <array>
#include <cstring>

#include "kernel/arch/boot_options.h"
#include "kernel/arch/clock.h"
#include "kernel/arch/console.h"
#include "kernel/arch/entropy.h"
#include "kernel/arch/hart.h"
#include "kernel/arch/power.h"
#include "kernel/arch/riscv64/boot_harts.h"
#include "kernel/arch/riscv64/early_devices.h"
#include "kernel/arch/riscv64/hart_block.h"
#include "kernel/arch/riscv64/kernel_map.h"
#include "kernel/arch/riscv64/platform.h"
#include "kernel/arch/upcalls.h"
#include "kernel/base/chacha.h"

namespace sirocco::arch {

extern "C" {
using Constructor = void (*)();
extern const Constructor __init_array_start[], __init_array_end[];
}

static_assert(MAX_HARTS == kMaxHarts);
extern "C" {
RiscvHart riscv_harts[kMaxHarts];
extern const char boot_stacks[];
}

namespace {

constinit Platform platform;
std::array<std::byte, 32> boot_entropy;

[[noreturn]] void Refuse(std::string_view why) {
  Console::Write("sirocco: boot refused: ");
  Console::Write(why);
  Console::Write("\n");
  PowerOff(kExitRefused);
}

// One seed serves several purposes: each gets a block of its own, and none tells of the others.
std::array<uint32_t, 16> Derive(uint32_t purpose) {
  std::array<uint32_t, 8> key;
  std::memcpy(key.data(), platform.entropy.data(), sizeof(key));
  return ChaChaBlock(key, purpose, {});
}

// Nobody who is given the tree later learns the seed from it.
void WipeSeed(PhysRange blob) {
  std::byte* const bytes = PhysToVirt(blob.base);
  const auto tree = DeviceTree::Parse({bytes, blob.size_bytes});
  const auto chosen = tree.ok() ? tree.value().Find("/chosen") : std::nullopt;
  const auto seed = chosen ? chosen->Get("rng-seed") : std::nullopt;
  if (seed) std::memset(bytes + (seed->bytes().data() - bytes), 0, seed->bytes().size());
}

void KeepEntropy() {
  const auto derived = Derive(1);
  std::memcpy(boot_entropy.data(), derived.data(), boot_entropy.size());
  platform.entropy.fill(std::byte{0});
}

}  // namespace

void InitHartBlock(uint32_t index) {
  RiscvHart& hart = riscv_harts[index];
  const uint64_t area = reinterpret_cast<uint64_t>(boot_stacks) + index * STACK_AREA_SIZE;
  hart.common.index = index;
  hart.stack_limit = area + GUARD_SIZE;
  hart.stack_top = hart.stack_limit + STACK_SIZE;
  hart.emergency_sp = area + STACK_AREA_SIZE;
}

std::span<const std::byte> BootEntropy() { return boot_entropy; }
std::string_view CommandLine() { return platform.command_line.view(); }
const Platform& ThisPlatform() { return platform; }

// The boot hart, from boot.S: everything the image needs to run is mapped, and nothing else.
extern "C" [[noreturn]] void RiscvBootMain(uint64_t hart_id, uint64_t device_tree) {
  InitHartBlock(0);
  for (auto run = __init_array_start; run != __init_array_end; ++run) (*run)();

  const std::byte* early = MapDeviceTreeEarly(PhysAddr(device_tree));
  constexpr size_t kSureToBeMapped = 2 << 20;
  const auto tree = DeviceTree::Parse({early, kSureToBeMapped});
  if (!tree.ok()) PowerOff(kExitRefused);  // Nothing to say it with.
  ReadConsole(tree.value(), platform);
  InitConsole(platform);
  InitPower(platform);
  if (const char* why = ReadPlatform(tree.value(), hart_id, platform)) Refuse(why);

  Clock::SetFrequency(platform.timebase_frequency);
  const PhysRange blob{PhysAddr(device_tree), tree.value().size_bytes()};
  BuildDirectMap(platform, blob, Derive(0)[0]);
  KeepEntropy();
  UnmapDeviceTreeEarly();
  WipeSeed(blob);
  InitHarts(platform);
  InitIrqController(platform);
  ListFreeRam(platform);
  PrepareHart();
  init::KernelStart();
}

}  // namespace sirocco::arch
