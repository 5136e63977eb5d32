// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/apps/shell/jobs.h"

#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include <algorithm>
#include <utility>

namespace sirocco::shell {

zx_handle_t Job::Handle(zx_handle_t parent) {
  if (!handle_.is_valid()) zx_job_create(parent, 0, handle_.receive());
  return handle_.get();
}

zx_duration_mono_t Job::cpu_time() const {
  zx_info_task_runtime_t runtime = {};
  if (handle_.is_valid()) {
    zx_object_get_info(handle_.get(), ZX_INFO_TASK_RUNTIME, &runtime, sizeof(runtime), nullptr,
                       nullptr);
  }
  return runtime.cpu_time;
}

Jobs::Jobs(Loop& loop, Run run, std::function<void(const Job&)> on_end)
    : loop_(loop), run_(std::move(run)), on_end_(std::move(on_end)), reap_(Reap()) {
  reap_.Start();
}

std::shared_ptr<Job> Jobs::StartInFront(List list) { return Start(std::move(list), 0); }

std::shared_ptr<Job> Jobs::StartInBackground(List list) {
  int number = 1;
  while (Find(number) != nullptr) ++number;
  return Start(std::move(list), number);
}

std::shared_ptr<Job> Jobs::Start(List list, int number) {
  auto job = std::make_shared<Job>(loop_, std::move(list));
  job->number = number;
  jobs_.push_back(job);
  job->main_ = Main(job.get(), run_(job));
  job->main_.Start();
  return job;
}

// Owned by the job, so a pointer to it is enough.
Task<Done> Jobs::Main(Job* job, Task<int> work) {
  const int status = co_await work;
  End(*job, status);
  co_return Done();
}

void Jobs::End(Job& job, int status) {
  if (job.state != Job::State::kRunning) return;
  job.state = Job::State::kEnding;
  job.status = status;
  reaper_.WakeAll();
}

void Jobs::Kill(Job& job, int status) {
  if (job.state != Job::State::kRunning) return;
  job.was_killed = true;
  if (job.handle_.is_valid()) zx_task_kill(job.handle_.get());
  End(job, status);
}

bool Jobs::KillFront(int status) {
  for (const std::shared_ptr<Job>& job : jobs_) {
    if (job->number != 0) continue;
    Kill(*job, status);
    return true;
  }
  return false;
}

void Jobs::KillProcesses() {
  for (const std::shared_ptr<Job>& job : jobs_) {
    if (job->handle_.is_valid()) zx_task_kill(job->handle_.get());
  }
}

Task<Done> Jobs::Reap() {
  for (;;) {
    const auto found = std::ranges::find(jobs_, Job::State::kEnding, &Job::state);
    if (found == jobs_.end()) {
      WakeList::Wait wait(reaper_);
      co_await wait;
      continue;
    }
    const std::shared_ptr<Job> job = *found;
    jobs_.erase(found);
    job->main_ = {};
    job->connections.CloseAll();
    job->state = Job::State::kEnded;
    // Who waits for it needs no news.
    if (job->number != 0 && job->ended.is_empty()) on_end_(*job);
    job->ended.WakeAll();
    reaped_.WakeAll();
  }
}

std::shared_ptr<Job> Jobs::Find(int number) const {
  const auto found = std::ranges::find(jobs_, number, [](const auto& job) { return job->number; });
  return found == jobs_.end() ? nullptr : *found;
}

std::shared_ptr<Job> Jobs::Last() const {
  const auto is_behind = [](const std::shared_ptr<Job>& job) { return job->number != 0; };
  const auto found = std::find_if(jobs_.rbegin(), jobs_.rend(), is_behind);
  return found == jobs_.rend() ? nullptr : *found;
}

Task<Done> Jobs::WaitForAll() {
  while (!jobs_.empty()) {
    WakeList::Wait wait(reaped_);
    co_await wait;
  }
  co_return Done();
}

Task<int> WaitFor(std::shared_ptr<Job> job) {
  while (job->state != Job::State::kEnded) {
    WakeList::Wait wait(job->ended);
    co_await wait;
  }
  co_return job->status;
}

}  // namespace sirocco::shell
