// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include "userspace/lib/process/owned_handle.h"
#include "userspace/lib/process/processargs.h"

namespace sirocco::userboot {

/// What the kernel gives to the first process.
struct Bootstrap {
  process::OwnedHandle vmar;
  process::OwnedHandle root_job;
  process::OwnedHandle archive;
  process::OwnedHandle vdso;
  process::OwnedHandle mmio;
  process::OwnedHandle irq;
  process::OwnedHandle system;
  process::OwnedHandle device_tree;
  process::StringTable environment;  // The words of the kernel's command line.
};

/// Reads the one message of `channel`. Handles that userboot does not know are closed. Errors:
/// those of zx_channel_read(); ZX_ERR_INVALID_ARGS no bootstrap message, or one without what
/// userboot cannot do without.
zx_status_t ReadBootstrap(zx_handle_t channel, Bootstrap& bootstrap);

}  // namespace sirocco::userboot
