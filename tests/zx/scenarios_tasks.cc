// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Jobs, processes, threads; resources and interrupts; the log; the system; the calls for tests.

#include <zircon/errors.h>
#include <zircon/rights.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/log.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/port.h>
#include <zircon/syscalls/resource.h>
#include <zircon/syscalls/system.h>

#include <array>

#include "kernel/base/units.h"
#include "tests/zx/scenario.h"

namespace sirocco::zx {

namespace {

using Name = std::array<char, 5>;
constexpr Name kName = {'n', 'a', 'm', 'e', 'd'};

void EndThread(uint64_t, uint64_t) { zx_thread_exit(); }
void EndProcess(uint64_t, uint64_t) { zx_process_exit(0); }

uint64_t AddressOf(Stage::Body body) { return reinterpret_cast<uintptr_t>(body); }

}  // namespace

SCENARIO(job_create) { return {{stage.job(), 0, stage.Out<zx_handle_t>()}}; }

SCENARIO(process_create) {
  return {{stage.job(), stage.In(kName), kName.size(), 0, stage.Out<zx_handle_t>(),
           stage.Out<zx_handle_t>()}};
}

SCENARIO(process_start) {
  const zx_handle_t process = Stage::New(ZX_OBJ_TYPE_PROCESS);
  zx_handle_t thread = ZX_HANDLE_INVALID;
  zx_thread_create(process, kName.data(), kName.size(), 0, &thread);
  return {{process, thread, AddressOf(&EndProcess), 0, Stage::New(ZX_OBJ_TYPE_EVENT), 0}, ZX_OK, 1};
}

SCENARIO(process_exit) { return {{0}}; }

SCENARIO(thread_create) {
  return {{stage.self(), stage.In(kName), kName.size(), 0, stage.Out<zx_handle_t>()}};
}

SCENARIO(thread_start) {
  return {{Stage::New(ZX_OBJ_TYPE_THREAD), AddressOf(&EndThread), 0, 0, 0}};
}

SCENARIO(thread_exit) { return {}; }

SCENARIO(thread_legacy_yield) {
  if (stage.Variant(2) == 1) Stage::StartThread(&EndThread, 0);
  return {};
}

SCENARIO(task_kill) {
  const bool is_process = stage.Variant(2) == 0;
  return {{Stage::New(is_process ? ZX_OBJ_TYPE_PROCESS : ZX_OBJ_TYPE_JOB)}};
}

// --- Resources and interrupts. ---

SCENARIO(resource_create) {
  constexpr uint32_t kFlags[] = {0, ZX_RSRC_FLAG_EXCLUSIVE};
  return {{stage.mmio(), ZX_RSRC_KIND_MMIO | kFlags[stage.Variant(2)], 0x1000'0000, kPageSize,
           stage.In(kName), kName.size(), stage.Out<zx_handle_t>()}};
}

SCENARIO(interrupt_create) {
  constexpr uint64_t kLine = 5;
  const uint32_t options =
      stage.Variant(2) == 0 ? ZX_INTERRUPT_MODE_LEVEL_HIGH : ZX_INTERRUPT_VIRTUAL;
  return {{stage.irq(), kLine, options, stage.Out<zx_handle_t>()}};
}

namespace {

zx_handle_t NewInterrupt() { return Stage::New(ZX_OBJ_TYPE_INTERRUPT); }

zx_handle_t NewInterruptPort() {
  zx_handle_t port = ZX_HANDLE_INVALID;
  zx_port_create(ZX_PORT_BIND_TO_INTERRUPT, &port);
  return port;
}

void Trigger(uint64_t interrupt, uint64_t) {
  Stage::LetItWait();
  Insist([interrupt] { return zx_interrupt_trigger(static_cast<zx_handle_t>(interrupt), 0, 1); });
  zx_thread_exit();
}

}  // namespace

SCENARIO(interrupt_wait) {
  const zx_handle_t interrupt = NewInterrupt();
  if (stage.Variant(2) == 0) {
    zx_interrupt_trigger(interrupt, 0, 1);
  } else {
    Stage::StartThread(&Trigger, interrupt);
  }
  return {{interrupt, stage.Out<zx_instant_boot_t>()}};
}

SCENARIO(interrupt_ack) {
  const zx_handle_t interrupt = NewInterrupt();
  const zx_handle_t port = NewInterruptPort();
  zx_port_packet_t packet = {};
  zx_interrupt_bind(interrupt, port, 1, ZX_INTERRUPT_BIND);
  zx_interrupt_trigger(interrupt, 0, 1);
  zx_port_wait(port, ZX_TIME_INFINITE, &packet);
  return {{interrupt}};
}

SCENARIO(interrupt_bind) {
  const zx_handle_t interrupt = NewInterrupt();
  const zx_handle_t port = NewInterruptPort();
  if (stage.Variant(2) == 0) return {{interrupt, port, 1, ZX_INTERRUPT_BIND}};
  zx_interrupt_bind(interrupt, port, 1, ZX_INTERRUPT_BIND);
  return {{interrupt, port, 1, ZX_INTERRUPT_UNBIND}};
}

SCENARIO(interrupt_trigger) { return {{NewInterrupt(), 0, 1}}; }

SCENARIO(interrupt_destroy) { return {{NewInterrupt()}}; }

// --- The log and the system. ---

SCENARIO(debuglog_create) {
  constexpr uint32_t kOptions[] = {0, ZX_LOG_FLAG_READABLE};
  return {{stage.system(), kOptions[stage.Variant(2)], stage.Out<zx_handle_t>()}};
}

SCENARIO(debuglog_write) {
  return {{Stage::New(ZX_OBJ_TYPE_DEBUGLOG), 0, stage.In(kName), kName.size()}};
}

SCENARIO(debuglog_read) {
  const zx_handle_t log = Stage::New(ZX_OBJ_TYPE_DEBUGLOG);
  zx_debuglog_write(log, 0, kName.data(), kName.size());
  return {{log, 0, stage.Out(ZX_LOG_RECORD_MAX), ZX_LOG_RECORD_MAX}, Scenario::kLength};
}

SCENARIO(debug_send_command) {
  constexpr std::array<char, 6> kCommand = {'l', 'e', 'd', 'g', 'e', 'r'};
  return {{stage.system(), stage.In(kCommand), kCommand.size()}};
}

// What this machine can do ends it; what it cannot is said so.
SCENARIO(system_powerctl) {
  return {
      {stage.system(), ZX_SYSTEM_POWERCTL_ENABLE_ALL_CPUS, stage.In(zx_system_powerctl_arg_t{})},
      ZX_ERR_NOT_SUPPORTED};
}

SCENARIO(cprng_draw_once) { return {{stage.Out(64), 64}}; }

SCENARIO(cprng_add_entropy) {
  const std::array<uint8_t, 64> noise = {1, 2, 3};
  return {{stage.In(noise), noise.size()}};
}

// --- For tests. ---

SCENARIO(syscall_test_0) { return {}; }
SCENARIO(syscall_test_1) { return {{1}, 1}; }
SCENARIO(syscall_test_2) { return {{1, 2}, 3}; }
SCENARIO(syscall_test_3) { return {{1, 2, 3}, 6}; }
SCENARIO(syscall_test_4) { return {{1, 2, 3, 4}, 10}; }
SCENARIO(syscall_test_5) { return {{1, 2, 3, 4, 5}, 15}; }
SCENARIO(syscall_test_6) { return {{1, 2, 3, 4, 5, 6}, 21}; }
SCENARIO(syscall_test_7) { return {{1, 2, 3, 4, 5, 6, 7}, 28}; }
SCENARIO(syscall_test_8) { return {{1, 2, 3, 4, 5, 6, 7, 8}, 36}; }

}  // namespace sirocco::zx
