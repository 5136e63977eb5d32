// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/arch/power.h"

#include <cstdint>

#include "kernel/arch/riscv64/csr.h"
#include "kernel/arch/riscv64/early_devices.h"
#include "kernel/arch/riscv64/kernel_map.h"
#include "kernel/arch/riscv64/sbi.h"

namespace sirocco::arch {
namespace {

// **Source** SiFive test finisher: pass, and fail with a status above it.
constexpr uint32_t kFinisherPass = 0x5555;
constexpr uint32_t kFinisherFail = 0x3333;

volatile uint32_t* finisher = nullptr;

}  // namespace

void InitPower(const Platform& platform) {
  if (platform.finisher.size_bytes == 0) return;
  finisher = reinterpret_cast<volatile uint32_t*>(MapDevice(platform.finisher));
}

void PowerOff(uint32_t status) {
  if (finisher != nullptr) {
    *finisher = status == 0 ? kFinisherPass : (status & 0xffff) << 16 | kFinisherFail;
  } else {
    sbi::ShutDown();  // The status is lost, the end is not.
  }
  // The machine may take its time, and the last word counts: nobody may say another.
  HaltHart();
}

void HaltHart() {
  Clear_sstatus(kStatusSie);
  Write_sie(0);
  for (;;) WaitForInterruptInstruction();
}

}  // namespace sirocco::arch
