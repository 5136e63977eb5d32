// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>

#include "kernel/arch/clock.h"
#include "kernel/arch/hart.h"
#include "kernel/arch/physical_memory.h"
#include "kernel/arch/riscv64/boot_harts.h"
#include "kernel/arch/riscv64/csr.h"
#include "kernel/arch/riscv64/hart_block.h"
#include "kernel/arch/riscv64/interrupts.h"
#include "kernel/arch/riscv64/kernel_map.h"
#include "kernel/arch/riscv64/sbi.h"
#include "kernel/arch/riscv64/watchdog.h"
#include "kernel/arch/upcalls.h"
#include "kernel/base/kassert.h"

namespace sirocco::arch {

extern "C" {
void _start();
void TrapEntry();
}

namespace {

constexpr uint32_t kPatientRounds = 64;
constexpr Nanoseconds kStartLimit = Seconds(1);
constexpr Nanoseconds kSpinStep = Microseconds(10);
constexpr uint32_t kMaxDoublings = 6;

uint32_t hart_count = 1;
void (*hart_entry)() = nullptr;

uint64_t TicksOf(Nanoseconds span) {
  return static_cast<uint64_t>(span.count()) / Clock::nanoseconds_per_tick();
}

// Stops for ten microseconds, later for longer, or until an interrupt is pending.
void Pause(uint32_t doublings) {
  Write_stimecmp(Clock::Ticks() + (TicksOf(kSpinStep) << std::min(doublings, kMaxDoublings)));
  WaitForInterruptInstruction();
  ProgramTimer();
}

}  // namespace

void InitHarts(const Platform& platform) {
  hart_count = static_cast<uint32_t>(platform.harts.count);
  std::byte* sswi = platform.sswi.size_bytes == 0 ? nullptr : MapDevice(platform.sswi);
  for (uint32_t i = 0; i < hart_count; ++i) {
    const Platform::Hart& described = platform.harts.items[i];
    InitHartBlock(i);
    RiscvHart& hart = riscv_harts[i];
    hart.id = described.id;
    if (sswi != nullptr && described.sswi_index != Platform::kNone) {
      hart.software_interrupt =
          reinterpret_cast<std::atomic<uint32_t>*>(sswi) + described.sswi_index;
    }
  }
}

void PrepareHart() {
  ThisRiscvHart().doors = SyscallDoors;
  // Interrupts stay masked; this says where traps go and which ones wake a wfi.
  Write_stvec(reinterpret_cast<uint64_t>(&TrapEntry));
  // Users read the clock, and count cycles and instructions (CY, TM, IR): programs measure
  // themselves, and the benchmark is a program like any other.
  Write_scounteren(7);
  ProgramTimer();
  Write_sie(kSoftwareInterrupt | kTimerInterrupt | kExternalInterrupt);
}

uint32_t HartCount() { return hart_count; }

HartBlock& HartAt(uint32_t index) {
  KASSERT(index < hart_count);
  return riscv_harts[index].common;
}

uint32_t KernelStackCount() {
  const auto has_stack = [](const RiscvHart& hart) { return hart.stack_top != 0; };
  return static_cast<uint32_t>(std::ranges::count_if(riscv_harts, has_stack));
}

void StartHarts(void (*entry)()) {
  hart_entry = entry;
  // The firmware's call orders nothing; the fence publishes all that boot has written.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  for (uint32_t i = 1; i < hart_count; ++i) {
    RiscvHart& hart = riscv_harts[i];
    const sbi::Answer answer =
        sbi::HartStart(hart.id, VirtToPhys(reinterpret_cast<void*>(&_start)).value());
    if (answer.error != 0) PANIC("the firmware does not start a hart");
  }
  const uint64_t limit = Clock::Ticks() + TicksOf(kStartLimit);
  for (uint32_t i = 1; i < hart_count; ++i) {
    while (riscv_harts[i].is_online.load(std::memory_order_acquire) == 0) {
      if (Clock::Ticks() > limit) PANIC("a hart does not come up");
      Pause(0);
    }
  }
  StartWatchdog();
}

// A started hart, from boot.S.
extern "C" [[noreturn]] void RiscvHartMain(RiscvHart* hart) {
  PrepareHart();
  hart->is_online.store(1, std::memory_order_release);
  StartWatchdog();
  hart_entry();
  PANIC("a hart left its executor");
}

void SpinRelax(uint32_t rounds) {
  RiscvHart& hart = ThisRiscvHart();
  if (rounds < kPatientRounds) {
    asm volatile(".insn i 0x0f, 0, x0, x0, 0x10");  // pause, of Zihintpause: else a fence.
    return;
  }
  if (rounds == kPatientRounds) hart.spin_since = Clock::Ticks();
  if (Clock::Ticks() - hart.spin_since > WatchdogTicks()) ReportOwnHang("a spin that does not end");
  Pause((rounds - kPatientRounds) / kPatientRounds);
}

void WaitForInterrupt() { WaitForInterruptInstruction(); }

void TakeInterrupts() {
  Set_sstatus(kStatusSie);
  Clear_sstatus(kStatusSie);
}

void SendIpi(uint32_t index) {
  RiscvHart& target = riscv_harts[index];
  // What was stored before comes before the interrupt: memory, then device.
  asm volatile("fence w, o" ::: "memory");
  if (target.software_interrupt != nullptr) {
    target.software_interrupt->store(1, std::memory_order_relaxed);
  } else {
    sbi::SendIpi(target.id);
  }
}

void HandleSoftwareInterrupt() {
  Clear_sip(kSoftwareInterrupt);
  // The flag is clear before OnIpi looks: a request behind this line interrupts again.
  asm volatile("fence" ::: "memory");
  StopIfMachineEnds();
  sched::OnIpi();
}

void HandleInterrupt(uint64_t scause) {
  RiscvHart& hart = ThisRiscvHart();
  hart.interrupts_taken.store(hart.interrupts_taken.load(std::memory_order_relaxed) + 1,
                              std::memory_order_relaxed);
  switch (scause & ~kInterruptCause) {
    case kCauseSoftware:
      return HandleSoftwareInterrupt();
    case kCauseTimer:
      return HandleTimerInterrupt();
    case kCauseExternal:
      return HandleExternalInterrupt();
    default:
      PANIC("an interrupt of no known kind");
  }
}

}  // namespace sirocco::arch
