// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <zircon/syscalls.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "userspace/apps/shell/builtin_commands.h"
#include "userspace/apps/shell/process_list.h"

namespace sirocco::shell {
namespace {

// The job that `name` means: a number, also with % before it.
std::shared_ptr<Job> FindJob(const Jobs& jobs, std::string_view name) {
  if (name.starts_with('%')) name.remove_prefix(1);
  const std::optional<uint64_t> number = ToNumber(name);
  const bool is_possible = number && *number != 0 && *number <= INT32_MAX;
  return is_possible ? jobs.Find(static_cast<int>(*number)) : nullptr;
}

// A job that is waited for in front goes with whoever waits.
class EndTogether {
 public:
  EndTogether(Jobs& jobs, Job& job) : jobs_(jobs), job_(job) {}
  EndTogether(const EndTogether&) = delete;
  ~EndTogether() { jobs_.Kill(job_, kStatusInterrupted); }  // Does nothing to one that has ended.

 private:
  Jobs& jobs_;
  Job& job_;
};

}  // namespace

int ListJobs(Invocation& invocation, std::string& text) {
  for (const std::shared_ptr<Job>& job : invocation.shell.jobs().all()) {
    if (job->number == 0) continue;
    text += "[" + std::to_string(job->number) + "] running: " + job->list.text + "\n";
  }
  return 0;
}

Task<int> Fg(Invocation& invocation) {
  Jobs& jobs = invocation.shell.jobs();
  const bool is_named = invocation.arguments.size() > 1;
  const std::shared_ptr<Job> job = is_named ? FindJob(jobs, invocation.arguments[1]) : jobs.Last();
  if (job == nullptr || job.get() == &invocation.job) {
    co_return Fail(invocation, is_named ? invocation.arguments[1] + ": no such job" : "no job", 1);
  }
  const EndTogether end_together(jobs, *job);
  const int status = co_await WaitFor(job);
  co_return status;
}

int Kill(Invocation& invocation, std::string&) {
  const std::string& name = invocation.arguments[1];
  if (name.starts_with('%')) {
    const std::shared_ptr<Job> job = FindJob(invocation.shell.jobs(), name);
    if (job == nullptr) return Fail(invocation, name + ": no such job", 1);
    invocation.shell.jobs().Kill(*job, kLargestStatus);
    return 0;
  }
  const std::optional<uint64_t> wanted = ToNumber(name);
  if (!wanted) return Fail(invocation, name + " is no koid", kStatusWrongArguments);
  zx_status_t status = ZX_ERR_NOT_FOUND;
  ForEachProcess(invocation.shell.root_job(), [&](zx_handle_t process, zx_koid_t koid) {
    if (koid != *wanted) return true;
    status = zx_task_kill(process);
    return false;
  });
  return status == ZX_OK ? 0 : Fail(invocation, "no process has the koid " + name, 1);
}

}  // namespace sirocco::shell
