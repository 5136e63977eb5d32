// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "kernel/arch/console.h"
#include "kernel/arch/hart.h"
#include "kernel/arch/machine.h"
#include "kernel/arch/power.h"
#include "kernel/arch/upcalls.h"
#include "kernel/init/check.h"
#include "kernel/init/crash.h"
#include "kernel/init/options.h"

namespace sirocco::init {
namespace {

void PrintLine(std::string_view line) {
  arch::Console::Write(line);
  arch::Console::Write("\n");
}

void Idle() {
  for (;;) {
    arch::WaitForInterrupt();
    arch::TakeInterrupts();
  }
}

}  // namespace

void ForEachAwaiter(const void*, void (*)(const void*)) {}

void KernelStart() {
  if (BootOptions().Get("debug.console")) arch::DescribeMachine(&PrintLine);
  arch::StartHarts(&Idle);
  if (const auto what = BootOptions().Get("debug.check")) Check(*what);
  if (const auto kind = BootOptions().Get("debug.crash")) Crash(*kind);
  arch::PowerOff(0);
}

}  // namespace sirocco::init
