// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// The direct switch with the words in the registers in which the caller has them and the peer wants
// them. The compiler leaves these alone (see BUILD), so nothing may be called but what ends the
// switch; where assertions would, in builds that have them, the words are saved first.

#include <cstdint>

#include "kernel/arch/riscv64/live_words.h"
#include "kernel/arch/user.h"
#include "kernel/base/kassert.h"
#include "kernel/objects/parked_thread.h"
#include "kernel/syscall/channel_direct.h"
#include "kernel/syscall/channel_switch.h"
#include "kernel/syscall/hand_off.h"

namespace sirocco {

namespace {

class LiveWords : public arch::LiveWords {
 public:
  static constexpr bool kAreLive = true;

  static HandOffNext SaveAndCall(uint64_t handle) {
    return HandOffNext{arch::RiscvSaveWordsAndCall(handle)};
  }
  static HandOffNext SaveAndServe(uint64_t handle) {
    return HandOffNext{arch::RiscvSaveWordsAndServe(handle)};
  }
  static HandOffNext SaveAndFinish(ParkedThread& self) {
    return HandOffNext{arch::RiscvSaveWordsAndFinish(reinterpret_cast<uint64_t>(&self))};
  }
  static HandOffNext SwitchTo(arch::UserContext& context) {
    return HandOffNext{arch::RiscvSwitchDirectly(context)};
  }
};

}  // namespace

extern "C" HandOffNext SyscallChannelCallRegsLive(uint64_t handle) {
  if constexpr (kAssertsEnabled) return LiveWords::SaveAndCall(handle);
  return HandOff::Switch<HandOff::Role::kCaller>(handle, LiveWords(), 0);
}

extern "C" HandOffNext SyscallChannelServeLive(uint64_t handle) {
  if constexpr (kAssertsEnabled) return LiveWords::SaveAndServe(handle);
  return HandOff::Switch<HandOff::Role::kServer>(handle, LiveWords(), 0);
}

}  // namespace sirocco
