// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// The first process: starts the drivers and the shell, waits for the shell, ends the drivers, and
// ends with the shell's status, which becomes the machine's.
#include <zircon/syscalls.h>

#include "userspace/userboot/bootstrap.h"
#include "userspace/userboot/log.h"
#include "userspace/userboot/start_system.h"
#include "vdso/bind.h"

namespace sirocco::userboot {
namespace {

using process::OwnedHandle;

constexpr int64_t kBootRefused = 242;
constexpr int64_t kMaxStatus = 199;  // Negative and higher ones of the shell count as this.

/// How long the drivers may take to send what they have: the console's clients are gone by then.
constexpr zx_duration_mono_t kDriversGrace = ZX_SEC(2);

int64_t WaitForStatus(const OwnedHandle& process) {
  zx_object_wait_one(process.get(), ZX_PROCESS_TERMINATED, ZX_TIME_INFINITE, nullptr);
  zx_info_process_t info = {};
  const zx_status_t status =
      zx_object_get_info(process.get(), ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr);
  const bool is_plain = status == ZX_OK && info.return_code >= 0 && info.return_code <= kMaxStatus;
  return is_plain ? info.return_code : kMaxStatus;
}

void EndDrivers(const System& system) {
  const zx_instant_mono_t deadline = zx_time_add_duration(zx_clock_get_monotonic(), kDriversGrace);
  const zx_status_t status =
      zx_object_wait_one(system.serial.get(), ZX_PROCESS_TERMINATED, deadline, nullptr);
  if (status != ZX_OK) Log(Line() << "userboot: the serial driver does not end; killing it");
  zx_task_kill(system.drivers_job.get());
}

int64_t Run(zx_handle_t bootstrap_channel) {
  Bootstrap bootstrap;
  OwnedHandle channel(bootstrap_channel);
  zx_status_t status = ReadBootstrap(channel.get(), bootstrap);
  OpenLog(bootstrap.system.get());
  if (status != ZX_OK) {
    Log(Line() << "userboot: bad bootstrap message, status " << status);
    return kBootRefused;
  }
  System system;
  status = StartSystem(bootstrap, system);
  if (status != ZX_OK) {
    if (system.drivers_job.is_valid()) zx_task_kill(system.drivers_job.get());
    return kBootRefused;
  }
  const int64_t code = WaitForStatus(system.shell);
  EndDrivers(system);
  return code;
}

}  // namespace
}  // namespace sirocco::userboot

extern "C" [[noreturn]] void UserbootMain(zx_handle_t bootstrap, uintptr_t vdso_base) {
  // Without it no call works: the next one ends the process.
  __sirocco_bind_vdso(vdso_base);
  zx_process_exit(sirocco::userboot::Run(bootstrap));
}
