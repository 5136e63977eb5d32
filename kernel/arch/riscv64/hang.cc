// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/arch/riscv64/hang.h"

#include <atomic>

#include "kernel/arch/clock.h"
#include "kernel/arch/hart.h"
#include "kernel/arch/power.h"
#include "kernel/arch/riscv64/boot_layout.h"
#include "kernel/arch/riscv64/csr.h"
#include "kernel/arch/riscv64/first_table.h"
#include "kernel/arch/riscv64/hart_block.h"
#include "kernel/arch/riscv64/kernel_map.h"
#include "kernel/arch/riscv64/report.h"
#include "kernel/arch/riscv64/sbi.h"
#include "kernel/base/format.h"

// A hart that hangs has its interrupts masked, so it cannot be asked where it is. But the firmware
// can make it execute a fence whatever it does. So the reporter takes the kernel's text away from
// the page tables all harts use, all but the trap entry's page, and has the hung hart fenced: its
// next instruction faults, the trap entry switches to a private table that still has the text
// (HART_HANG_SATP), and the hart reports its own registers and stack.
//
//   reporter                              hung hart
//   private table built, satp = it
//   hang_satp of all harts = it
//   hung_hart = h                (release)
//   text removed, RFENCE(h)               faults; FromKernel: satp = hang_satp
//   waits for has_answered                JoinHangReport reads hung_hart (acquire), answers,
//   reports

namespace sirocco::arch {

extern "C" const char __image_start[], __trap_text_start[], __trap_text_end[], __text_end[];

namespace {

constexpr uint32_t kNone = ~uint32_t{0};
constexpr Nanoseconds kAnswerLimit = Milliseconds(500);

std::atomic<uint32_t> hung_hart{kNone};
std::atomic<uint32_t> has_answered{0};

// The private table: a root, and a copy of the image's levels.
TablePage private_root;
TablePage private_middle;
TablePage private_leaves[kImageTables];

uint64_t ImagePhysical(const void* pointer) {
  return reinterpret_cast<uint64_t>(pointer) - IMAGE_OFFSET;
}

uint64_t BuildPrivateTable() {
  const auto image = reinterpret_cast<uint64_t>(__image_start);
  private_root = kernel_root;
  private_middle = image_middle;
  for (unsigned i = 0; i < kImageTables; ++i) {
    private_leaves[i] = image_leaves[i];
    private_middle.entries[TableIndex(image, 1) + i] =
        MakePte(ImagePhysical(&private_leaves[i]), kPteValid);
  }
  private_root.entries[TableIndex(image, 2)] = MakePte(ImagePhysical(&private_middle), kPteValid);
  return kSatpSv39 | ImagePhysical(&private_root) >> kPageShift;
}

void RemoveText() {
  const auto image = reinterpret_cast<uint64_t>(__image_start);
  const auto keep_start = reinterpret_cast<uint64_t>(__trap_text_start);
  const auto keep_end = reinterpret_cast<uint64_t>(__trap_text_end);
  const uint64_t window = image & ~uint64_t{0x1fffff};
  for (uint64_t page = image; page < reinterpret_cast<uint64_t>(__text_end); page += kPageSize) {
    if (page >= keep_start && page < keep_end) continue;
    const uint64_t slot = (page - window) >> kPageShift;
    image_leaves[slot / 512].entries[slot % 512] = 0;
  }
}

}  // namespace

void ReportHangOf(uint32_t hart) {
  ClaimReport(kExitHang);
  const uint64_t satp = BuildPrivateTable();
  Write_satp(satp);
  FenceAll();
  for (RiscvHart& other : riscv_harts) other.hang_satp = satp;
  hung_hart.store(hart, std::memory_order_release);
  RemoveText();
  // Stores to tables are before fences anywhere. **Source** RISC-V Privileged 1.12, 4.2.1.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  sbi::RemoteFence(RiscvHartAt(hart).id);

  const Instant limit = Clock::Now() + kAnswerLimit;
  while (has_answered.load(std::memory_order_acquire) == 0 && Clock::Now() < limit) {
    Write_stimecmp(Clock::Ticks() + 1000);  // Under -icount the other hart needs our turn.
    WaitForInterruptInstruction();
  }
  if (has_answered.load(std::memory_order_acquire) != 0) HaltHart();
  StringBuffer<80> detail;
  Print(detail, "hart {} hangs, and does not tell where", hart);
  ReportAndEnd("kernel hang", detail.view(), Here(), kExitHang);
}

void JoinHangReport(const TrapFrame& frame) {
  const uint32_t hung = hung_hart.load(std::memory_order_acquire);
  if (hung == kNone) return;
  if (hung != ThisHart().index) HaltHart();
  has_answered.store(1, std::memory_order_release);
  const StackPlace place{frame.pc, frame.sp(), frame.frame_pointer(), frame.return_address(), true};
  ReportAndEnd("kernel hang: a hart that does not come out of the kernel", {}, place, kExitHang);
}

}  // namespace sirocco::arch
