// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/process.h>
#include <zircon/types.h>

#include <cstdint>

// What tests need of the world they run in, beyond zx_* calls. zx_process_self(),
// zx_vmar_root_self() and zx_job_default() work in both; zx_thread_self() in none.

namespace sirocco::zxtest {

/// Whether time stands still while anything runs, and jumps when nothing does: a timer then fires
/// at its very instant.
bool SimulatesTime();

/// How many harts the program's threads run on.
uint32_t HartCount();

/// Starts a new thread of this process that runs `body(argument)` and then ends. Returns its
/// handle, which is the caller's.
using ThreadBody = void (*)(uint64_t argument);
zx_handle_t StartThread(ThreadBody body, uint64_t argument = 0);

/// The stack for zx_thread_start() in this process.
zx_vaddr_t NewStack();

/// What zx_process_start() starts: gets the handle and the number that came along. It ends by a
/// call, and has none of this process's memory: on the machine its statics are a copy of ours, on
/// the host they are ours, so it leaves them alone.
using ProcessBody = void (*)(uint64_t handle, uint64_t argument);

/// Makes functions of this program run in the new process whose root region is `vmar`. Returns the
/// stack for zx_process_start().
zx_vaddr_t PrepareProcess(zx_handle_t vmar);

/// A process in `job` that runs `body(handle, argument)`; `handle` moves there. Returns its handle.
zx_handle_t StartProcess(zx_handle_t job, ProcessBody body, zx_handle_t handle = ZX_HANDLE_INVALID,
                         uint64_t argument = 0);

/// Waits for the end of a task; and the return code of a process.
void AwaitEnd(zx_handle_t task);
int64_t AwaitReturnCode(zx_handle_t process);

/// What an instruction does that reads or writes 8 bytes at a user address. One that may not ends
/// the process.
uint64_t Load(zx_vaddr_t address);
void Store(zx_vaddr_t address, uint64_t value);

/// Lets the hart take interrupts, for loops that make no call.
void Step();

/// All services of the kernel (ZX_RSRC_KIND_SYSTEM). Not the caller's to close.
zx_handle_t SystemResource();

}  // namespace sirocco::zxtest
