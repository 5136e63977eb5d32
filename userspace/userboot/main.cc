// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// The first process: starts the drivers and the shell, waits for the shell, ends what that
// left running and the drivers, and ends with the shell's status, which becomes the machine's.
#include <lib/zx/channel.h>
#include <lib/zx/process.h>
#include <zircon/syscalls.h>

#include "userspace/userboot/bootstrap.h"
#include "userspace/userboot/log.h"
#include "userspace/userboot/start_system.h"
#include "vdso/bind.h"

namespace sirocco::userboot {
namespace {

constexpr int64_t kBootRefused = 242;
constexpr int64_t kMaxStatus = 199;  // Negative and higher ones of the shell count as this.

/// How long the drivers may take to send what they have: the console's clients are gone by then.
constexpr zx::duration kDriversGrace = zx::sec(2);

int64_t WaitForStatus(const zx::process& process) {
  process.wait_one(ZX_PROCESS_TERMINATED, zx::time::infinite(), nullptr);
  zx_info_process_t info = {};
  const zx_status_t status =
      process.get_info(ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr);
  const bool is_plain = status == ZX_OK && info.return_code >= 0 && info.return_code <= kMaxStatus;
  return is_plain ? info.return_code : kMaxStatus;
}

void EndDrivers(const System& system) {
  const zx_status_t status =
      system.serial.wait_one(ZX_PROCESS_TERMINATED, zx::deadline_after(kDriversGrace), nullptr);
  if (status != ZX_OK) Log(Line() << "userboot: the serial driver does not end; killing it");
  system.drivers_job.kill();
}

int64_t Run(zx::channel channel) {
  Bootstrap bootstrap;
  zx_status_t status = ReadBootstrap(channel, bootstrap);
  OpenLog(bootstrap.system);
  if (status != ZX_OK) {
    Log(Line() << "userboot: bad bootstrap message, status " << status);
    return kBootRefused;
  }
  System system;
  status = StartSystem(bootstrap, system);
  if (status != ZX_OK) {
    if (system.drivers_job.is_valid()) system.drivers_job.kill();
    return kBootRefused;
  }
  const int64_t code = WaitForStatus(system.shell);
  system.apps_job.kill();  // What the shell has left running.
  EndDrivers(system);
  return code;
}

}  // namespace
}  // namespace sirocco::userboot

extern "C" [[noreturn]] void UserbootMain(zx_handle_t bootstrap, uintptr_t vdso_base) {
  // Without it no call works: the next one ends the process.
  __sirocco_bind_vdso(vdso_base);
  zx_process_exit(sirocco::userboot::Run(zx::channel(bootstrap)));
}
