// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstdint>
#include <span>

#include "userspace/lib/process/owned_handle.h"
#include "userspace/userboot/bootstrap.h"

namespace sirocco::userboot {

/// What userboot keeps of the system it started.
struct System {
  process::OwnedHandle drivers_job;
  process::OwnedHandle serial;
  process::OwnedHandle shell;
};

/// Starts the serial driver and the shell from the boot archive. What fails is logged.
zx_status_t StartSystem(const Bootstrap& bootstrap, System& system);

}  // namespace sirocco::userboot
