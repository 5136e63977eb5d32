// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/async/task.h"

#include <cstring>

#include "kernel/base/units.h"

namespace sirocco::async {

// A Task started by a plain function, and its end on another hart:
//
//   starter                              hart that resumes the Task at last
//   ResumeLoop(task) returns             final suspension, back in ResumeLoop
//   Leave: kStarting -> kLeft            Finish: exchange kFinished
//     won:  return false                   saw kStarting: the starter will see kFinished
//     lost: return true, take result       saw kLeft: call on_finish, which takes the result
//
// One of the two is second and acts; both exchanges are acq_rel, so it sees the result.

bool TaskStart::Leave() {
  uint32_t expected = kStarting;
  return !state_.compare_exchange_strong(expected, kLeft, std::memory_order_acq_rel,
                                         std::memory_order_acquire);
}

void TaskStart::Finish() {
  if (state_.exchange(kFinished, std::memory_order_acq_rel) == kLeft) on_finish_(*this);
}

bool TaskBase::StartInline(std::coroutine_handle<> task, PromiseBase& promise, TaskStart& start) {
  KASSERT(!is_started(promise));
  KASSERT(!HoldsAnyLock());
  start.Prepare();
  promise.waiter_ = reinterpret_cast<uintptr_t>(&start) | PromiseBase::kStartTag;
  ResumeLoop(task);
  return start.Leave();
}

void TaskBase::BeginAwait(std::coroutine_handle<> task, PromiseBase& promise,
                          std::coroutine_handle<> waiter) {
  KASSERT(!is_started(promise));
  promise.waiter_ = reinterpret_cast<uintptr_t>(waiter.address());
  TransferTo(task);
}

void PromiseBase::TransferToWaiter() noexcept {
  KASSERT(!HoldsAnyLock());
  arch::HartBlock& hart = arch::ThisHart();
  KASSERT(hart.resume_next == nullptr && waiter_ != 0);
  hart.resume_next = reinterpret_cast<void*>(waiter_);  // Its tag included.
}

// A frame is followed by the allocator that gave it.

void* PromiseBase::AllocateFrame(size_t size) noexcept {
  return AllocateFrame(size, CurrentExecutor().frames());
}

void* PromiseBase::AllocateFrame(size_t size, FrameAllocator& allocator) noexcept {
  const size_t trailer = RoundUp(size, alignof(FrameAllocator*));
  auto* const frame = static_cast<char*>(allocator.Allocate(trailer + sizeof(FrameAllocator*)));
  if (frame == nullptr) return nullptr;
  FrameAllocator* const pointer = &allocator;
  std::memcpy(frame + trailer, &pointer, sizeof(FrameAllocator*));
  if constexpr (kAssertsEnabled) arch::ThisHart().last_frame = frame;
  return frame;
}

void PromiseBase::FreeFrame(void* frame, size_t size) noexcept {
  const size_t trailer = RoundUp(size, alignof(FrameAllocator*));
  FrameAllocator* allocator = nullptr;
  std::memcpy(&allocator, static_cast<char*>(frame) + trailer, sizeof(FrameAllocator*));
  allocator->Free(frame, trailer + sizeof(FrameAllocator*));
}

void PromiseBase::CheckFrame(const void* handle_address) const {
  void* const allocated = arch::ThisHart().last_frame;
  arch::ThisHart().last_frame = nullptr;
  // A frame the compiler put on the stack instead would have left last_frame null.
  PANIC_UNLESS(allocated == handle_address);
  PANIC_UNLESS(reinterpret_cast<const char*>(this) ==
               static_cast<const char*>(handle_address) + kOffset);
}

}  // namespace sirocco::async
