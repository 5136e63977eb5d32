// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// A call that suspends against its own end, which another hart may bring first:
//
//   the thread's hart                        the end of the call, any hart
//   registers are saved                      result into the context
//   kRunning -> kBlocked   (release)         kRunning -> kWoken: the hart goes on at once
//   or finds kWoken: enters again            or kBlocked -> kQueued, and posts it

#include "kernel/sched/vcpu.h"

#include "kernel/arch/clock.h"
#include "kernel/arch/switch_user.h"
#include "kernel/arch/upcalls.h"
#include "kernel/async/resume.h"
#include "kernel/base/atomic.h"
#include "kernel/base/kassert.h"
#include "kernel/sched/executor.h"
#include "kernel/sched/parked_wait.h"
#include "kernel/sched/vcpu_hand_over.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco::sched {

namespace {

// One writer: no read-modify-write needed. `begin` may be of another hart, and a moment later: the
// next span makes up for it.
void Add(std::atomic<uint64_t>& sum, uint64_t begin, uint64_t end) {
  StoreRelaxed(sum, sum.load(std::memory_order_relaxed) + (end - begin));
}

}  // namespace

void Vcpu::EnterUserOp::await_suspend(std::coroutine_handle<> owner) {
  Vcpu& vcpu = vcpu_;
  vcpu.owner_ = owner;
  vcpu.since_ = arch::Clock::Ticks();
  vcpu.state_.store(kQueued, std::memory_order_release);
  HartExecutor& executor = HartExecutor::Current();
  if (vcpu.last_hart() == kNever) {
    // A new one is somebody else's work: it may run elsewhere, and whoever runs here has to share.
    executor.Post(vcpu);
  } else {
    // In front of its equals: being looked after by its coroutine is part of its turn.
    executor.Requeue(vcpu, HartExecutor::Place::kFront);
  }
}

void Vcpu::LeaveQueue(uint64_t ticks) {
  Add(queue_time_, since_, ticks);
  since_ = ticks;
}

void Vcpu::StartRunning() {
  arch::HartBlock& hart = arch::ThisHart();
  StoreRelaxed(last_hart_, hart.index);
  StoreRelaxed(state_, kRunning);
  hart.current = this;
  // Whoever requests attention and is not seen from here on sees us running, and where, and
  // interrupts us.
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

arch::UserContext* Vcpu::Prepare(uint64_t ticks) {
  HartExecutor::Current().EndSlice();
  LeaveQueue(ticks);
  // While we are queued: whoever comes late to a wait that is over finds nothing to wake.
  if (parked_ != nullptr) parked_->Settle(woken_by_);
  std::atomic_thread_fence(std::memory_order_release);
  StartRunning();
  if (parked_ != nullptr && !EndParkedWait(ticks)) [[unlikely]]
    return nullptr;
  if (attention_requested()) {
    HandOver(Exit::kAttention);
    return nullptr;
  }
  HartExecutor& executor = HartExecutor::Current();
  space_.Enter();
  arch::PrepareUser(context_, space_.vdso_text());
  executor.BeginSlice(priority(), ticks);
  return &context_;
}

template <bool kIsTurn>
arch::UserContext* Vcpu::PrepareQuickly(uint64_t ticks, arch::UserFloats floats) {
  if (parked_ != nullptr) return Prepare(ticks);
  LeaveQueue(ticks);
  StartRunning();
  HartExecutor& executor = HartExecutor::Current();
  if (attention_.load(std::memory_order_relaxed) != 0 || !space_.EnterQuickly()) [[unlikely]]
    return Prepare(ticks);
  if (!(kIsTurn ? executor.StartTurn(ticks) : executor.StartSlice(priority(), ticks))) [[unlikely]]
    executor.ProgramTimerAside();
  if (!arch::TrySwitchUser(context_, space_.vdso_text(), floats)) [[unlikely]]
    return Prepare(ticks);
  return &context_;
}

// It is stopped: once it is blocked another hart may have it.
bool Vcpu::Suspend() {
  // Not parked_: from the moment the call could be ended that may be somebody else's.
  const bool is_parked = std::exchange(is_interruptible_, false);
  uint32_t expected = kRunning;
  if (!state_.compare_exchange_strong(expected, is_parked ? kParked : kBlocked,
                                      std::memory_order_acq_rel)) {
    KASSERT(StateOf(expected) == kWoken);
    woken_by_ = static_cast<WakeReason>(expected >> kReasonShift);
    StoreRelaxed(state_, kQueued);
    return false;
  }
  if (!is_parked) return true;
  // A requester that did not see us parked is seen here.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (!attention_requested()) [[likely]]
    return true;
  expected = kParked;
  if (!state_.compare_exchange_strong(expected, kQueued, std::memory_order_acq_rel)) return true;
  woken_by_ = WakeReason::kAttention;
  return false;
}

bool Vcpu::EndParkedWait(uint64_t ticks) {
  const uint64_t result = std::exchange(parked_, nullptr)->End();
  if (result != syscall::kEntryPending) [[likely]] {
    context_.set_result(result);
    return true;
  }
  // For another turn, if that is over already: ends do not nest.
  arch::ThisHart().current = nullptr;
  Stop(ticks);
  if (!Suspend()) HartExecutor::Current().PostHere(*this);
  return false;
}

void Vcpu::Stop(uint64_t ticks) {
  Add(runtime_, since_, ticks);
  since_ = ticks;
}

void Vcpu::Block() {
  KASSERT(state_.load(std::memory_order_relaxed) == kRunning);
  Stop(arch::Clock::Ticks());
  StoreRelease(state_, kBlocked);
}

arch::UserContext* Vcpu::FinishHandOver() {
  if (attention_requested()) {
    HandOver(Exit::kAttention);
    return nullptr;
  }
  HartExecutor::Current().RaisePriority(priority());
  space_.Enter();
  arch::PrepareUser(context_, space_.vdso_text());
  return &context_;
}

void Vcpu::HandOver(Exit exit) {
  KASSERT(state_.load(std::memory_order_relaxed) == kRunning);
  exit_ = exit;
  StoreRelaxed(state_, kHeld);
}

// On the empty stack of the executor.
void Vcpu::RunFunction(async::Runnable& runnable) {
  arch::UserContext* context = static_cast<Vcpu&>(runnable).Prepare(arch::Clock::Ticks());
  if (context != nullptr) arch::RunUser(*context);
  HartExecutor::Current().EndSlice();
  HartExecutor::Current().ProgramTimer();
  // `runnable` may be elsewhere by now; what this hart has is its current vCPU, if that is held.
  arch::HartBlock& hart = arch::ThisHart();
  auto* vcpu = static_cast<Vcpu*>(hart.current);
  if (vcpu != nullptr && vcpu->state_.load(std::memory_order_relaxed) == kHeld) {
    async::ResumeLoop(std::exchange(vcpu->owner_, nullptr));
  }
  hart.current = nullptr;
}

// The vCPU that ran here is gone from this hart: enters the next if one heads the queue. With
// anything else there the executor has to turn.
arch::UserContext* Vcpu::EnterNext() {
  return EnterNextQuickly(arch::Clock::Ticks(), arch::ReadUserFloats());
}

arch::UserContext* Vcpu::EnterNextQuickly(uint64_t ticks, arch::UserFloats floats) {
  arch::ThisHart().current = nullptr;
  Vcpu* const next = HartExecutor::Current().TakeVcpu();
  return next == nullptr ? nullptr : next->PrepareQuickly<false>(ticks, floats);
}

// It is stopped.
arch::UserContext* Vcpu::GiveWay(bool to_front, uint64_t ticks, arch::UserFloats floats) {
  arch::ThisHart().current = nullptr;
  StoreRelaxed(state_, kQueued);  // The queue's lock publishes the rest.
  HartExecutor& executor = HartExecutor::Current();
  if (!to_front) {
    Vcpu* const equal = executor.ExchangeEqual(*this);
    if (equal != nullptr) return equal->PrepareQuickly<true>(ticks, floats);
  }
  return GiveWayToOthers(to_front, ticks, floats);
}

[[gnu::noinline]] arch::UserContext* Vcpu::GiveWayToOthers(bool to_front, uint64_t ticks,
                                                           arch::UserFloats floats) {
  using Place = HartExecutor::Place;
  Vcpu* const next =
      HartExecutor::Current().ExchangeVcpu(*this, to_front ? Place::kFront : Place::kBack);
  return next == nullptr ? nullptr : next->PrepareQuickly<false>(ticks, floats);
}

arch::UserContext* Vcpu::SuspendCurrent(arch::UserFloats floats) {
  KASSERT(!HoldsAnyLock());
  Vcpu& self = *Current();
  return self.ending_(floats, self);
}

// Each way out is a function of its own, whose usual part needs no frame.
arch::UserContext* Vcpu::EndWaiting(arch::UserFloats floats, Vcpu& self) {
  const uint64_t ticks = arch::Clock::Ticks();
  self.Stop(ticks);
  return self.Suspend() ? EnterNextQuickly(ticks, floats) : self.Prepare(ticks);
}

arch::UserContext* Vcpu::EndYielding(arch::UserFloats floats, Vcpu& self) {
  self.ending_ = &EndWaiting;
  const uint64_t ticks = arch::Clock::Ticks();
  self.Stop(ticks);
  return self.GiveWay(false, ticks, floats);
}

arch::UserContext* Vcpu::EndHandingOver(arch::UserFloats floats, Vcpu& self) {
  self.ending_ = &EndWaiting;
  Vcpu& next = *self.next_;
  if (!self.HandOverTo(next, floats)) [[unlikely]]
    return self.FinishHandingOver();
  self.lock_->Unlock();  // From here on another hart may have us.
  return &next.context_;
}

arch::UserContext* Vcpu::EndLeaving(arch::UserFloats, Vcpu& self) {
  self.ending_ = &EndWaiting;
  self.Stop(arch::Clock::Ticks());
  self.HandOver(Exit::kLeft);
  return nullptr;
}

[[gnu::noinline, gnu::cold]] arch::UserContext* Vcpu::FinishHandingOver() {
  arch::UserContext* const context = next_->FinishHandOver();
  lock_->Unlock();
  return context;
}

void Vcpu::Wake(WakeReason why) {
  const uint32_t woken = kWoken | static_cast<uint32_t>(why) << kReasonShift;
  uint32_t word = state_.load(std::memory_order_relaxed);
  for (;;) {
    const bool waits = word == kParked || (word == kBlocked && why != WakeReason::kAttention);
    if (!waits && (word != kRunning || why == WakeReason::kAttention)) return;
    if (state_.compare_exchange_weak(word, waits ? uint32_t{kQueued} : woken,
                                     std::memory_order_acq_rel, std::memory_order_relaxed)) {
      if (waits) PostWoken(why);
      return;
    }
  }
}

void Vcpu::PostWoken(WakeReason why) {
  woken_by_ = why;
  since_ = arch::Clock::Ticks();
  HartExecutor::Current().Post(*this);
}

void Vcpu::FinishCall(uint64_t result) {
  context_.set_result(result);
  uint32_t expected = kRunning;
  if (state_.load(std::memory_order_acquire) != kBlocked &&
      state_.compare_exchange_strong(expected, kWoken, std::memory_order_acq_rel)) {
    return;
  }
  KASSERT(state_.load(std::memory_order_relaxed) == kBlocked);
  since_ = arch::Clock::Ticks();
  state_.store(kQueued, std::memory_order_release);
  HartExecutor::Current().Post(*this);
}

void Vcpu::FinishCallWith(ParkedWait& rest) {
  parked_ = &rest;
  woken_by_ = WakeReason::kDone;
  FinishCall(0);
}

void Vcpu::RequestAttention() {
  attention_.store(1, std::memory_order_release);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  // In user mode it is interrupted; queued or held it looks before it enters; parked it is woken;
  // blocked it is the business of whoever ends its wait.
  const uint32_t state = StateOf(state_.load(std::memory_order_acquire));
  if (state == kParked) return Wake(WakeReason::kAttention);
  if (state != kRunning && state != kWoken) return;
  const uint32_t hart = last_hart();
  if (hart != kNever) arch::SendIpi(hart);
}

arch::UserContext* Vcpu::OnUserInterrupt() {
  Vcpu& self = *Current();
  if (self.attention_requested()) {
    self.Stop(arch::Clock::Ticks());
    self.HandOver(Exit::kAttention);
    return nullptr;
  }
  HartExecutor& executor = HartExecutor::Current();
  HartExecutor::Place place;
  if (!executor.ShouldPreempt(&place)) {
    executor.ProgramTimer();
    return &self.context_;
  }
  const uint64_t ticks = arch::Clock::Ticks();
  self.Stop(ticks);
  return self.GiveWay(place == HartExecutor::Place::kFront, ticks, arch::ReadUserFloats());
}

arch::UserContext* Vcpu::OnUserTrap(const arch::UserTrap& trap) {
  Vcpu& self = *Current();
  if (trap.kind == arch::UserTrap::Kind::kPageFault) {
    // The common fault needs nobody's help: the page is made and mapped.
    if (self.space_.TryFault(trap.value, trap.access) == ZX_OK) return &self.context_;
  }
  self.trap_ = trap;
  self.Stop(arch::Clock::Ticks());
  self.HandOver(Exit::kTrap);
  return nullptr;
}

extern "C" arch::UserContext* SuspendCurrent(arch::UserFloats floats) {
  return Vcpu::SuspendCurrent(floats);
}
arch::UserContext* OnUserInterrupt() { return Vcpu::OnUserInterrupt(); }
arch::UserContext* OnUserTrap(const arch::UserTrap& trap) { return Vcpu::OnUserTrap(trap); }

}  // namespace sirocco::sched
