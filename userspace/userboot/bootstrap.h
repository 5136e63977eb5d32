// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lib/zx/channel.h>
#include <lib/zx/job.h>
#include <lib/zx/resource.h>
#include <lib/zx/vmar.h>
#include <lib/zx/vmo.h>
#include <zircon/types.h>

#include "userspace/lib/process/processargs.h"

namespace sirocco::userboot {

/// What the kernel gives to the first process.
struct Bootstrap {
  zx::vmar vmar;
  zx::job root_job;
  zx::vmo archive;
  zx::vmo vdso;
  zx::resource mmio;
  zx::resource irq;
  zx::resource system;
  zx::vmo device_tree;
  process::StringTable environment;  // The words of the kernel's command line.
};

/// Reads the one message of `channel`. Handles that userboot does not know are closed. Errors:
/// those of zx_channel_read(); ZX_ERR_INVALID_ARGS no bootstrap message, or one without what
/// userboot cannot do without.
zx_status_t ReadBootstrap(const zx::channel& channel, Bootstrap& bootstrap);

}  // namespace sirocco::userboot
