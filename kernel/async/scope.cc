// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/async/scope.h"

#include <new>
#include <utility>

namespace sirocco::async {

struct Scope::Member : public TaskStart {
  Member(Scope& scope, FrameAllocator& allocator, Task<zx_status_t> task)
      : TaskStart(&OnFinish), scope(scope), allocator(allocator), task(std::move(task)) {}

  static void OnFinish(TaskStart& start) { static_cast<Member&>(start).End(); }

  void End() {
    Scope& owner = scope;
    FrameAllocator& frames = allocator;
    this->~Member();  // The Task, and what it was lent, before the scope may end.
    frames.Free(this, sizeof(Member));
    owner.OnMemberDone();
  }

  Scope& scope;
  FrameAllocator& allocator;
  Task<zx_status_t> task;
};

zx_status_t Scope::Spawn(Task<zx_status_t> task) {
  if (source_.is_cancelled()) return ZX_ERR_CANCELED;
  if (task.is_done()) return task.TakeResult();
  FrameAllocator& allocator = CurrentExecutor().frames();
  void* const memory = allocator.Allocate(sizeof(Member));
  if (memory == nullptr) return ZX_ERR_NO_MEMORY;
  auto* const member = new (memory) Member(*this, allocator, std::move(task));
  {
    Guard guard(lock_);
    ++count_;
  }
  if (member->task.Start(*member)) member->End();
  return ZX_OK;
}

void Scope::OnMemberDone() {
  Guard guard(lock_);
  if (--count_ != 0 || joiner_ == nullptr) return;
  JoinOp* const joiner = std::exchange(joiner_, nullptr);
  joiner->Complete(ZX_OK);  // The joiner may end the scope: it waits for our unlock first.
}

bool Scope::is_joined() {
  Guard guard(lock_);
  return count_ == 0;
}

bool Scope::JoinOp::await_suspend(std::coroutine_handle<> waiter) {
  Guard guard(scope_.lock_);
  if (scope_.count_ == 0) return CompleteInline(ZX_OK);
  KASSERT(scope_.joiner_ == nullptr);
  Arm(waiter);
  scope_.joiner_ = this;
  return true;
}

zx_status_t Scope::JoinOp::await_resume() const {
  Guard guard(scope_.lock_);
  return status();
}

void Scope::JoinOp::Cancel(zx_status_t reason) {
  {
    Guard guard(scope_.lock_);
    if (scope_.joiner_ != this) return;
    scope_.joiner_ = nullptr;
  }
  Complete(reason);
}

}  // namespace sirocco::async
