// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/init/vdso_constants.h"

#include <zircon/syscalls/system.h>

#include <cstring>
#include <string_view>

#include "kernel/arch/clock.h"
#include "kernel/arch/hart.h"
#include "kernel/arch/physical_memory.h"
#include "kernel/base/units.h"

namespace sirocco::init {
namespace {

constexpr std::string_view kVersion = "sirocco-0.1";
static_assert(kVersion.size() < ZX_VDSO_VERSION_STRING_SIZE);

constexpr uint32_t kCacheLineSize = 64;  // The device tree does not say.

}  // namespace

zx_vdso_constants_t MakeVdsoConstants() {
  zx_vdso_constants_t constants = {};
  constants.version = ZX_VDSO_CONSTANTS_VERSION;
  constants.num_cpus = arch::HartCount();
  constants.ns_per_tick = arch::Clock::nanoseconds_per_tick();
  constants.ticks_per_second = 1'000'000'000 / arch::Clock::nanoseconds_per_tick();
  constants.page_size = kPageSize;
  constants.dcache_line_size = kCacheLineSize;
  for (const arch::PhysRange& bank : arch::Ram()) constants.physmem += bank.size_bytes;
  constants.features_cpu = ZX_HAS_CPU_FEATURES;
  constants.features_vm = ZX_VM_FEATURE_CAN_MAP_XOM;
  constants.version_string_length = kVersion.size();
  std::memcpy(constants.version_string, kVersion.data(), kVersion.size());
  return constants;
}

}  // namespace sirocco::init
