// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "kernel/base/ref_ptr.h"
#include "kernel/base/result.h"
#include "kernel/objects/job.h"
#include "kernel/objects/process.h"

namespace sirocco::init {

/// What the kernel keeps of the system it started.
struct System {
  System() = default;
  System(RefPtr<Job> job, RefPtr<Process> process)
      : root_job(std::move(job)), userboot(std::move(process)) {}

  RefPtr<Job> root_job;
  RefPtr<Process> userboot;
};

/// Makes the root job and the first process, whose program is part of the image, maps the vDSO into
/// it and leaves it a message with all that the kernel has to give: <zircon/processargs.h>.
/// **Errors** ZX_ERR_NO_MEMORY; ZX_ERR_NOT_FOUND: there is no boot archive.
Result<System> StartUserboot();

}  // namespace sirocco::init
