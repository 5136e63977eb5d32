// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/sched/quiet.h"

#include "kernel/sched/executor.h"

namespace sirocco::sched {

constinit std::atomic<uint64_t> QuietState::current_epoch_{0};

bool QuietState::NeedsOthers() const {
  return retired_.is_empty() && !waiting_.is_empty() && !HartExecutor::AllQuietSince(epoch_);
}

bool QuietState::Pass(uint32_t steps) {
  const uint64_t now = current_epoch_.load(std::memory_order_acquire);
  if (seen_.load(std::memory_order_relaxed) != now) {
    seen_.store(now,
                std::memory_order_release);  // Our reads come before: pairs with AllQuietSince.
    HartExecutor::TellQuiet();
  }
  if (!waiting_.is_empty() && HartExecutor::AllQuietSince(epoch_)) ready_.Append(waiting_);
  if (waiting_.is_empty() && !retired_.is_empty()) {
    waiting_.Append(retired_);
    // Sequentially consistent: the unlinking before it is seen by whoever sees the new epoch, and
    // orders against a hart that leaves idle (see above).
    epoch_ = current_epoch_.fetch_add(1, std::memory_order_seq_cst) + 1;
    std::atomic_thread_fence(std::memory_order_seq_cst);
    // Perhaps past an epoch of somebody else's, who sleeps until we have seen it.
    seen_.store(epoch_, std::memory_order_release);
    HartExecutor::TellQuiet();
    if (HartExecutor::AskForQuiet(epoch_)) ready_.Append(waiting_);
  }
  return ReclaimReady(steps);
}

void Retire(RetireNode& node, uint32_t steps) { HartExecutor::Current().Retire(node, steps); }
void EndPlainCall() { HartExecutor::Current().EndPlainCall(); }
void ReclaimOn(RetireNode& node) { HartExecutor::Current().quiet().ReclaimOn(node); }
void ReclaimTook(uint32_t steps) { HartExecutor::Current().quiet().ReclaimTook(steps); }

bool QuietPointOp::await_suspend(std::coroutine_handle<> waiter) {
  Arm(waiter);
  Retire(*this);
  return true;
}

void QuietPointOp::OnQuiet(RetireNode& node) { static_cast<QuietPointOp&>(node).Complete(ZX_OK); }

}  // namespace sirocco::sched
