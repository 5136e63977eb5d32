// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/thread.h"

#include <zircon/syscalls/exception.h>
#include <zircon/syscalls/object.h>

#include <new>
#include <utility>

#include "kernel/base/format.h"
#include "kernel/objects/debuglog.h"
#include "kernel/objects/process.h"

namespace sirocco {

Thread::Thread(RefPtr<Process> process, std::string_view name, void* context)
    : KernelObject(ZX_OBJ_TYPE_THREAD),
      process_(std::move(process)),
      context_(new(context)
                   SyscallContext(*this, *process_, process_->handles(), process_->space())) {
  name_.Set(name);
}

Thread::~Thread() { KASSERT(!is_linked()); }

Result<RefPtr<Thread>> Thread::Create(RefPtr<Process> process, std::string_view name) {
  Process& owner = *process;
  void* const context = ::operator new(sizeof(SyscallContext), std::nothrow);
  if (context == nullptr) return Error{ZX_ERR_NO_MEMORY};
  RefPtr<Thread> thread = MakeRef<Thread>(std::move(process), name, context);
  if (!thread) {
    ::operator delete(context, sizeof(SyscallContext));
    return Error{ZX_ERR_NO_MEMORY};
  }
  if (owner.is_dead()) return Error{ZX_ERR_BAD_STATE};
  return thread;
}

Thread& Thread::Current() { return SyscallContext::Current().thread(); }

zx_koid_t Thread::related_koid(Side) const { return process_->koid(); }

zx_status_t Thread::GetName(char (&name)[ZX_MAX_NAME_LEN]) const {
  Guard guard(lock_);
  name_.CopyTo(name);
  return ZX_OK;
}

zx_status_t Thread::SetName(std::string_view name) {
  Guard guard(lock_);
  name_.Set(name);
  return ZX_OK;
}

zx_status_t Thread::Start(uint64_t entry, uint64_t stack, uint64_t arg1, uint64_t arg2) {
  uint32_t expected = kNew;
  if (!phase_.compare_exchange_strong(expected, kStarting, std::memory_order_acq_rel)) {
    return ZX_ERR_BAD_STATE;
  }
  main_.emplace(Main());
  if (main_->is_done()) {  // No frame.
    main_.reset();
    phase_.store(kNew, std::memory_order_release);
    return ZX_ERR_NO_MEMORY;
  }
  vcpu().context().Start(entry, stack, arg1, arg2);
  self_ = WrapRef(this);
  if (const zx_status_t status = process_->AddThread(*this); status != ZX_OK) {
    main_.reset();
    self_.reset();
    phase_.store(kNew, std::memory_order_release);
    return status;
  }
  phase_.store(kRunning, std::memory_order_release);
  UpdateSignals(Side::kFirst, 0, ZX_THREAD_RUNNING);
  // A kill that came since AddThread is seen by the vCPU before its first instruction.
  // It may have run on another hart meanwhile, to its end.
  if (main_->Start(main_start_)) OnMainFinished(main_start_);
  return ZX_OK;
}

void Thread::Kill() {
  is_killed_.store(1, std::memory_order_release);
  context_->kill().Cancel();
  vcpu().RequestAttention();
  parked_.Cancel();
}

Task<zx_status_t> Thread::Main() {
  for (;;) {
    sched::Vcpu::EnterUserOp enter = vcpu().EnterUser();
    const auto exit = co_await enter;
    if (exit == sched::Vcpu::Exit::kLeft) break;
    if (exit == sched::Vcpu::Exit::kAttention) {
      vcpu().AcceptAttention();
    } else {
      auto handled = co_await HandleTrap();
      if (handled != ZX_OK) {
        // No exception channels yet: nobody mends it, and the process ends.
        ReportException(vcpu().trap());
        process_->Kill(ZX_TASK_RETCODE_EXCEPTION_KILL);
        break;
      }
    }
    if (is_killed_.load(std::memory_order_acquire) != 0) break;
  }
  phase_.store(kDying, std::memory_order_release);
  Process::EndAwaiter end = process_->RemoveThread(*this);
  // The last thread takes the process along: its table and its space first.
  if (!end.await_ready()) UpdateSignals(Side::kFirst, ZX_THREAD_RUNNING, 0);
  auto left = co_await end;
  phase_.store(kDead, std::memory_order_release);
  UpdateSignals(Side::kFirst, ZX_THREAD_RUNNING, ZX_THREAD_TERMINATED);
  co_return left;
}

void Thread::OnMainFinished(async::TaskStart& start) {
  Thread& thread = static_cast<MainStart&>(start).thread;
  thread.main_.reset();
  // Perhaps the last reference; memory stays until the next quiet point.
  thread.self_.reset();
}

Task<zx_status_t> Thread::HandleTrap() {
  const arch::UserTrap trap = vcpu().trap();
  if (trap.kind != arch::UserTrap::Kind::kPageFault) co_return ZX_ERR_NOT_SUPPORTED;
  auto status = co_await vcpu().space().Fault(trap.value, trap.access);
  co_return status;
}

namespace {

const char* ExceptionName(arch::UserTrap::Kind kind) {
  switch (kind) {
    case arch::UserTrap::Kind::kPageFault:
      return "FATAL_PAGE_FAULT";
    case arch::UserTrap::Kind::kAccessFault:
      return "GENERAL (access fault)";
    case arch::UserTrap::Kind::kIllegalInstruction:
      return "UNDEFINED_INSTRUCTION";
    case arch::UserTrap::Kind::kBreakpoint:
      return "SW_BREAKPOINT";
    case arch::UserTrap::Kind::kMisaligned:
      return "UNALIGNED_ACCESS";
    case arch::UserTrap::Kind::kForeignCall:
      return "POLICY_ERROR (system call outside the vDSO)";
  }
  return "?";
}

const char* AccessName(arch::UserTrap::Access access) {
  switch (access) {
    case arch::UserTrap::Access::kRead:
      return "read";
    case arch::UserTrap::Access::kWrite:
      return "write";
    case arch::UserTrap::Access::kExecute:
      return "execute";
  }
  return "?";
}

}  // namespace

// Offsets only: an address in a log is a gift to whoever reads it.
void Thread::ReportException(const arch::UserTrap& trap) {
  char process_name[ZX_MAX_NAME_LEN];
  char thread_name[ZX_MAX_NAME_LEN];
  process_->GetName(process_name);
  GetName(thread_name);
  StringBuffer<200> line;
  Print(line, "{} ({}): {}, {}", process_name, thread_name, ExceptionName(trap.kind),
        AccessName(trap.access));
  const arch::UserContext& context = vcpu().context();
  if (const auto offset = OffsetOf(context.pc())) {
    Print(line, ", at offset 0x{:x} of what is mapped there", *offset);
  } else {
    Print(line, ", at no mapped instruction");
    // A jump into nothing: its return address says where it came from.
    if (const auto caller = OffsetOf(context.return_address())) {
      Print(line, ", called from offset 0x{:x} of what is mapped there", *caller);
    }
  }
  KernelLog(line.view());
}

std::optional<uint64_t> Thread::OffsetOf(VirtAddr address) {
  std::optional<uint64_t> offset;
  VirtAddr at = address;
  vcpu().space().VisitMappings(&at, [&](const mm::Mapping& mapping) {
    if (mapping.base() > address || mapping.end() <= address) return;
    offset = mapping.OffsetOf(address);
  });
  return offset;
}

uint32_t Thread::state() const {
  switch (phase_.load(std::memory_order_acquire)) {
    case kNew:
    case kStarting:
      return ZX_THREAD_STATE_NEW;
    case kDying:
      return ZX_THREAD_STATE_DYING;
    case kDead:
      return ZX_THREAD_STATE_DEAD;
    default:
      break;
  }
  if (!vcpu().is_blocked()) return ZX_THREAD_STATE_RUNNING;
  if (parked_.is_parked()) return parked_.state();
  const uint32_t blocked = context_->blocked_state();
  return blocked != 0 ? blocked : ZX_THREAD_STATE_BLOCKED_PAGER;  // No wait yet: a page's.
}

}  // namespace sirocco
