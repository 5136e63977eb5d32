// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/job.h"

#include <new>
#include <utility>

#include "kernel/objects/process.h"

namespace sirocco {

namespace {

constexpr uint32_t kKillsAtOnce = 8;
constexpr zx_signals_t kNoChildren = ZX_JOB_NO_JOBS | ZX_JOB_NO_PROCESSES;

// A reference to something a list names, or null if it is just dying.
template <typename T>
RefPtr<T> TryRef(T& object) {
  return object.TryAddRef() ? AdoptRef(&object) : RefPtr<T>();
}

template <typename T>
RefPtr<KernelObject> Find(List<T>& list, zx_koid_t koid) {
  for (T& object : list) {
    if (object.koid() == koid) return TryRef(object);
  }
  return nullptr;
}

template <typename T>
uint32_t ListKoids(List<T>& list, std::span<zx_koid_t> koids, uint32_t count) {
  for (T& object : list) {
    if (count < koids.size()) koids[count] = object.koid();
    ++count;
  }
  return count;
}

}  // namespace

Job::Job(RefPtr<Job> parent, uint32_t depth)
    : KernelObject(kType, kNoChildren),
      Runnable(&KillSome),
      parent_(std::move(parent)),
      depth_(depth),
      tree_lock_(depth) {}

Job::~Job() {
  if (parent_)
    parent_->RemoveJob(*this);  // Unless it left long ago: it may never have had a handle.
}

Result<RefPtr<Job>> Job::CreateRoot() {
  RefPtr<Job> job = AdoptRef(new (std::nothrow) Job(nullptr, 0));
  if (!job) return Error(ZX_ERR_NO_MEMORY);
  return job;
}

Result<RefPtr<Job>> Job::Create(RefPtr<Job> parent) {
  if (parent->depth_ + 1 >= ZX_JOB_MAX_HEIGHT) return Error(ZX_ERR_OUT_OF_RANGE);
  Job& above = *parent;
  RefPtr<Job> job = AdoptRef(new (std::nothrow) Job(std::move(parent), above.depth_ + 1));
  if (!job) return Error(ZX_ERR_NO_MEMORY);
  TRY_STATUS(above.AddJob(*job));
  return job;
}

zx_status_t Job::AddJob(Job& child) {
  Guard guard(tree_lock_);
  if (state_ != State::kAlive) return ZX_ERR_BAD_STATE;
  if (jobs_.is_empty()) UpdateSignals(Side::kFirst, ZX_JOB_NO_JOBS, 0);
  jobs_.PushBack(child);
  child.is_in_parent_ = true;
  return ZX_OK;
}

zx_status_t Job::AddProcess(Process& process) {
  Guard guard(tree_lock_);
  if (state_ != State::kAlive) return ZX_ERR_BAD_STATE;
  if (processes_.is_empty()) UpdateSignals(Side::kFirst, ZX_JOB_NO_PROCESSES, 0);
  processes_.PushBack(process);
  return ZX_OK;
}

void Job::RemoveProcess(Process& process) {
  const TaskRuntime runtime = process.runtime();
  Guard guard(tree_lock_);
  processes_.Remove(process);  // Whichever of the two lists it is in.
  dead_runtime_.Add(runtime);
  if (processes_.is_empty() && killed_processes_.is_empty()) {
    UpdateSignals(Side::kFirst, 0, ZX_JOB_NO_PROCESSES);
  }
}

void Job::RemoveJob(Job& child) {
  {
    const TaskRuntime runtime = child.runtime();
    Guard guard(tree_lock_);
    if (!std::exchange(child.is_in_parent_, false)) return;
    jobs_.Remove(child);
    dead_runtime_.Add(runtime);
    if (jobs_.is_empty() && killed_jobs_.is_empty()) {
      UpdateSignals(Side::kFirst, 0, ZX_JOB_NO_JOBS);
    }
  }
  Settle();
}

bool Job::has_children_locked() const {
  return !jobs_.is_empty() || !killed_jobs_.is_empty() || !processes_.is_empty() ||
         !killed_processes_.is_empty();
}

// The recursion through RemoveJob is as deep as the tree may be.
void Job::Settle() {
  bool leaves = false;
  bool died = false;
  {
    Guard guard(tree_lock_);
    if (has_children_locked()) return;
    died = state_ == State::kDying;
    leaves = parent_ && (died || handle_count(Side::kFirst) == 0);
    // One that leaves takes no more children: no kill from above would reach them.
    if (died || leaves) state_ = State::kDead;
  }
  if (died) UpdateSignals(Side::kFirst, 0, ZX_JOB_TERMINATED);
  if (leaves) parent_->RemoveJob(*this);
}

CloseStep Job::OnZeroHandles(Side, CloseList&) {
  Settle();
  return CloseStep::kDone;
}

void Job::Kill(int64_t return_code) {
  {
    Guard guard(tree_lock_);
    if (state_ != State::kAlive) return;
    state_ = State::kDying;
    return_code_ = return_code;
  }
  AddRef();  // KillSome gives it back.
  async::CurrentExecutor().Post(*this);
}

void Job::KillSome(Runnable& runnable) {
  auto& job = static_cast<Job&>(runnable);
  const RefPtr<Job> self = AdoptRef(&job);
  const bool more_processes = job.KillSomeProcesses();
  const bool more_jobs = job.KillSomeJobs();
  if (!more_processes && !more_jobs) return job.Settle();
  job.AddRef();
  async::CurrentExecutor().Post(job);
}

bool Job::KillSomeProcesses() {
  for (uint32_t i = 0; i < kKillsAtOnce; ++i) {
    RefPtr<Process> process;
    int64_t return_code = 0;
    {
      Guard guard(tree_lock_);
      Process* next = processes_.PopFront();
      if (next == nullptr) return false;
      killed_processes_.PushBack(*next);
      process = TryRef(*next);
      return_code = return_code_;
    }
    if (process) process->Kill(return_code);
  }
  return true;
}

bool Job::KillSomeJobs() {
  for (uint32_t i = 0; i < kKillsAtOnce; ++i) {
    RefPtr<Job> job;
    int64_t return_code = 0;
    {
      Guard guard(tree_lock_);
      Job* next = jobs_.PopFront();
      if (next == nullptr) return false;
      killed_jobs_.PushBack(*next);
      job = TryRef(*next);
      return_code = return_code_;
    }
    if (job) job->Kill(return_code);
  }
  return true;
}

RefPtr<KernelObject> Job::FindChild(zx_koid_t koid) {
  Guard guard(tree_lock_);
  if (auto found = Find(jobs_, koid)) return found;
  if (auto found = Find(killed_jobs_, koid)) return found;
  if (auto found = Find(processes_, koid)) return found;
  return Find(killed_processes_, koid);
}

uint32_t Job::ListJobs(std::span<zx_koid_t> koids) {
  Guard guard(tree_lock_);
  return ListKoids(killed_jobs_, koids, ListKoids(jobs_, koids, 0));
}

uint32_t Job::ListProcesses(std::span<zx_koid_t> koids) {
  Guard guard(tree_lock_);
  return ListKoids(killed_processes_, koids, ListKoids(processes_, koids, 0));
}

TaskRuntime Job::runtime() {
  Guard guard(tree_lock_);
  TaskRuntime sum = dead_runtime_;
  for (List<Process>* list : {&processes_, &killed_processes_}) {
    for (Process& process : *list) sum.Add(process.runtime());
  }
  for (List<Job>* list : {&jobs_, &killed_jobs_}) {
    for (Job& job : *list) sum.Add(job.runtime());
  }
  return sum;
}

int64_t Job::return_code() {
  Guard guard(tree_lock_);
  return return_code_;
}

bool Job::is_dead() {
  Guard guard(tree_lock_);
  return state_ == State::kDead;
}

zx_koid_t Job::related_koid(Side) const { return parent_ ? parent_->koid() : ZX_KOID_INVALID; }

zx_status_t Job::GetName(char (&name)[ZX_MAX_NAME_LEN]) const {
  Guard guard(lock_);
  name_.CopyTo(name);
  return ZX_OK;
}

zx_status_t Job::SetName(std::string_view name) {
  Guard guard(lock_);
  name_.Set(name);
  return ZX_OK;
}

}  // namespace sirocco
