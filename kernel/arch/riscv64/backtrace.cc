// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/arch/riscv64/backtrace.h"

#include "kernel/arch/riscv64/boot_layout.h"
#include "kernel/arch/riscv64/symbol_table.h"

namespace sirocco::arch {
namespace {

extern "C" const char boot_stacks[];

// Whether the 8 bytes at `address` are on a mapped page of some stack of ours.
bool IsOnStack(uint64_t address) {
  const uint64_t start = reinterpret_cast<uint64_t>(boot_stacks);
  if (address % 8 != 0 || address < start || address >= start + STACK_AREA_SIZE * MAX_HARTS) {
    return false;
  }
  const uint64_t at = (address - start) % STACK_AREA_SIZE;
  const bool is_stack = at >= GUARD_SIZE && at < GUARD_SIZE + STACK_SIZE;
  const bool is_emergency = at >= STACK_AREA_SIZE - EMERGENCY_STACK_SIZE;
  return is_stack || is_emergency;
}

// Replaces `value` by what was saved `below` the frame's address. False if that cannot be.
bool Restore(uint64_t cfa, uint32_t below, uint64_t& value) {
  if (below == 0) return true;
  if (!IsOnStack(cfa - below)) return false;
  value = *reinterpret_cast<const uint64_t*>(cfa - below);
  return true;
}

}  // namespace

bool StepOut(StackPlace& place) {
  // A call may be the last instruction of its function: what it returns to is another's.
  const auto found = FindFrameRule(place.is_exact ? place.pc : place.pc - 1);
  // A jump to nowhere has not pushed anything, and ra says who jumped.
  if (!found && !(place.is_exact && !FindSymbol(place.pc))) return false;
  const FrameRule rule = found.value_or(FrameRule{});
  if (!place.is_exact && rule.ra_below == 0) return false;
  const uint64_t cfa = (rule.cfa_is_s0 ? place.frame_pointer : place.sp) + rule.cfa_offset;
  uint64_t caller = place.return_address;
  if (!Restore(cfa, rule.ra_below, caller)) return false;
  if (!Restore(cfa, rule.s0_below, place.frame_pointer)) return false;
  if (caller == 0 || (!place.is_exact && cfa <= place.sp)) return false;
  place.pc = caller;
  place.sp = cfa;
  place.is_exact = false;
  return true;
}

}  // namespace sirocco::arch
