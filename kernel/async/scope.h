// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/errors.h>
#include <zircon/types.h>

#include <coroutine>
#include <cstddef>

#include "kernel/async/cancel.h"
#include "kernel/async/completion.h"
#include "kernel/async/task.h"
#include "kernel/sync/annotations.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco::async {

/// Owns Tasks nobody awaits one by one. It is joined before it ends, so no Task outlives what it
/// was lent.
class Scope {
 public:
  class JoinOp;

  Scope() = default;
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  ~Scope() { KASSERT(is_joined()); }

  /// What the Tasks' waits should carry.
  CancelToken token() { return CancelToken(source_); }
  void Cancel() { source_.Cancel(); }

  /// Starts `task` in the caller's context and owns it until it ends; its status is dropped.
  /// Errors: ZX_ERR_NO_MEMORY: `task` has no frame, or there is none for its record; it never ran.
  ///         ZX_ERR_CANCELED: the scope is cancelled; it never ran.
  zx_status_t Spawn(Task<zx_status_t> task) EXCLUDES(lock_);

  /// Completes with ZX_OK when no Task is left. One JoinOp at a time.
  JoinOp Join();
  bool is_joined() EXCLUDES(lock_);

 private:
  struct Member;
  void OnMemberDone() EXCLUDES(lock_);

  CancelSource source_;  // Guards itself.
  SpinLock<LockRank::kObject> lock_;
  size_t count_ GUARDED_BY(lock_) = 0;
  JoinOp* joiner_ GUARDED_BY(lock_) = nullptr;
};

class [[nodiscard]] Scope::JoinOp : public Completion {
 public:
  explicit JoinOp(Scope& scope) : scope_(scope) {}

  /// Ends the wait only; `Scope::Cancel` ends the Tasks.
  void Cancel(zx_status_t reason = ZX_ERR_CANCELED) EXCLUDES(scope_.lock_);

  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> waiter) EXCLUDES(scope_.lock_);
  zx_status_t await_resume() const EXCLUDES(scope_.lock_);

 private:
  friend class Scope;

  Scope& scope_;
};

inline Scope::JoinOp Scope::Join() { return JoinOp(*this); }

}  // namespace sirocco::async
