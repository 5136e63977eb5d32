// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/init/check.h"

#include "kernel/arch/conformance.h"
#include "kernel/arch/console.h"
#include "kernel/arch/machine.h"
#include "kernel/arch/power.h"
#include "kernel/base/format.h"
#include "kernel/base/kassert.h"

namespace sirocco::init {
namespace {

void Tell(std::string_view name, const char* broken) {
  StringBuffer<200> line;
  Print(line, "check {}: {}\n", name, broken == nullptr ? "ok" : broken);
  arch::Console::Write(line.view());
  if (broken != nullptr) PANIC("a check of the kernel failed");
}

}  // namespace

void Check(std::string_view what) {
  if (what != "arch") return;
  for (const arch::ConformanceCheck& check : arch::ConformanceChecks()) {
    Tell(check.name, check.run());
  }
  Tell("KernelMapIsWriteXorExecute", arch::AuditKernelMap());
  arch::PowerOff(0);
}

}  // namespace sirocco::init
