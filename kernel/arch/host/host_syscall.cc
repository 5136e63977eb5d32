// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "vdso/host/host_syscall.h"

#include "kernel/arch/clock.h"
#include "kernel/arch/host/user_fiber.h"

namespace sirocco::arch {

extern "C" uint64_t sirocco_host_syscall(uint64_t number, const uint64_t arguments[8]) {
  return UserFiber::Call(number, arguments);
}

extern "C" uint64_t sirocco_host_syscall_words(uint64_t number, uint64_t handle, uint64_t words[7],
                                               uint64_t* size_bytes, uint64_t arguments) {
  UserFiber::PutWords(words, *size_bytes, arguments);
  const uint64_t call[8] = {handle};
  const uint64_t result = UserFiber::Call(number, call);
  *size_bytes = UserFiber::GetWords(words);
  return result;
}

extern "C" uint64_t sirocco_host_ticks() { return Clock::Ticks(); }

}  // namespace sirocco::arch
