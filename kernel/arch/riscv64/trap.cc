// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <cstdint>

#include "kernel/arch/riscv64/hart_block.h"
#include "kernel/arch/riscv64/interrupts.h"
#include "kernel/arch/riscv64/trap_frame.h"
#include "kernel/arch/upcalls.h"
#include "kernel/arch/user.h"

namespace sirocco::arch {

namespace {

// RISC-V Privileged 1.12, table 4.2.
constexpr uint64_t kInterruptBit = uint64_t{1} << 63;
constexpr uint64_t kCauseIllegalInstruction = 2;
constexpr uint64_t kStatusFsMask = 3 << 13;
constexpr uint64_t kStatusFsClean = 2 << 13;
constexpr uint64_t kStatusSpp = 1 << 8;
constexpr uint64_t kStatusSpie = 1 << 5;

uint64_t ReadStatus() {
  uint64_t status;
  asm volatile("csrr %0, sstatus" : "=r"(status));
  return status;
}
void WriteStatus(uint64_t status) { asm volatile("csrw sstatus, %0" ::"r"(status)); }

UserTrap Classify(uint64_t cause, uint64_t value) {
  using Kind = UserTrap::Kind;
  using Access = UserTrap::Access;
  struct Row {
    Kind kind;
    Access access;
  };
  static constexpr Row kRows[16] = {
      {Kind::kMisaligned, Access::kExecute},
      {Kind::kAccessFault, Access::kExecute},
      {Kind::kIllegalInstruction, Access::kExecute},
      {Kind::kBreakpoint, Access::kExecute},
      {Kind::kMisaligned, Access::kRead},
      {Kind::kAccessFault, Access::kRead},
      {Kind::kMisaligned, Access::kWrite},
      {Kind::kAccessFault, Access::kWrite},
      {Kind::kForeignCall, Access::kExecute},
      {Kind::kIllegalInstruction, Access::kExecute},
      {Kind::kIllegalInstruction, Access::kExecute},
      {Kind::kIllegalInstruction, Access::kExecute},
      {Kind::kPageFault, Access::kExecute},
      {Kind::kPageFault, Access::kRead},
      {Kind::kIllegalInstruction, Access::kExecute},
      {Kind::kPageFault, Access::kWrite},
  };
  const Row& row = kRows[cause & 15];
  return UserTrap{row.kind, row.access, cause, value};
}

// Floating-point registers move lazily: FS is off on entry unless the FPU still has this thread's
// registers, and they are saved as soon as a thread that changed them leaves user mode.
bool OwnsFloats(const RiscvHart& hart, const UserContext& context) {
  return hart.float_owner == &context && context.float_hart() == hart.common.index;
}

}  // namespace

extern "C" void RiscvRunUser(UserContext* context);
extern "C" void RiscvSaveFloats(UserContext* context);
extern "C" void RiscvLoadFloats(const UserContext* context);

void PrepareUser(UserContext& context, uintptr_t vdso_text) {
  RiscvHart& hart = ThisRiscvHart();
  hart.context = &context;
  hart.vdso_text = vdso_text;
  uint64_t status = ReadStatus() & ~(kStatusFsMask | kStatusSpp);
  if (OwnsFloats(hart, context)) status |= kStatusFsClean;
  WriteStatus(status | kStatusSpie);
}

void RunUser(UserContext& context) { RiscvRunUser(&context); }

namespace {

// The first floating-point instruction since another thread had the FPU. False: it is on already,
// so the instruction is illegal for its own sake.
bool GiveFloats(RiscvHart& hart) {
  const uint64_t status = ReadStatus();
  if ((status & kStatusFsMask) != 0) return false;
  WriteStatus(status | kStatusFsClean);
  // Zeroes for a thread that never had any.
  if (hart.context->float_hart() == UserContext::kNoHart) hart.context->ClearFloats();
  RiscvLoadFloats(hart.context);
  WriteStatus((ReadStatus() & ~kStatusFsMask) | kStatusFsClean);
  hart.float_owner = hart.context;
  hart.context->set_float_hart(hart.common.index);
  return true;
}

}  // namespace

// Called by the full door with everything saved.
extern "C" UserContext* RiscvTrapFromUser(uint64_t cause, uint64_t value) {
  RiscvHart& hart = ThisRiscvHart();
  if ((cause & kInterruptBit) != 0) {
    HandleInterrupt(cause);
    return sched::OnUserInterrupt();
  }
  if (cause == kCauseIllegalInstruction && GiveFloats(hart)) return hart.context;
  return sched::OnUserTrap(Classify(cause, value));
}

extern "C" void RiscvTrapFromKernel(TrapFrame* frame) {
  if ((frame->cause & kInterruptBit) != 0) {
    HandleInterrupt(frame->cause);
    return;
  }
  KernelTrap(*frame);
}

}  // namespace sirocco::arch
