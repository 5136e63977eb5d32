// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/errors.h>
#include <zircon/types.h>

#include <atomic>
#include <coroutine>

#include "kernel/async/completion.h"
#include "kernel/base/list.h"
#include "kernel/sync/annotations.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco::async {

/// Hears of a CancelSource's cancellation, once. The function is called under the source's lock: it
/// completes operations, which posts, and does nothing else.
class CancelListener : public ListNode<CancelListener> {
 public:
  using Function = void (*)(CancelListener&);
  constexpr explicit CancelListener(Function on_cancel) : on_cancel_(on_cancel) {}

 private:
  friend class CancelSource;
  const Function on_cancel_;
};

/// A request to stop, made once and seen by every wait that carries its token. Outlives the waits.
class CancelSource {
 public:
  constexpr CancelSource() = default;
  CancelSource(const CancelSource&) = delete;
  CancelSource& operator=(const CancelSource&) = delete;

  /// Ends with ZX_ERR_CANCELED every wait made with the token, now or later. They settle by
  /// themselves. Context: any; only locks below rank kObject held.
  void Cancel() EXCLUDES(lock_);
  bool is_cancelled() const { return is_cancelled_.load(std::memory_order_acquire) != 0; }

  /// False, and nothing added, if cancelled already.
  bool Add(CancelListener& listener) EXCLUDES(lock_);
  /// True: removed, and not called. False: it was called.
  bool Remove(CancelListener& listener) EXCLUDES(lock_);

 private:
  static constexpr size_t kBatch = 64;

  SpinLock<LockRank::kObject> lock_;
  std::atomic<uint32_t> is_cancelled_{0};  // Written under lock_.
  List<CancelListener> listeners_ GUARDED_BY(lock_);
};

/// Names a source, or none: then nothing cancels.
class CancelToken {
 public:
  constexpr CancelToken() = default;
  constexpr CancelToken(CancelSource& source) : source_(&source) {}  // NOLINT: it names it.

  CancelSource* source() const { return source_; }
  bool is_cancelled() const { return source_ != nullptr && source_->is_cancelled(); }

 private:
  CancelSource* source_ = nullptr;
};

/// Completes with ZX_OK once `source` is cancelled: to wait for the request itself.
class [[nodiscard]] CancelledOp : public Completion, private CancelListener {
 public:
  explicit CancelledOp(CancelSource& source) : CancelListener(&OnCancel), source_(source) {}

  void Cancel(zx_status_t reason = ZX_ERR_CANCELED);

  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> waiter);
  zx_status_t await_resume() const { return status(); }

 private:
  static void OnCancel(CancelListener& listener);

  CancelSource& source_;
};

}  // namespace sirocco::async
