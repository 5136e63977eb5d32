// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "kernel/async/task.h"
#include "kernel/base/list.h"
#include "kernel/base/ref_ptr.h"
#include "kernel/base/result.h"
#include "kernel/objects/futex.h"
#include "kernel/objects/kernel_object.h"
#include "kernel/objects/object_name.h"
#include "kernel/objects/parked_thread.h"
#include "kernel/sched/vcpu.h"
#include "kernel/syscall/context.h"

namespace sirocco {

class Process;

/// A thread: a vCPU, the context of its calls, and the coroutine that looks after both. A running
/// thread keeps itself and its process alive; one that was never started dies with its handles.
///
///   kNew -> kStarting -> kRunning -> kDying -> kDead
class Thread final : public KernelObject, public ListNode<Thread> {
 public:
  static constexpr zx_obj_type_t kType = ZX_OBJ_TYPE_THREAD;

  /// Errors: ZX_ERR_NO_MEMORY; ZX_ERR_BAD_STATE: the process is dead or dying.
  static Result<RefPtr<Thread>> Create(RefPtr<Process> process, std::string_view name);
  ~Thread() override;

  /// The thread whose call or trap this hart serves.
  static Thread& Current();

  Process& process() const { return *process_; }
  sched::Vcpu& vcpu() { return context_->vcpu(); }
  const sched::Vcpu& vcpu() const { return context_->vcpu(); }
  SyscallContext& call_context() { return *context_; }
  ParkedThread& parked() { return parked_; }
  FutexThread& futex_thread() { return futex_thread_; }

  /// Makes it ready to run. `entry` and `stack` were checked to be user addresses.
  /// Errors: ZX_ERR_BAD_STATE: started already, or its process is on the way out; ZX_ERR_NO_MEMORY.
  zx_status_t Start(uint64_t entry, uint64_t stack, uint64_t arg1, uint64_t arg2);

  /// Asks it to die: its wait is cancelled, and it ends at its next return to user mode, which does
  /// not happen. A thread that was never started ends with its process. Context: any.
  void Kill();

  /// The running thread's own end, once its call has answered kEntryPending.
  void Exit() { vcpu().LeaveUser(); }

  /// One of ZX_THREAD_STATE_*.
  uint32_t state() const;

  zx_koid_t related_koid(Side side) const override;
  zx_status_t GetName(char (&name)[ZX_MAX_NAME_LEN]) const override;
  zx_status_t SetName(std::string_view name) override;

 private:
  enum Phase : uint32_t { kNew, kStarting, kRunning, kDying, kDead };

  struct MainStart : async::TaskStart {
    explicit MainStart(Thread& thread) : TaskStart(&OnMainFinished), thread(thread) {}
    Thread& thread;
  };

  friend RefPtr<Thread> MakeRef<Thread>(RefPtr<Process>&&, std::string_view&, void* const&);
  // `context`: memory for a SyscallContext.
  Thread(RefPtr<Process> process, std::string_view name, void* context);

  // From the first entry into user mode to the last exit.
  Task<zx_status_t> Main();
  // ZX_OK: the thread may go on.
  Task<zx_status_t> HandleTrap();
  void ReportException(const arch::UserTrap& trap);
  // In the VMO that is mapped at `address`, if one is.
  std::optional<uint64_t> OffsetOf(VirtAddr address);
  static void OnMainFinished(async::TaskStart& start);

  const RefPtr<Process> process_;
  // Of the hart that runs the thread, and of who completes its call: vcpu.h.
  // Memory of its own: on the machine just what the heap's objects of 1,360 bytes have, three of
  // which fill a page; both together would be two to a page.
  const std::unique_ptr<SyscallContext> context_;
  ParkedThread parked_{context_->vcpu()};
  FutexThread futex_thread_{koid()};

  std::atomic<uint32_t> phase_{kNew};
  std::atomic<uint32_t> is_killed_{0};
  // Of the running thread: written by Start, cleared by OnMainFinished.
  RefPtr<Thread> self_;
  std::optional<Task<zx_status_t>> main_;
  MainStart main_start_{*this};
  ObjectName name_ GUARDED_BY(lock_);
};

}  // namespace sirocco
