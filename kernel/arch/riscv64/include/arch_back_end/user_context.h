// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernel/arch/riscv64/trap_layout.h"

namespace sirocco::arch {

/// The registers of a thread that is not in user mode. General registers stand in the order of
/// zx_thread_state_general_regs_t.
class UserContext {
 public:
  /// What a new thread finds, in a context that is new: everything not named is zero.
  void Start(uint64_t pc, uint64_t sp, uint64_t arg0, uint64_t arg1) {
    pc_ = pc;
    sp_ = sp;
    a_[0] = arg0;
    a_[1] = arg1;
  }

  /// The result of the call this context is suspended in.
  void set_result(uint64_t value) { a_[0] = value; }

  /// What a call of the hand-off pair brought in registers, and what it takes back there.
  static constexpr size_t kWords = 7;
  uint64_t word(size_t index) const { return a_[1 + index]; }
  uint64_t word_bytes() const { return t_[1]; }
  uint64_t word_arguments() const { return t_[2]; }
  void set_word(size_t index, uint64_t value) { a_[1 + index] = value; }
  /// The lower half of word 0.
  void set_low_word(uint32_t value) {
    using Half [[gnu::may_alias]] = uint32_t;  // GCC makes four stores of a memcpy.
    *reinterpret_cast<Half*>(&a_[1]) = value;
  }
  /// All of them, as a message lies in memory.
  std::byte* words() { return reinterpret_cast<std::byte*>(&a_[1]); }
  void set_word_bytes(uint64_t size_bytes) {
    t_[1] = size_bytes;
    flags_ |= CONTEXT_WORDS;
  }

  uint64_t pc() const { return pc_; }
  void set_pc(uint64_t pc) { pc_ = pc; }
  uint64_t sp() const { return sp_; }
  uint64_t return_address() const { return ra_; }

 private:
  friend struct UserContextLayout;

  uint64_t pc_ = 0, ra_ = 0, sp_ = 0, gp_ = 0, tp_ = 0;
  uint64_t t_[3] = {};
  uint64_t s_[2] = {};
  uint64_t a_[8] = {};
  uint64_t s2_[10] = {};  // s2..s11
  uint64_t t3_[4] = {};   // t3..t6
  uint64_t f_[32];  // Whatever was there before, until the thread gets an FPU for the first time.
  uint64_t fcsr_ = 0;
  uint32_t flags_ = CONTEXT_FULL;
  uint32_t float_hart_ = kNoHart;  // Whose registers still equal f_, if its owner word agrees.

 public:
  static constexpr uint32_t kNoHart = ~uint32_t{0};
  uint32_t float_hart() const { return float_hart_; }
  void set_float_hart(uint32_t hart) { float_hart_ = hart; }
  /// For a thread that has no hart's registers yet.
  void ClearFloats() { std::memset(f_, 0, sizeof(f_)); }
};

struct UserContextLayout {
  static_assert(offsetof(UserContext, pc_) == CONTEXT_PC);
  static_assert(offsetof(UserContext, ra_) == CONTEXT_RA);
  static_assert(offsetof(UserContext, sp_) == CONTEXT_SP);
  static_assert(offsetof(UserContext, gp_) == CONTEXT_GP);
  static_assert(offsetof(UserContext, tp_) == CONTEXT_TP);
  static_assert(offsetof(UserContext, t_) == CONTEXT_T0);
  static_assert(offsetof(UserContext, s_) == CONTEXT_S0);
  static_assert(offsetof(UserContext, a_) == CONTEXT_A0);
  static_assert(offsetof(UserContext, s2_) == CONTEXT_S2);
  static_assert(offsetof(UserContext, t3_) == CONTEXT_T3);
  static_assert(offsetof(UserContext, f_) == CONTEXT_FP);
  static_assert(offsetof(UserContext, fcsr_) == CONTEXT_FCSR);
  static_assert(offsetof(UserContext, flags_) == CONTEXT_FLAGS);
};

}  // namespace sirocco::arch
