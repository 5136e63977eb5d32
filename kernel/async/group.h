// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/errors.h>
#include <zircon/types.h>

#include <atomic>
#include <coroutine>
#include <cstddef>
#include <cstdint>

#include "kernel/async/completion.h"

namespace sirocco::async {

/// Base of operations made of others, its children. They start in order, in the waiter's context;
/// the first outcome may end the rest, which are awaited: when the waiter goes on nothing refers to
/// any of them. Losers are cancelled on the executor, never on the completer's stack, which may
/// hold the completed object's lock.
class Group : public Completion, private Waiter {
 public:
  static constexpr size_t kMaxChildren = 1000;

  /// Ends what is not done. An outcome that comes first nevertheless stands.
  void Cancel(zx_status_t reason = ZX_ERR_CANCELED);

  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> waiter);

 protected:
  enum class Started { kPending, kDone, kSkipped };
  enum class Policy : uint8_t {
    kFirst,  // The first to complete ends the others.
    kAll,    // Everybody completes.
  };

  static constexpr uint32_t kNobody = 0xffff;  // As `first`: ended by Cancel, or kAll.

  Group(Policy policy, size_t child_count)
      : Waiter(&OnDone), child_count_(static_cast<uint16_t>(child_count)), policy_(policy) {
    KASSERT(child_count <= kMaxChildren);
  }
  ~Group() = default;

  virtual Started StartChild(size_t index) = 0;
  /// `index` was started, and may have completed meanwhile.
  virtual void CancelChild(size_t index, zx_status_t reason) = 0;
  /// The group's outcome, when every started child is done. May change `first`.
  virtual zx_status_t Outcome(uint32_t& first) = 0;
  /// The reason the others are given when child `first` ends them.
  virtual zx_status_t EndReason(uint32_t /*first*/) const { return ZX_ERR_CANCELED; }

  /// Child `index` is done. Context: any; its object's lock may be held.
  void OnChildDone(uint32_t index);

  /// For StartChild: who the child reports to.
  void Adopt(Completion& child, size_t index) {
    child.set_waiter(*this);
    child.child_index_ = static_cast<uint16_t>(index);
  }

  /// After completion: the first child that was done, or kNobody.
  uint32_t first() const { return first_; }
  size_t started_count() const { return started_count_; }
  zx_status_t cancel_reason() const { return cancel_reason_.load(std::memory_order_relaxed); }

 private:
  // True: all is done, and with it the group.
  bool EndStarting(uint32_t not_started);
  void CancelStarted();
  bool DropCount();
  zx_status_t Settle();
  static void RunCancel(Runnable& runnable);
  static void OnDone(Waiter& group, Completion& child);

  std::atomic<uint32_t> word_{0};                  // See group.cc.
  std::atomic<zx_status_t> cancel_reason_{ZX_OK};  // Set once, by the first Cancel.
  uint16_t started_count_ = 0;                     // Written while starting.
  uint16_t first_ = 0;                             // Written by who completes us.
  const uint16_t child_count_;
  const Policy policy_;
};

}  // namespace sirocco::async
