// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <functional>
#include <list>
#include <memory>
#include <string>

#include "userspace/apps/shell/loop.h"
#include "userspace/apps/shell/parser.h"
#include "userspace/apps/shell/serve.h"
#include "userspace/apps/shell/task.h"
#include "userspace/lib/process/owned_handle.h"

// A job is what the shell runs as one: a list of pipelines, in front or in the background.
// Invariants:
//
// * Its processes are in a job of the kernel's that nothing else is in, so one call ends them all.
// * It ends once, by itself or killed, with one status. Ending only marks it: the reaper, a
//   coroutine of its own, then destroys its coroutines and connections, in no one's way.
// * It has ended for others when `state` is kEnded: then nothing of it runs, its pipes are closed
//   and its number is free.
// * At most one job is in front; Ctrl-C is for that one. Numbers are those of the background.

namespace sirocco::shell {

class Job {
 public:
  enum class State { kRunning, kEnding, kEnded };

  Job(Loop& loop, List list) : list(std::move(list)), connections(loop) {}

  /// The kernel's job for its processes, below `parent`; made when it is first asked for.
  zx_handle_t Handle(zx_handle_t parent);

  /// CPU time of its processes, those that have ended too.
  zx_duration_mono_t cpu_time() const;

  const List list;
  int number = 0;  // 0: in front.
  State state = State::kRunning;
  int status = 0;
  bool was_killed = false;
  Connections connections;
  WakeList ended;  // Woken when `state` becomes kEnded.

 private:
  friend class Jobs;
  Task<Done> main_;
  process::OwnedHandle handle_;
};

class Jobs {
 public:
  /// `run` is what a job does, and returns its status; `on_end` is told of jobs of the
  /// background that nobody waits for.
  using Run = std::function<Task<int>(std::shared_ptr<Job>)>;
  Jobs(Loop& loop, Run run, std::function<void(const Job&)> on_end);

  std::shared_ptr<Job> StartInFront(List list);
  std::shared_ptr<Job> StartInBackground(List list);

  /// Ends a job with `status`, wherever it stands.
  void Kill(Job& job, int status);
  /// Ctrl-C. False: no job is in front.
  bool KillFront(int status);
  /// At the shell's end: the processes, without waiting for anything.
  void KillProcesses();

  /// The job of that number in the background, or the last one started there; or none.
  std::shared_ptr<Job> Find(int number) const;
  std::shared_ptr<Job> Last() const;
  const std::list<std::shared_ptr<Job>>& all() const { return jobs_; }

  /// Until no job is left.
  Task<Done> WaitForAll();

 private:
  std::shared_ptr<Job> Start(List list, int number);
  Task<Done> Main(Job* job, Task<int> work);
  void End(Job& job, int status);
  Task<Done> Reap();

  Loop& loop_;
  const Run run_;
  const std::function<void(const Job&)> on_end_;
  std::list<std::shared_ptr<Job>> jobs_;  // In the order of their start.
  WakeList reaper_;
  WakeList reaped_;
  Task<Done> reap_;
};

/// Waits until `job` has ended; its status.
Task<int> WaitFor(std::shared_ptr<Job> job);

}  // namespace sirocco::shell
