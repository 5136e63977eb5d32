// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/process.h"

#include <new>
#include <utility>

#include "kernel/async/completion.h"
#include "kernel/async/timer.h"
#include "kernel/objects/thread.h"
#include "kernel/sched/quiet.h"
#include "kernel/sync/random.h"

namespace sirocco {

Process::Process(RefPtr<Job> job, RefPtr<HandleTable> handles, RefPtr<mm::AddressSpace> space)
    : KernelObject(kType),
      Runnable(&KillSomeThreads),
      job_(std::move(job)),
      handles_(std::move(handles)),
      space_(std::move(space)) {}

Process::~Process() {
  if (ListNode<Process>::is_linked()) job_->RemoveProcess(*this);  // It never had a handle.
}

Result<RefPtr<Process>> Process::Create(RefPtr<Job> job, std::string_view name) {
  TRY(RefPtr<HandleTable> handles, HandleTable::Create(RandomWord()));
  TRY(RefPtr<mm::AddressSpace> space, mm::AddressSpace::Create());
  Job& parent = *job;
  RefPtr<Process> process =
      AdoptRef(new (std::nothrow) Process(std::move(job), std::move(handles), std::move(space)));
  if (!process) return Error(ZX_ERR_NO_MEMORY);
  process->SetName(name);
  // All that the end takes, so that it cannot fail.
  process->end_.emplace(process->End());
  if (process->end_->is_done()) return Error(ZX_ERR_NO_MEMORY);
  TRY_STATUS(parent.AddProcess(*process));
  return process;
}

zx_status_t Process::BeginStart() {
  Guard guard(state_lock_);
  if (state_ != State::kCreated || is_starting_) return ZX_ERR_BAD_STATE;
  is_starting_ = true;
  return ZX_OK;
}

void Process::EndStart(zx_status_t status) {
  bool ends = false;
  {
    Guard guard(state_lock_);
    is_starting_ = false;
    if (status == ZX_OK && state_ == State::kCreated) state_ = State::kRunning;
    ends = TakeEndLocked();
  }
  if (ends) EndWithoutThread();
}

zx_status_t Process::AddThread(Thread& thread) {
  Guard guard(state_lock_);
  const bool is_first = state_ == State::kCreated && is_starting_;
  if (!is_first && state_ != State::kRunning) return ZX_ERR_BAD_STATE;
  if (is_first) {
    state_ = State::kRunning;
    was_started_ = true;
    start_time_ = async::CurrentExecutor().timers().Now();
  }
  threads_.PushBack(thread);
  return ZX_OK;
}

Process::EndAwaiter Process::RemoveThread(Thread& thread) {
  const TaskRuntime runtime = RuntimeOf(thread);
  Guard guard(state_lock_);
  threads_.Remove(thread);  // Whichever of the two lists it is in.
  dead_runtime_.Add(runtime);
  if (threads_.is_empty() && killed_threads_.is_empty() && state_ == State::kRunning) {
    state_ = State::kDying;  // It left by itself: return code 0.
  }
  return EndAwaiter(TakeEndLocked() ? &*end_ : nullptr);
}

bool Process::TakeEndLocked() {
  if (state_ != State::kDying || is_ending_ || is_starting_) return false;
  if (!threads_.is_empty() || !killed_threads_.is_empty()) return false;
  is_ending_ = true;
  return true;
}

void Process::Kill(int64_t return_code) {
  bool ends = false;
  {
    Guard guard(state_lock_);
    if (state_ >= State::kDying) return;
    state_ = State::kDying;
    return_code_ = return_code;
    ends = TakeEndLocked();
  }
  if (ends) return EndWithoutThread();
  AddRef();  // KillThreads gives it back.
  KillThreads();
}

CloseStep Process::OnZeroHandles(Side, CloseList&) {
  bool ends = false;
  {
    Guard guard(state_lock_);
    // A running process needs no handle; one that nobody can start any more ends.
    if (state_ == State::kCreated && !is_starting_) state_ = State::kDying;
    ends = TakeEndLocked();
  }
  if (ends) EndWithoutThread();
  return CloseStep::kDone;
}

void Process::KillSomeThreads(Runnable& runnable) { static_cast<Process&>(runnable).KillThreads(); }

void Process::KillThreads() {
  constexpr uint32_t kKillsAtOnce = 16;
  const RefPtr<Process> self = AdoptRef(this);
  for (uint32_t i = 0; i < kKillsAtOnce; ++i) {
    RefPtr<Thread> thread;
    {
      Guard guard(state_lock_);
      Thread* next = threads_.PopFront();
      if (next == nullptr) return;
      killed_threads_.PushBack(*next);
      thread = WrapRef(next);  // Who is on the list still runs, and keeps itself.
    }
    thread->Kill();
  }
  AddRef();
  async::CurrentExecutor().Post(*this);
}

void Process::EndWithoutThread() {
  AddRef();  // OnEnded gives it back.
  if (end_->Start(end_started_)) OnEnded(end_started_);
}

void Process::OnEnded(async::TaskStart& start) {
  static_cast<EndStarted&>(start).process.Release();
}

Task<zx_status_t> Process::End() {
  constexpr uint32_t kHandlesAtOnce = 32;
  bool has_more = handles_->count() != 0;
  do {
    const bool had_some = has_more;
    {
      CloseList list;
      has_more = handles_->CloseSome(list, kHandlesAtOnce);
    }
    // The first step of what follows is a long one by itself.
    if (!had_some && !has_more) break;
    async::YieldOp yield;
    co_await yield;
  } while (has_more);
  for (;;) {
    const mm::AddressSpace::TearDownState state = space_->TearDownStep();
    if (state == mm::AddressSpace::TearDownState::kDone) break;
    if (state == mm::AddressSpace::TearDownState::kInUse) {
      sched::QuietPointOp quiet;
      co_await quiet;
    } else {
      async::YieldOp yield;
      co_await yield;
    }
  }
  {
    Guard guard(state_lock_);
    state_ = State::kDead;
  }
  job_->RemoveProcess(*this);
  UpdateSignals(Side::kFirst, 0, ZX_PROCESS_TERMINATED);
  job_->Settle();
  co_return ZX_OK;
}

bool Process::is_started() {
  Guard guard(state_lock_);
  return state_ == State::kRunning;
}

bool Process::is_dead() {
  Guard guard(state_lock_);
  return state_ >= State::kDying;
}

zx_info_process_t Process::GetInfo() {
  zx_info_process_t info = {};
  Guard guard(state_lock_);
  if (was_started_) {
    info.flags |= ZX_INFO_PROCESS_FLAG_STARTED;
    info.start_time = start_time_.ns();
  }
  if (state_ == State::kDead) {
    info.flags |= ZX_INFO_PROCESS_FLAG_EXITED;
    info.return_code = return_code_;
  }
  return info;
}

RefPtr<KernelObject> Process::FindThread(zx_koid_t koid) {
  Guard guard(state_lock_);
  for (List<Thread>* list : {&threads_, &killed_threads_}) {
    for (Thread& thread : *list) {
      if (thread.koid() == koid) return WrapRef(&thread);
    }
  }
  return nullptr;
}

uint32_t Process::ListThreads(std::span<zx_koid_t> koids) {
  Guard guard(state_lock_);
  uint32_t count = 0;
  for (List<Thread>* list : {&threads_, &killed_threads_}) {
    for (Thread& thread : *list) {
      if (count < koids.size()) koids[count] = thread.koid();
      ++count;
    }
  }
  return count;
}

TaskRuntime Process::RuntimeOf(Thread& thread) {
  return {thread.vcpu().runtime().count(), thread.vcpu().queue_time().count()};
}

TaskRuntime Process::runtime() {
  Guard guard(state_lock_);
  TaskRuntime sum = dead_runtime_;
  for (List<Thread>* list : {&threads_, &killed_threads_}) {
    for (Thread& thread : *list) sum.Add(RuntimeOf(thread));
  }
  return sum;
}

zx_koid_t Process::related_koid(Side) const { return job_->koid(); }

zx_status_t Process::GetName(char (&name)[ZX_MAX_NAME_LEN]) const {
  Guard guard(lock_);
  name_.CopyTo(name);
  return ZX_OK;
}

zx_status_t Process::SetName(std::string_view name) {
  Guard guard(lock_);
  name_.Set(name);
  return ZX_OK;
}

}  // namespace sirocco
