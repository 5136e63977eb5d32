// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/init/system.h"

#include <zircon/types.h>

#include "kernel/init/userboot.h"

namespace sirocco::init {
namespace {

// Done once no process and no job is left below the root.
Task<zx_status_t> LastProcess(RefPtr<Job> root) {
  constexpr zx_signals_t kAlone = ZX_JOB_NO_PROCESSES | ZX_JOB_NO_JOBS;
  while ((root->signals(Side::kFirst) & kAlone) != kAlone) {
    for (zx_signals_t signal : {ZX_JOB_NO_PROCESSES, ZX_JOB_NO_JOBS}) {
      auto gone = root->WaitSignals(signal, HandleSlot(Side::kFirst));
      auto status = co_await gone;
      if (status != ZX_OK) co_return status;
    }
  }
  co_return ZX_OK;
}

}  // namespace

Task<Result<int64_t>> RunSystem() {
  CO_TRY(const System system, StartUserboot());
  auto ended = co_await LastProcess(system.root_job);
  if (ended != ZX_OK) co_return Error{ended};
  co_return system.userboot->GetInfo().return_code;
}

}  // namespace sirocco::init
