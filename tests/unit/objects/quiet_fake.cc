// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "tests/unit/objects/quiet_fake.h"

#include <mutex>
#include <vector>

#include "kernel/sched/quiet.h"

namespace sirocco::sched {

namespace {
std::mutex mutex;
std::vector<RetireNode*> retired;
}  // namespace

void Retire(RetireNode& node, uint32_t) {
  std::lock_guard guard(mutex);
  retired.push_back(&node);
}

void ReclaimOn(RetireNode& node) { Retire(node, 1); }
void ReclaimTook(uint32_t) {}
void EndPlainCall() {}

size_t ReclaimRetired() {
  std::vector<RetireNode*> batch;
  {
    std::lock_guard guard(mutex);
    batch.swap(retired);
  }
  for (RetireNode* node : batch) node->Reclaim();
  return batch.size();
}

bool QuietPointOp::await_suspend(std::coroutine_handle<> waiter) {
  Arm(waiter);
  Retire(*this, 1);
  return true;
}

void QuietPointOp::OnQuiet(RetireNode& node) { static_cast<QuietPointOp&>(node).Complete(ZX_OK); }

}  // namespace sirocco::sched
