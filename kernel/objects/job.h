// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/syscalls/object.h>
#include <zircon/types.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/async/executor.h"
#include "kernel/base/list.h"
#include "kernel/base/result.h"
#include "kernel/objects/kernel_object.h"
#include "kernel/objects/object_name.h"
#include "kernel/sync/annotations.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco {

class Process;

/// Time that a task used, dead children included.
struct TaskRuntime {
  int64_t cpu_time = 0;
  int64_t queue_time = 0;

  void Add(const TaskRuntime& other) {
    cpu_time += other.cpu_time;
    queue_time += other.queue_time;
  }
};

/// A job: processes and jobs under it, killed together. A child keeps its parent alive; the
/// parent's lists name children that may just be dying, so whoever takes one from there tries for a
/// reference.
///
///   alive -> dying  Kill: no new children; those there are get killed, some at a turn
///   dying -> dead   no child is left: ZX_JOB_TERMINATED
/// A job without handles and children leaves its parent.
///
/// Locking: `tree_lock_` (rank kJobTree) guards the lists; a parent's is taken before a child's.
class Job final : public KernelObject, public ListNode<Job>, private async::Runnable {
 public:
  static constexpr zx_obj_type_t kType = ZX_OBJ_TYPE_JOB;

  /// The root of the tree. **Errors** ZX_ERR_NO_MEMORY.
  static Result<RefPtr<Job>> CreateRoot();
  /// **Errors** ZX_ERR_NO_MEMORY; ZX_ERR_OUT_OF_RANGE: too deep; ZX_ERR_BAD_STATE: the parent was
  /// killed.
  static Result<RefPtr<Job>> Create(RefPtr<Job> parent);

  /// Kills everything below; returns at once. Killing a dead job is fine.
  void Kill(int64_t return_code) EXCLUDES(tree_lock_);

  /// **Errors** ZX_ERR_BAD_STATE: the job was killed.
  zx_status_t AddProcess(Process& process) EXCLUDES(tree_lock_);
  /// The process is dead, or never was; Settle() follows.
  void RemoveProcess(Process& process) EXCLUDES(tree_lock_);
  /// After a child or the last handle went: dies, leaves the parent, as it may be.
  void Settle() EXCLUDES(tree_lock_);

  /// A direct child, job or process, or null.
  RefPtr<KernelObject> FindChild(zx_koid_t koid) EXCLUDES(tree_lock_);
  /// Writes as many koids as fit and returns how many there are.
  uint32_t ListJobs(std::span<zx_koid_t> koids) EXCLUDES(tree_lock_);
  uint32_t ListProcesses(std::span<zx_koid_t> koids) EXCLUDES(tree_lock_);

  /// Of everything below, the dead included.
  TaskRuntime runtime() EXCLUDES(tree_lock_);
  int64_t return_code() EXCLUDES(tree_lock_);
  bool is_dead() EXCLUDES(tree_lock_);
  uint32_t depth() const { return depth_; }

  zx_koid_t related_koid(Side side) const override;
  zx_status_t GetName(char (&name)[ZX_MAX_NAME_LEN]) const override;
  zx_status_t SetName(std::string_view name) override;
  CloseStep OnZeroHandles(Side side, CloseList& list) override;

 private:
  enum class State : uint8_t { kAlive, kDying, kDead };

  Job(RefPtr<Job> parent, uint32_t depth);
  ~Job() override;

  zx_status_t AddJob(Job& child) EXCLUDES(tree_lock_);
  // Takes `child` off our lists, and adds its time to ours.
  void RemoveJob(Job& child) EXCLUDES(tree_lock_);
  bool has_children_locked() const REQUIRES(tree_lock_);
  static void KillSome(Runnable& runnable);
  bool KillSomeProcesses() EXCLUDES(tree_lock_);
  bool KillSomeJobs() EXCLUDES(tree_lock_);

  const RefPtr<Job> parent_;  // Null: the root.
  const uint32_t depth_;
  SpinLock<LockRank::kJobTree> tree_lock_;
  State state_ GUARDED_BY(tree_lock_) = State::kAlive;
  bool is_in_parent_ = false;  // Guarded by the parent's tree_lock_.
  int64_t return_code_ GUARDED_BY(tree_lock_) = 0;
  // Those that were told to die are in the second list.
  List<Job> jobs_ GUARDED_BY(tree_lock_);
  List<Job> killed_jobs_ GUARDED_BY(tree_lock_);
  List<Process> processes_ GUARDED_BY(tree_lock_);
  List<Process> killed_processes_ GUARDED_BY(tree_lock_);
  TaskRuntime dead_runtime_ GUARDED_BY(tree_lock_);
  ObjectName name_ GUARDED_BY(lock_);
};

}  // namespace sirocco
