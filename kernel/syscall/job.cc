// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/job.h"

#include <zircon/rights.h>
#include <zircon/syscalls/object.h>

#include "kernel/objects/process.h"
#include "kernel/syscall/create.h"
#include "kernel/syscall/handlers.h"

namespace sirocco {

zx_status_t sys_job_create(SyscallContext& ctx, Job& parent_job, uint32_t,
                           UserOut<zx_handle_t> out) {
  return CreateHandle(ctx, out, ZX_DEFAULT_JOB_RIGHTS, [&]() -> Result<RefPtr<Job>> {
    TRY(RefPtr<Job> parent, TakeRef(parent_job));
    return Job::Create(std::move(parent));
  });
}

zx_status_t sys_task_kill(SyscallContext&, Found<KernelObject> handle) {
  switch (handle.object.type()) {
    case ZX_OBJ_TYPE_JOB:
      static_cast<Job&>(handle.object).Kill(ZX_TASK_RETCODE_SYSCALL_KILL);
      return ZX_OK;
    case ZX_OBJ_TYPE_PROCESS:
      static_cast<Process&>(handle.object).Kill(ZX_TASK_RETCODE_SYSCALL_KILL);
      return ZX_OK;
    default:
      return ZX_ERR_WRONG_TYPE;
  }
}

}  // namespace sirocco
