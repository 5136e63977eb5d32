// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/arch/power.h"
#include "kernel/arch/riscv64/boot_layout.h"
#include "kernel/arch/riscv64/csr.h"
#include "kernel/arch/riscv64/hang.h"
#include "kernel/arch/riscv64/hart_block.h"
#include "kernel/arch/riscv64/report.h"
#include "kernel/arch/riscv64/trap_frame.h"
#include "kernel/base/format.h"
#include "kernel/base/kassert.h"

namespace sirocco {

void PanicAt(const char* text, const char* file, int line) {
  arch::StackPlace place = arch::Here();
  arch::StepOut(place);
  arch::Clear_sstatus(arch::kStatusSie);
  arch::ClaimReport(arch::kExitPanic);
  StringBuffer<200> title;
  Print(title, "kernel panic: {}", text);
  StringBuffer<200> detail;
  Print(detail, "at {}:{}", file, line);
  arch::ReportAndEnd(title.view(), detail.view(), place, arch::kExitPanic);
}

namespace arch {
namespace {

// **Source** RISC-V Privileged 1.12, table 4.2.
std::string_view NameOf(uint64_t cause) {
  switch (cause) {
    case 0:
      return "misaligned jump";
    case 1:
      return "instruction access fault";
    case 2:
      return "illegal instruction";
    case 3:
      return "breakpoint";
    case 4:
      return "misaligned load";
    case 5:
      return "load access fault";
    case 6:
      return "misaligned store";
    case 7:
      return "store access fault";
    case 12:
      return "page fault: no instruction there";
    case 13:
      return "page fault: load";
    case 15:
      return "page fault: store";
    default:
      return "exception of no known kind";
  }
}

// What the faulting address is, without telling it.
std::string_view Region(uint64_t address) {
  const RiscvHart& hart = ThisRiscvHart();
  if (address < 4096) return "near null";
  if (address < uint64_t{1} << 38) return "in the user half";
  if (address < ~uint64_t{0} << 38) return "not canonical";
  if (address < hart.stack_limit && hart.stack_limit - address <= GUARD_SIZE) {
    return "in the guard below this hart's stack";
  }
  if (address >= ~uint64_t{0} << 31) return "in the image's window";
  return "in the kernel half";
}

}  // namespace

void KernelTrap(const TrapFrame& frame) {
  JoinHangReport(frame);
  ClaimReport(kExitPanic);
  const std::string_view region = Region(frame.value);
  const bool is_overflow = region.find("guard") != std::string_view::npos;
  StringBuffer<200> title;
  Print(title, "kernel panic: {}", is_overflow ? "kernel stack overflow" : NameOf(frame.cause));
  StringBuffer<200> detail;
  Print(detail, "cause {}, address {}", frame.cause, region);
  const StackPlace place{frame.pc, frame.sp(), frame.frame_pointer(), frame.return_address(), true};
  ReportAndEnd(title.view(), detail.view(), place, kExitPanic);
}

extern "C" [[noreturn]] void RiscvKernelTrap(const TrapFrame* frame) { KernelTrap(*frame); }

}  // namespace arch
}  // namespace sirocco
