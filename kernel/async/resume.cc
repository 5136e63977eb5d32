// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/async/resume.h"

#include "kernel/async/task.h"

namespace sirocco::async {

void ResumeLoop(std::coroutine_handle<> coroutine) {
  void* const outer = arch::ThisHart().resuming;
  KASSERT(arch::ThisHart().resume_next == nullptr);
  for (;;) {
    arch::ThisHart().resuming = coroutine.address();
    coroutine.resume();
    // From here on the frame may run on another hart, or be gone.
    arch::HartBlock& hart = arch::ThisHart();
    const auto next = reinterpret_cast<uintptr_t>(hart.resume_next);
    hart.resume_next = nullptr;
    if (next == 0) break;
    if ((next & PromiseBase::kStartTag) != 0) {
      hart.resuming = outer;
      reinterpret_cast<TaskStart*>(next & ~PromiseBase::kStartTag)->Finish();
      return;
    }
    coroutine = std::coroutine_handle<>::from_address(reinterpret_cast<void*>(next));
  }
  arch::ThisHart().resuming = outer;
}

size_t WalkAwaitChain(const void* frame, ChainLink* links, size_t max_links) {
  size_t count = 0;
  while (count < max_links && frame != nullptr) {
    const auto address = reinterpret_cast<uintptr_t>(frame);
    if (address % alignof(void*) != 0) break;
    const void* const resume_function = *static_cast<const void* const*>(frame);
    links[count++] = {frame, resume_function};
    const auto* promise = reinterpret_cast<const PromiseBase*>(address + PromiseBase::kOffset);
    if ((promise->waiter_ & PromiseBase::kStartTag) != 0) break;
    frame = reinterpret_cast<const void*>(promise->waiter_);
  }
  return count;
}

}  // namespace sirocco::async
