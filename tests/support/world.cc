// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/world.h"

#include <zircon/rights.h>
#include <zircon/syscalls.h>

#include "kernel/arch/physical_memory.h"
#include "kernel/arch/user_window.h"
#include "kernel/base/kassert.h"
#include "kernel/mm/heap.h"
#include "kernel/mm/physical.h"
#include "kernel/objects/thread.h"

namespace sirocco::support {

namespace {

zx_handle_t self;  // Of the program that started last.

// Memory of the process, once: kernel objects of one test may outlive it in caches.
void InitMemory() {
  static const bool is_done = [] {
    mm::physical.Init(arch::Ram(), arch::FreeRam());
    arch::UserWindow::AddProgram();
    return true;
  }();
  static_cast<void>(is_done);
}

}  // namespace

World::World(uint32_t hart_count) : harts_((InitMemory(), hart_count), mm::frame_heap) {
  root_job_ = Job::CreateRoot().value();
}

World::~World() {
  root_job_->Kill(ZX_TASK_RETCODE_SYSCALL_KILL);
  root_job_.reset();
  harts_.RunUntilIdle();
}

void World::Main(uint64_t program, uint64_t own_process) {
  self = static_cast<zx_handle_t>(own_process);
  reinterpret_cast<Program>(program)();
  zx_thread_exit();
}

RefPtr<Process> World::Start(Program program) {
  RefPtr<Process> process = Process::Create(root_job_, "test").value();
  RefPtr<Thread> thread = Thread::Create(process, "main").value();
  PANIC_UNLESS(process->BeginStart() == ZX_OK);
  HandleReservation slot = process->handles().Reserve(1).value();
  const zx_handle_t own = slot.Install(Handle(process, Side::kFirst, ZX_DEFAULT_PROCESS_RIGHTS));
  const zx_status_t status = thread->Start(reinterpret_cast<uint64_t>(&World::Main), 0,
                                           reinterpret_cast<uint64_t>(program), own);
  process->EndStart(status);
  PANIC_UNLESS(status == ZX_OK);
  return process;
}

int64_t World::Await(Process& process) {
  sched::HartExecutor& hart = harts_.executor(0);
  while ((process.signals(Side::kFirst) & ZX_PROCESS_TERMINATED) == 0) {
    // Time is simulated: with nothing to do it goes on to the next timer.
    if (!hart.Turn(false)) harts_.Idle();
  }
  return process.GetInfo().return_code;
}

int64_t World::Run(Program program) {
  RefPtr<Process> process = Start(program);
  return Await(*process);
}

zx_handle_t World::Self() { return self; }

}  // namespace sirocco::support
