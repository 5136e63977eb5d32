// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/init/check.h"

#include <zircon/errors.h>

#include "kernel/arch/conformance.h"
#include "kernel/arch/console.h"
#include "kernel/arch/machine.h"
#include "kernel/arch/power.h"
#include "kernel/base/format.h"
#include "kernel/base/kassert.h"
#include "kernel/base/result.h"
#include "kernel/init/check_async.h"

namespace sirocco::init {
namespace {

void Tell(std::string_view name, const char* broken) {
  StringBuffer<200> line;
  Print(line, "check {}: {}\n", name, broken == nullptr ? "ok" : broken);
  arch::Console::Write(line.view());
  if (broken != nullptr) PANIC("a check of the kernel failed");
}

}  // namespace

Task<zx_status_t> Check(std::string_view what) {
  if (what == "arch") {
    for (const arch::ConformanceCheck& check : arch::ConformanceChecks()) {
      Tell(check.name, check.run());
    }
    Tell("KernelMapIsWriteXorExecute", arch::AuditKernelMap());
  } else if (what == "async") {
    auto status = co_await CheckAsync();
    CO_TRY_STATUS(status);
  } else {
    co_return ZX_OK;
  }
  arch::PowerOff(0);
}

}  // namespace sirocco::init
