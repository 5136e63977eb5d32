// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/process.h"

#include <zircon/limits.h>
#include <zircon/rights.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "kernel/mm/status.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/job.h"
#include "kernel/objects/thread.h"
#include "kernel/objects/vmar.h"
#include "kernel/syscall/handle_ref.h"
#include "kernel/syscall/handlers.h"

namespace sirocco {

zx_status_t sys_process_create(SyscallContext& ctx, Job& job, UserPtr<const char> name,
                               size_t name_size, uint32_t, UserOut<zx_handle_t> proc_handle,
                               UserOut<zx_handle_t> vmar_handle) {
  char text[ZX_MAX_NAME_LEN] = {};
  const size_t size = std::min(name_size, sizeof(text) - 1);
  TRY_STATUS(ctx.CopyIn(name, std::span(text, size)));
  TRY(const Held<zx_handle_t> held_process, ctx.Hold(proc_handle));
  TRY(const Held<zx_handle_t> held_vmar, ctx.Hold(vmar_handle));
  TRY(HandleReservation slots, ctx.handles().Reserve(2));
  TRY(RefPtr<Job> parent, TakeRef(job));
  TRY(RefPtr<Process> process, Process::Create(std::move(parent), std::string_view(text, size)));
  TRY(RefPtr<Vmar> root, Vmar::Create(WrapRef(&process->space()), process->space().root()));
  Handle handles[] = {Handle(std::move(process), Side::kFirst, ZX_DEFAULT_PROCESS_RIGHTS),
                      Handle(std::move(root), Side::kFirst, Vmar::kRootRights)};
  zx_handle_t values[2];
  slots.Install(handles, values);
  held_process.Store(values[0]);
  held_vmar.Store(values[1]);
  return ZX_OK;
}

namespace {

struct FirstThread {
  zx_vaddr_t entry;
  zx_vaddr_t stack;
  uintptr_t arg2;
};

// The handle moves in before the thread runs, and out again if it cannot.
zx_status_t StartWith(Process& process, Thread& thread, const FirstThread& start, Handle argument) {
  zx_handle_t value = ZX_HANDLE_INVALID;
  if (argument) {
    TRY(HandleReservation slot, process.handles().Reserve(1));
    value = slot.Install(std::move(argument));
  }
  const zx_status_t status = thread.Start(start.entry, start.stack, value, start.arg2);
  if (status != ZX_OK && value != ZX_HANDLE_INVALID) {
    // Closed here; somebody who ends the process may have been quicker.
    static_cast<void>(process.handles().Remove(value));
  }
  return status;
}

}  // namespace

zx_status_t sys_process_start(SyscallContext& ctx, Process& handle, Thread& thread,
                              zx_vaddr_t entry, zx_vaddr_t stack, HandleValue arg1,
                              uintptr_t arg2) {
  Handle argument;  // Gone from the caller whatever follows.
  if (arg1 != ZX_HANDLE_INVALID) {
    TRY(argument, ctx.handles().Remove(arg1));
    if (!argument.has_rights(ZX_RIGHT_TRANSFER)) return ZX_ERR_ACCESS_DENIED;
  }
  if (&thread.process() != &handle) return ZX_ERR_ACCESS_DENIED;
  if (!mm::IsUserRange(entry, 1)) return ZX_ERR_INVALID_ARGS;
  TRY(const RefPtr<Process> process, TakeRef(handle));
  TRY(const RefPtr<Thread> first, TakeRef(thread));
  TRY_STATUS(process->BeginStart());
  const zx_status_t status = StartWith(*process, *first, {entry, stack, arg2}, std::move(argument));
  process->EndStart(status);
  return status;
}

uint64_t sys_process_exit(SyscallContext& ctx, int64_t retcode) {
  ctx.process().Kill(retcode);
  ctx.thread().Exit();
  return kEntryPending;
}

}  // namespace sirocco
