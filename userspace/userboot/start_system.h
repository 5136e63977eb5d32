// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lib/zx/job.h>
#include <lib/zx/process.h>
#include <zircon/types.h>

#include "userspace/userboot/bootstrap.h"

namespace sirocco::userboot {

/// What userboot keeps of the system it started.
struct System {
  zx::job drivers_job;
  zx::process serial;
  zx::job apps_job;  // The shell, and what it starts.
  zx::process shell;
};

/// Starts the serial driver and the shell from the boot archive. What fails is logged.
zx_status_t StartSystem(const Bootstrap& bootstrap, System& system);

}  // namespace sirocco::userboot
