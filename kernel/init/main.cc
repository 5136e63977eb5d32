// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <zircon/errors.h>

#include <algorithm>
#include <array>
#include <new>
#include <optional>
#include <string_view>

#include "kernel/arch/console.h"
#include "kernel/arch/hart.h"
#include "kernel/arch/machine.h"
#include "kernel/arch/physical_memory.h"
#include "kernel/arch/power.h"
#include "kernel/arch/upcalls.h"
#include "kernel/async/task.h"
#include "kernel/base/kassert.h"
#include "kernel/init/check.h"
#include "kernel/init/crash.h"
#include "kernel/init/options.h"
#include "kernel/init/system.h"
#include "kernel/mm/asid.h"
#include "kernel/mm/heap.h"
#include "kernel/mm/physical.h"
#include "kernel/objects/debuglog.h"
#include "kernel/sched/executor.h"

namespace sirocco::init {
namespace {

// Statuses above are the runner's own: panic, hang, refusal, wrong use.
constexpr int64_t kLastSystemStatus = 199;

// Written by the boot hart before the others start.
std::array<sched::HartExecutor*, arch::kMaxHarts> executors;

void LogLine(std::string_view line) {
  KernelLog(line);
  if (!BootOptions().Get("debug.console")) return;
  arch::Console::Write(line);
  arch::Console::Write("\n");
}

uint32_t StatusOf(int64_t return_code) {
  return return_code >= 0 && return_code <= kLastSystemStatus ? static_cast<uint32_t>(return_code)
                                                              : kLastSystemStatus;
}

[[noreturn]] void RefuseWithoutArchive() {
  arch::Console::Write("sirocco: boot refused: there is no boot archive (-initrd)\n");
  arch::PowerOff(arch::kExitRefused);
}

// The first process found nothing to start; why, it wrote to the log.
[[noreturn]] void RefuseForFirstProcess() {
  constexpr uint64_t kLastWords = 8;
  const uint64_t end = log_buffer.next_sequence();
  uint64_t sequence = end - std::min(end, kLastWords);
  arch::Console::Write("sirocco: boot refused by the first process; the log ends with:\n");
  LogRecord record;
  while (log_buffer.Read(&sequence, record)) {
    arch::Console::Write("  ");
    arch::Console::Write({record.data, record.datalen});
    arch::Console::Write("\n");
  }
  arch::PowerOff(arch::kExitRefused);
}

// The first coroutine: starts the system, and ends the machine when its last process has ended.
Task<zx_status_t> KernelMain() {
  if (const auto what = BootOptions().Get("debug.check")) {
    auto checked = co_await Check(*what);
    CO_TRY_STATUS(checked);
  }
  if (const auto kind = BootOptions().Get("debug.crash")) {
    auto survived = co_await Crash(*kind);
    CO_TRY_STATUS(survived);
  }
  auto code = co_await RunSystem();
  if (code.ok() && code.value() == arch::kExitRefused) RefuseForFirstProcess();
  if (code.ok()) arch::PowerOff(StatusOf(code.value()));
  if (code.status() == ZX_ERR_NOT_FOUND) RefuseWithoutArchive();
  PANIC("the first process cannot be started");
}

void OnMainEnded(async::TaskStart&) { PANIC("the kernel's main coroutine ended"); }

[[noreturn]] void RunHart() {
  sched::HartExecutor& executor = *executors[arch::ThisHart().index];
  executor.Attach();
  executor.Run();
}

void MakeExecutors() {
  for (uint32_t index = 0; index < arch::HartCount(); ++index) {
    executors[index] = new (std::nothrow) sched::HartExecutor(mm::frame_heap);
    PANIC_UNLESS(executors[index] != nullptr);
  }
}

constinit async::TaskStart main_start(&OnMainEnded);
constinit std::optional<Task<zx_status_t>> main_task;

void StartMain() {
  main_task.emplace(KernelMain());
  if (main_task->Start(main_start)) OnMainEnded(main_start);
}

}  // namespace

void KernelStart() {
  mm::physical.Init(arch::Ram(), arch::FreeRam());
  MakeExecutors();
  sched::HartExecutor& executor = *executors[arch::ThisHart().index];
  executor.Attach();
  mm::HartSpaces::LimitAsidBits(BootOptions().Number("debug.asid-bits", mm::HartSpaces::kAsidBits));
  arch::DescribeMachine(&LogLine);
  arch::StartHarts([] { RunHart(); });
  StartMain();
  executor.Run();
}

}  // namespace sirocco::init
