// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/syscalls/object.h>
#include <zircon/types.h>

#include <coroutine>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "kernel/async/executor.h"
#include "kernel/async/task.h"
#include "kernel/base/list.h"
#include "kernel/base/result.h"
#include "kernel/base/units.h"
#include "kernel/mm/address_space.h"
#include "kernel/objects/futex.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/job.h"
#include "kernel/objects/kernel_object.h"
#include "kernel/objects/object_name.h"
#include "kernel/sync/annotations.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco {

class Thread;

/// A process: handles, an address space, and the threads that were started in it.
///
///   kCreated -> kRunning                zx_process_start
///   any of these -> kDying              Kill, the last thread's end, or (kCreated) no handle left
///   kDying -> kDead                     no thread is left, handles closed, the space torn down:
///                                       ZX_PROCESS_TERMINATED
///
/// The coroutine that ends it is made with it: ending needs no memory.
class Process final : public KernelObject, public ListNode<Process>, private async::Runnable {
 public:
  static constexpr zx_obj_type_t kType = ZX_OBJ_TYPE_PROCESS;

  /// **Errors** ZX_ERR_NO_MEMORY; ZX_ERR_BAD_STATE: the job was killed.
  static Result<RefPtr<Process>> Create(RefPtr<Job> job, std::string_view name);

  Job& job() const { return *job_; }
  HandleTable& handles() const { return *handles_; }
  mm::AddressSpace& space() const { return *space_; }
  FutexTable& futexes() { return futexes_; }

  /// Ends it with `return_code`, unless it is already ending. Returns at once. Context: no lock
  /// held.
  void Kill(int64_t return_code) EXCLUDES(state_lock_);

  // --- Starting: zx_process_start. ---

  /// **Errors** ZX_ERR_BAD_STATE: started, or dead.
  zx_status_t BeginStart() EXCLUDES(state_lock_);
  /// Ends what BeginStart began: with ZX_OK it runs, otherwise it may be started again.
  void EndStart(zx_status_t status) EXCLUDES(state_lock_);

  // --- For Thread. ---

  /// `thread` is about to run. **Errors** ZX_ERR_BAD_STATE: the process is on the way out, or not
  /// yet started.
  zx_status_t AddThread(Thread& thread) EXCLUDES(state_lock_);
  /// `thread` runs no more; the last one takes the process along:
  /// `auto left = co_await process.RemoveThread(*this);`
  class EndAwaiter;
  EndAwaiter RemoveThread(Thread& thread) EXCLUDES(state_lock_);

  bool is_started() EXCLUDES(state_lock_);
  /// Dead, or on the way.
  bool is_dead() EXCLUDES(state_lock_);

  // --- Reports. ---

  zx_info_process_t GetInfo() EXCLUDES(state_lock_);
  RefPtr<KernelObject> FindThread(zx_koid_t koid) EXCLUDES(state_lock_);
  /// Writes as many koids as fit and returns how many there are.
  uint32_t ListThreads(std::span<zx_koid_t> koids) EXCLUDES(state_lock_);
  TaskRuntime runtime() EXCLUDES(state_lock_);

  zx_koid_t related_koid(Side side) const override;
  zx_status_t GetName(char (&name)[ZX_MAX_NAME_LEN]) const override;
  zx_status_t SetName(std::string_view name) override;
  CloseStep OnZeroHandles(Side side, CloseList& list) override;

 private:
  enum class State : uint8_t { kCreated, kRunning, kDying, kDead };

  struct EndStarted : async::TaskStart {
    explicit EndStarted(Process& process) : TaskStart(&OnEnded), process(process) {}
    Process& process;
  };

  Process(RefPtr<Job> job, RefPtr<HandleTable> handles, RefPtr<mm::AddressSpace> space);
  ~Process() override;

  static TaskRuntime RuntimeOf(Thread& thread);
  // Handles, space, TERMINATED.
  Task<zx_status_t> End();
  // Whether the time for End has come; if so, the caller runs it.
  bool TakeEndLocked() REQUIRES(state_lock_);
  // Runs End where no thread does it.
  void EndWithoutThread();
  static void OnEnded(async::TaskStart& start);
  static void KillSomeThreads(Runnable& runnable);
  // Tells some threads to die; goes on in a turn of the executor.
  void KillThreads() EXCLUDES(state_lock_);

  const RefPtr<Job> job_;
  const RefPtr<HandleTable> handles_;
  const RefPtr<mm::AddressSpace> space_;
  FutexTable futexes_;  // Guards itself.

  SpinLock<LockRank::kProcess> state_lock_;
  State state_ GUARDED_BY(state_lock_) = State::kCreated;
  bool is_ending_ GUARDED_BY(state_lock_) = false;    // End has its runner.
  bool is_starting_ GUARDED_BY(state_lock_) = false;  // Between BeginStart and EndStart.
  bool was_started_ GUARDED_BY(state_lock_) = false;
  int64_t return_code_ GUARDED_BY(state_lock_) = 0;
  Instant start_time_ GUARDED_BY(state_lock_);
  List<Thread> threads_ GUARDED_BY(state_lock_);
  List<Thread> killed_threads_ GUARDED_BY(state_lock_);  // Those that were told to die.
  TaskRuntime dead_runtime_ GUARDED_BY(state_lock_);

  // Of whoever set is_ending_, who starts it once.
  std::optional<Task<zx_status_t>> end_;
  EndStarted end_started_{*this};
  ObjectName name_ GUARDED_BY(lock_);
};

/// What the leaving thread's coroutine waits for: nothing, or the end of the process.
class [[nodiscard]] Process::EndAwaiter {
 public:
  explicit EndAwaiter(Task<zx_status_t>* end) : end_(end) {}

  bool await_ready() const { return end_ == nullptr || end_->await_ready(); }
  void await_suspend(std::coroutine_handle<> waiter) const { end_->await_suspend(waiter); }
  zx_status_t await_resume() const { return end_ == nullptr ? ZX_OK : end_->await_resume(); }

 private:
  Task<zx_status_t>* end_;
};

}  // namespace sirocco
