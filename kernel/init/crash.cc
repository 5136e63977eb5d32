// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/init/crash.h"

#include <zircon/errors.h>

#include <cstdint>

#include "kernel/arch/hart.h"
#include "kernel/base/kassert.h"

namespace sirocco::init {
namespace {

// Opaque to the compiler: what these functions do is undefined, and must be done nevertheless.
template <typename T>
T Opaque(T value) {
  asm volatile("" : "+r"(value));
  return value;
}

[[gnu::noinline]] void CrashByPanic() { PANIC("debug.crash=panic"); }

[[gnu::noinline]] void CrashByFault() { *Opaque(reinterpret_cast<volatile uint32_t*>(8)) = 1; }

[[gnu::noinline]] void CrashByJump() { Opaque(reinterpret_cast<void (*)()>(16))(); }

[[gnu::noinline]] uint64_t CrashByStack(uint64_t depth) {
  volatile uint64_t local[32] = {depth};
  const uint64_t deeper = depth == Opaque(~uint64_t{0}) ? 0 : CrashByStack(depth + 1);
  return deeper + local[depth % 32];
}

// As a lock that nobody gives back.
[[gnu::noinline]] void CrashBySpin() {
  for (uint32_t rounds = 0; Opaque(true);) arch::SpinRelax(rounds++);
}

// Calls nothing and reads nothing: only another hart can notice.
[[gnu::noinline]] void CrashByHang() {
  for (;;) asm volatile("");
}

Task<zx_status_t> CrashInside() {
  CrashByPanic();
  co_return ZX_OK;
}

Task<zx_status_t> CrashByAwait() {
  auto status = co_await CrashInside();
  co_return status;
}

void CrashAtOnce(std::string_view kind) {
  if (kind == "panic") CrashByPanic();
  if (kind == "fault") CrashByFault();
  if (kind == "jump") CrashByJump();
  if (kind == "stack") Opaque(CrashByStack(0));
  if (kind == "spin") CrashBySpin();
  if (kind == "hang") CrashByHang();
}

}  // namespace

Task<zx_status_t> Crash(std::string_view kind) {
  if (kind == "await") {
    auto status = co_await CrashByAwait();
    co_return status;
  }
  CrashAtOnce(kind);
  co_return ZX_OK;
}

}  // namespace sirocco::init
