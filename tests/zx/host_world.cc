// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <zircon/processargs.h>
#include <zircon/rights.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/resource.h>

#include <cstdlib>
#include <utility>

#include "kernel/arch/clock.h"
#include "kernel/arch/host/user_fiber.h"
#include "kernel/base/kassert.h"
#include "kernel/base/ref_ptr.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/job.h"
#include "kernel/objects/object_type.h"
#include "kernel/objects/process.h"
#include "kernel/objects/resource.h"
#include "kernel/objects/thread.h"
#include "kernel/objects/vmar.h"
#include "tests/support/world.h"
#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"
#include "userspace/lib/runtime/startup.h"

namespace sirocco::zxtest {

namespace {

using arch::UserFiber;
using arch::UserTrap;

zx_handle_t system_resource;

class StartupHandles {
 public:
  explicit StartupHandles(Process& process) : table_(process.handles()) {}

  zx_handle_t Add(uint32_t type, RefPtr<KernelObject> object, zx_rights_t rights) {
    HandleReservation slot = table_.Reserve(1).value();
    infos_[count_] = PA_HND(type, 0);
    handles_[count_] = slot.Install(Handle(std::move(object), Side::kFirst, rights));
    return handles_[count_++];
  }
  void Keep() const { runtime::KeepStartupHandles({infos_, count_}, {handles_, count_}); }

 private:
  HandleTable& table_;
  size_t count_ = 0;
  uint32_t infos_[4];
  zx_handle_t handles_[4];
};

void Main(uint64_t program, uint64_t) {
  reinterpret_cast<void (*)()>(program)();
  zx_process_exit(0);
}

// The program as the first process of `world`.
RefPtr<Process> Start(support::World& world, void (*program)()) {
  RefPtr<Job> job = Job::Create(WrapRef(&world.root_job())).value();
  RefPtr<Process> process = Process::Create(job, "test").value();
  StartupHandles handles(*process);
  handles.Add(PA_PROC_SELF, process, ZX_DEFAULT_PROCESS_RIGHTS);
  handles.Add(PA_VMAR_ROOT,
              Vmar::Create(WrapRef(&process->space()), process->space().root()).value(),
              Vmar::kRootRights);
  handles.Add(PA_JOB_DEFAULT, job, ZX_DEFAULT_JOB_RIGHTS);
  system_resource =
      handles.Add(PA_SYSTEM_RESOURCE,
                  Resource::CreateRoot(ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_COUNT, "system").value(),
                  ZX_DEFAULT_RESOURCE_RIGHTS);
  handles.Keep();
  RefPtr<Thread> thread = Thread::Create(process, "main").value();
  PANIC_UNLESS(process->BeginStart() == ZX_OK);
  const zx_status_t status =
      thread->Start(reinterpret_cast<uint64_t>(&Main), 0, reinterpret_cast<uint64_t>(program), 0);
  process->EndStart(status);
  PANIC_UNLESS(status == ZX_OK);
  return process;
}

// The kernel reads and writes for the program, through its page table.
class Transfer {
 public:
  Transfer() { PANIC_UNLESS(zx_vmo_create(sizeof(uint64_t), 0, &vmo_) == ZX_OK); }
  ~Transfer() { zx_handle_close(vmo_); }

  bool Out(zx_vaddr_t from) {
    return zx_vmo_write(vmo_, reinterpret_cast<const void*>(from), 0, sizeof(uint64_t)) == ZX_OK;
  }
  bool In(zx_vaddr_t to) {
    return zx_vmo_read(vmo_, reinterpret_cast<void*>(to), 0, sizeof(uint64_t)) == ZX_OK;
  }

 private:
  zx_handle_t vmo_ = ZX_HANDLE_INVALID;
};

}  // namespace

void RunAsProgram(void (*program)()) {
  support::World world(HartCount());
  if (!SimulatesTime()) arch::Clock::SetMode(arch::Clock::Mode::kReal);
  const RefPtr<Process> process = Start(world, program);
  EXPECT_EQ(world.Await(*process), 0) << "The program did not end by itself.";
  arch::Clock::SetMode(arch::Clock::Mode::kSimulated);
}

// One unless the test's rule says otherwise.
uint32_t HartCount() {
  const char* count = std::getenv("ZXTEST_HARTS");
  return count == nullptr ? 1 : static_cast<uint32_t>(std::atoi(count));
}

bool SimulatesTime() { return HartCount() == 1; }

// A fiber brings its stack, and everything runs in one address space.
zx_vaddr_t NewStack() { return 0; }
zx_vaddr_t PrepareProcess(zx_handle_t) { return 0; }

uint64_t Load(zx_vaddr_t address) {
  Transfer transfer;
  uint64_t value = 0;
  UserFiber::Raise(UserTrap{UserTrap::Kind::kPageFault, UserTrap::Access::kRead, 13, address});
  PANIC_UNLESS(transfer.Out(address) && transfer.In(reinterpret_cast<zx_vaddr_t>(&value)));
  return value;
}

void Store(zx_vaddr_t address, uint64_t value) {
  Transfer transfer;
  UserFiber::Raise(UserTrap{UserTrap::Kind::kPageFault, UserTrap::Access::kWrite, 15, address});
  PANIC_UNLESS(transfer.Out(reinterpret_cast<zx_vaddr_t>(&value)) && transfer.In(address));
}

void Step() {
  // Instructions take time; without them a slice would never end.
  if (SimulatesTime()) arch::Clock::AdvanceTo(arch::Clock::Now() + Nanoseconds(1000));
  UserFiber::Step();
}

zx_handle_t SystemResource() { return system_resource; }

}  // namespace sirocco::zxtest
