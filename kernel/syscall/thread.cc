// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/thread.h"

#include <zircon/limits.h>
#include <zircon/rights.h>

#include <algorithm>
#include <utility>

#include "kernel/mm/address_space.h"
#include "kernel/objects/process.h"
#include "kernel/syscall/create.h"
#include "kernel/syscall/handlers.h"

namespace sirocco {

zx_status_t sys_thread_create(SyscallContext& ctx, Process& process, UserPtr<const char> name,
                              size_t name_size, uint32_t options, UserOut<zx_handle_t> out) {
  if (options != 0) return ZX_ERR_INVALID_ARGS;
  char text[ZX_MAX_NAME_LEN] = {};
  const size_t size = std::min(name_size, sizeof(text) - 1);
  TRY_STATUS(ctx.CopyIn(name, std::span<char>(text, size)));
  const zx_rights_t rights = TypeInfo(ZX_OBJ_TYPE_THREAD).default_rights;
  return CreateHandle(ctx, out, rights, [&process, &text, size]() -> Result<RefPtr<Thread>> {
    TRY(RefPtr<Process> owner, TakeRef(process));
    return Thread::Create(std::move(owner), std::string_view(text, size));
  });
}

zx_status_t sys_thread_start(SyscallContext&, Thread& thread, zx_vaddr_t entry, zx_vaddr_t stack,
                             uintptr_t arg1, uintptr_t arg2) {
  // The stack is the thread's own affair; an entry outside user memory is not.
  if (!mm::IsUserRange(entry, 1)) return ZX_ERR_INVALID_ARGS;
  // The first thread of a process starts it, by zx_process_start.
  if (!thread.process().is_started()) return ZX_ERR_BAD_STATE;
  return thread.Start(entry, stack, arg1, arg2);
}

uint64_t sys_thread_exit(SyscallContext& ctx) {
  ctx.thread().Exit();
  return kEntryPending;
}

}  // namespace sirocco
