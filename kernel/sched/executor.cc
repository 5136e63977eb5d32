// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Sleeping and posting. Either the sleeper sees the runnable, or the poster sees the sleeper; both
// columns are modelled in tests/models.
//
//   sleeper                               poster, any hart
//   idle_harts |= me                      push to the sleeper's queue
//   fence                                 fence
//   queue empty? nothing to steal?        idle_harts & target? take the bit: send an IPI
//   wfi (an IPI that is pending ends it)
//
// `wfi` runs with interrupts masked: one that came earlier is pending and ends it at once.

#include "kernel/sched/executor.h"

#include <algorithm>
#include <bit>

#include "kernel/arch/clock.h"
#include "kernel/arch/upcalls.h"
#include "kernel/mm/address_space.h"
#include "kernel/mm/physical.h"
#include "kernel/sched/vcpu.h"

namespace sirocco::sched {

constinit std::array<std::atomic<HartExecutor*>, arch::kMaxHarts> HartExecutor::online_ = {};
constinit std::atomic<uint32_t> HartExecutor::online_harts_{0};
constinit std::atomic<uint32_t> HartExecutor::idle_harts_{0};
constinit std::atomic<uint32_t> HartExecutor::waiting_for_quiet_{0};

void HartExecutor::Attach() {
  index_ = arch::ThisHart().index;
  async::SetCurrentExecutor(this);
  online_[index_].store(this, std::memory_order_release);
  online_harts_.fetch_or(uint32_t{1} << index_, std::memory_order_acq_rel);
}

void HartExecutor::Detach() {
  KASSERT(!HasReady(0) && !quiet_.is_waiting());
  async::SetCurrentExecutor(nullptr);
  online_harts_.fetch_and(~(uint32_t{1} << index_), std::memory_order_acq_rel);
  online_[index_].store(nullptr, std::memory_order_release);
}

[[gnu::always_inline]] inline void HartExecutor::Push(async::Runnable& runnable, Place place) {
  Guard guard(lock_);
  PushLocked(runnable, place);
}

async::Runnable* HartExecutor::Pop() {
  if (top_priority_.load(std::memory_order_relaxed) < 0) return nullptr;
  Guard guard(lock_);
  async::Runnable* runnable = queue_.Pop();
  PublishTopLocked();
  return runnable;
}

HartExecutor* HartExecutor::TakeIdleHart() {
  uint32_t idle = idle_harts_.load(std::memory_order_relaxed);
  while (idle != 0) {
    const uint32_t index = std::countr_zero(idle);
    const uint32_t bit = uint32_t{1} << index;
    if ((idle_harts_.fetch_and(~bit, std::memory_order_acq_rel) & bit) != 0) return OfHart(index);
    idle = idle_harts_.load(std::memory_order_relaxed);
  }
  return nullptr;
}

void HartExecutor::Post(async::Runnable& runnable) {
  // From its own hart, from another, or from a thread that is no hart (tests on the host).
  auto* here = static_cast<HartExecutor*>(arch::ThisHart().executor);
  HartExecutor* target = here != nullptr ? here : this;
  const uint32_t online = online_harts_.load(std::memory_order_relaxed);
  if ((online & (online - 1)) == 0) return target->PostHere(runnable);
  target->PostToIdleOrHere(runnable);
}

void HartExecutor::PostToIdleOrHere(async::Runnable& runnable) {
  // An idle hart is better than a queue.
  if (HartExecutor* sleeper = TakeIdleHart()) {
    sleeper->Push(runnable, Place::kBack);
    if (sleeper != arch::ThisHart().executor) arch::SendIpi(sleeper->index_);
    return;
  }
  PostHere(runnable);
  // One that fell asleep meanwhile has looked here before there was anything, or is seen now.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (HartExecutor* sleeper = TakeIdleHart()) arch::SendIpi(sleeper->index_);
}

void HartExecutor::PostHere(async::Runnable& runnable) {
  const uint8_t priority = runnable.priority();
  Push(runnable, Place::kBack);  // It may run, and be gone, from here on.
  if (this != arch::ThisHart().executor) [[unlikely]]
    return WakeHart();
  if (IsToNudge(priority)) [[unlikely]]
    Nudge(priority);
}

void HartExecutor::WakeHart() {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  idle_harts_.fetch_and(~(uint32_t{1} << index_), std::memory_order_acq_rel);
  arch::SendIpi(index_);
}

// Something was queued on our own hart, whose vCPU may be in the middle of a plain call. A call has
// no look at the queue when it returns, so the hart's own interrupts do it.
bool HartExecutor::IsToNudge(uint8_t priority) const {
  const int running = running_priority_.load(std::memory_order_relaxed);
  return running != kNothingRuns &&
         (priority > running || runs_alone_.load(std::memory_order_relaxed) != 0);
}

void HartExecutor::Nudge(uint8_t priority) {
  if (priority > running_priority_.load(std::memory_order_relaxed)) {
    arch::SendIpi(index_);  // Taken at the first instruction in user mode.
  } else {
    LimitSlice();
  }
}

void HartExecutor::LimitSlice() {
  StoreRelaxed(runs_alone_, 0);
  slice_end_ = arch::Clock::Now() + kSlice;
  // By a timer that fires: what follows its interrupt programs for what is left then.
  if (!timers_.has_expired()) ProgramTimer();
}

// Plain calls, one after the other, never come to a turn of the executor: memory would only go one
// way. So a thread that retires much, and whose calls' ends do not see to it, is interrupted again
// and again while there is something to reclaim, and one that retires at all has a slice.
void HartExecutor::SeeToReclaim() {
  if (running_priority_.load(std::memory_order_relaxed) == kNothingRuns) return;
  if (unseen_steps_ >= kUnseenSteps) {
    unseen_steps_ = 0;
    look_at_ = kFewSteps;
    arch::SendIpi(index_);
  }
  if (runs_alone_.load(std::memory_order_relaxed) != 0) LimitSlice();
}

uint32_t HartExecutor::AwakeHarts() {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  const uint32_t idle = idle_harts_.load(std::memory_order_acquire);
  return online_harts_.load(std::memory_order_relaxed) & ~idle;
}

void HartExecutor::ReclaimFew() {
  if (const uint32_t awake = AwakeHarts(); (awake & (awake - 1)) != 0) {  // We are one.
    look_at_ = unseen_steps_ + kFewSteps;
    return;
  }
  // What is reclaimed may be tables that this hart still holds translations of.
  mm::AddressSpace::PassQuietPoint();
  unseen_steps_ = 0;
  look_at_ = kFewSteps;
  if (quiet_.PassAlone(kFewSteps)) [[unlikely]]
    look_at_ = 0;
}

void HartExecutor::Requeue(async::Runnable& runnable, Place place) { Push(runnable, place); }

// What is left is reclaimed at the next moment in which interrupts are taken.
bool HartExecutor::PassQuietPoint() {
  mm::AddressSpace::PassQuietPoint();
  const bool reclaims_left = quiet_.Pass(kReclaimSteps);
  unseen_steps_ = 0;
  look_at_ = kFewSteps;
  if (reclaims_left) arch::SendIpi(index_);
  return reclaims_left;
}

void HartExecutor::OnTimerInterrupt() {
  const Instant now = arch::Clock::Now();
  timers_.Expire(now);
  if (now >= slice_end_) {
    if (!mm::AddressSpace::IsCaughtUp() || !quiet_.IsUpToDate()) [[unlikely]]
      PassQuietPoint();
    slice_over_ = true;
    // The next one gets its own; alone again, none, unless there is more to reclaim.
    const bool alone = top_priority_.load(std::memory_order_relaxed) < 0;
    slice_end_ = alone && quiet_.has_work() ? now + kSlice : Instant::Infinite();
    if (alone && !quiet_.has_work()) StoreRelaxed(runs_alone_, 1);
  }
  // Of a vCPU, OnUserInterrupt follows, which programs it for whoever runs then.
  if (running_priority_.load(std::memory_order_relaxed) == kNothingRuns) ProgramTimer();
}

void HartExecutor::OnIpi() {
  PassQuietPoint();
  if (runs_alone_.load(std::memory_order_relaxed) != 0 && (HasReady(0) || quiet_.has_work())) {
    LimitSlice();
  }
}

async::Runnable* HartExecutor::Steal() {
  const uint32_t harts = arch::kMaxHarts;
  for (uint32_t step = 1; step < harts; ++step) {
    HartExecutor* victim = OfHart((index_ + step) % harts);
    if (victim == nullptr || !victim->HasReady(0)) continue;
    if (async::Runnable* runnable = victim->Pop()) {
      ++counters_.steals;
      return runnable;
    }
  }
  return nullptr;
}

void HartExecutor::Sleep() {
  // A hart that sleeps is asked nothing, so it holds on to nothing of a space either.
  mm::AddressSpace::LeaveUser();
  const uint32_t bit = uint32_t{1} << index_;
  idle_harts_.fetch_or(bit, std::memory_order_seq_cst);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  bool found = HasReady(0);
  for (uint32_t i = 0; !found && i < arch::kMaxHarts; ++i) {
    HartExecutor* other = OfHart(i);
    found = other != nullptr && other->HasReady(0);
  }
  // Whoever passes a quiet point that we wait for wakes us: told here, asked again below.
  if (quiet_.is_waiting()) {
    waiting_for_quiet_.fetch_or(bit, std::memory_order_seq_cst);
    found = found || !quiet_.NeedsOthers();
  }
  if (!found) {
    ++counters_.sleeps;
    timers_.ProgramExactly();
    arch::WaitForInterrupt();
  }
  waiting_for_quiet_.fetch_and(~bit, std::memory_order_relaxed);
  idle_harts_.fetch_and(~bit, std::memory_order_seq_cst);
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

bool HartExecutor::Turn(bool may_sleep) {
  ++counters_.turns;
  arch::TakeInterrupts();
  const bool reclaims_left = PassQuietPoint();
  async::Runnable* runnable = Pop();
  if (runnable == nullptr && online_count() > 1) runnable = Steal();
  if (runnable == nullptr) {
    const bool has_zeroed = mm::physical.ZeroSomePages();
    if (may_sleep && !reclaims_left && !has_zeroed) Sleep();
    return reclaims_left;
  }
  set_current_priority(runnable->priority());
  runnable->Run();
  return true;
}

void HartExecutor::Run() {
  for (;;) Turn(true);
}

bool HartExecutor::AllQuietSince(uint64_t epoch) {
  for (uint32_t awake = AwakeHarts(); awake != 0; awake &= awake - 1) {
    if (OfHart(std::countr_zero(awake))->quiet_.seen() < epoch) return false;
  }
  return true;
}

bool HartExecutor::AskForQuiet(uint64_t epoch) {
  bool all = true;
  for (uint32_t awake = AwakeHarts(); awake != 0; awake &= awake - 1) {
    const uint32_t index = std::countr_zero(awake);
    if (OfHart(index)->quiet_.seen() >= epoch) continue;
    all = false;
    arch::SendIpi(index);
  }
  return all;
}

void HartExecutor::TellQuiet() {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  uint32_t waiting = waiting_for_quiet_.load(std::memory_order_seq_cst);
  for (; waiting != 0; waiting &= waiting - 1) arch::SendIpi(std::countr_zero(waiting));
}

void OnTimerInterrupt() { HartExecutor::Current().OnTimerInterrupt(); }
void OnIpi() { HartExecutor::Current().OnIpi(); }

}  // namespace sirocco::sched
