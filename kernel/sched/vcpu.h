// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <coroutine>
#include <cstdint>

#include "kernel/arch/clock.h"
#include "kernel/arch/switch_user.h"
#include "kernel/arch/user.h"
#include "kernel/async/executor.h"
#include "kernel/base/units.h"
#include "kernel/mm/address_space.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco::sched {

class ParkedWait;

/// A thread as the kernel schedules it: registers, a state word, and the coroutine that owns it.
/// While it is blocked or parked nothing of it is on any stack.
///
///   kRunning -> kBlocked   its hart, when a call suspended and its registers are saved (release)
///   kRunning -> kParked    the same, of a call whose wait attention may end: parked_wait.h
///   kRunning -> kWoken     the wait's end came before that: the hart goes on at once
///   kBlocked -> kQueued    the call's end: one winner, who posts it
///   kParked  -> kQueued    the wait's end: one winner, who posts it
///   kRunning -> kQueued    its hart: preempted, or it yields
///   kQueued  -> kRunning   the hart that took it from a queue
///   kRunning -> kHeld      its hart: the owner's coroutine has it, see EnterUser
///   kHeld    -> kQueued    EnterUser
///
/// One hart at most has it kRunning: a thread is one virtual CPU.
class Vcpu : public async::Runnable {
 public:
  /// Why EnterUser came back.
  enum class Exit : uint8_t {
    kAttention,  // RequestAttention was called.
    kTrap,       // trap() says what it ran into.
    kLeft,       // A call asked to leave user mode: LeaveUser.
  };

  explicit Vcpu(mm::AddressSpace& space) : Runnable(&RunFunction), space_(space) {}

  arch::UserContext& context() { return context_; }
  const arch::UserTrap& trap() const { return trap_; }
  mm::AddressSpace& space() const { return space_; }

  /// The vCPU in whose call, trap or coroutine this hart is; null elsewhere.
  static Vcpu* Current() { return static_cast<Vcpu*>(arch::ThisHart().current); }
  /// `runnable` as a vCPU, or null.
  static Vcpu* FromRunnable(async::Runnable& runnable) {
    return runnable.function() == &RunFunction ? static_cast<Vcpu*>(&runnable) : nullptr;
  }

  // --- For the owner's coroutine. ---

  /// `co_await vcpu.EnterUser()` runs the thread in user mode, through any number of calls, until
  /// there is something for its coroutine to do.
  class EnterUserOp {
   public:
    explicit EnterUserOp(Vcpu& vcpu) : vcpu_(vcpu) {}
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> owner);
    Exit await_resume() const { return vcpu_.exit_; }

   private:
    Vcpu& vcpu_;
  };
  EnterUserOp EnterUser() { return EnterUserOp(*this); }

  // --- For the call it is in; the hart that runs the call. ---

  /// The suspended call has ended with `result`. Context: any hart, no lock above kTimerWheel.
  void FinishCall(uint64_t result);
  /// The same of a call whose result `rest` says, when the vCPU runs next.
  void FinishCallWith(ParkedWait& rest);
  /// The call waits with no coroutine, only `wait`, which is started, once it has answered
  /// kEntryPending. `is_interruptible`: a request for attention ends the wait.
  void Park(ParkedWait& wait, bool is_interruptible = true) {
    parked_ = &wait;
    is_interruptible_ = is_interruptible;
  }
  /// What ended a parked wait. Its end may come before the vCPU is parked.
  enum class WakeReason : uint8_t { kDone, kDeadline, kAttention };
  /// Makes the vCPU end its parked wait, unless something else does so already.
  /// Context: any hart, no lock above kTimerWheel.
  void Wake(WakeReason why);
  /// Once the call has answered kEntryPending the hart goes on with `next`, as HandOverTo, and
  /// then `lock`, which is held until then, is released.
  void HandOverAfterwards(Vcpu& next, internal::SpinWord& lock) {
    ending_ = &EndHandingOver;
    next_ = &next;
    lock_ = &lock;
  }
  /// This call is the last: the coroutine gets kLeft once the call has answered kEntryPending.
  void LeaveUser() { ending_ = &EndLeaving; }
  /// Once the call has answered kEntryPending the vCPU goes behind its equals; `result` is its
  /// result. False: nobody is there to go behind, and nothing was done.
  inline bool Yield(uint64_t result);

  // --- For a call that suspends by itself; its registers are saved. ---

  /// It runs no longer: whoever finds out where it waits ends the call with FinishCall. Under the
  /// lock that guards that place.
  void Block();
  /// What the hart does after Block: the context to enter, or null for the executor.
  static arch::UserContext* EnterNext();

  /// Whether `next`, whose wait is the caller's to end, may go on in our place: it is blocked by
  /// now, as good as we are, and nobody better waits.
  bool MayHandOverTo(const Vcpu& next) const;
  /// The same if it is exactly as good: HandOverToEqual's condition.
  bool MayHandOverToEqual(const Vcpu& next) const;
  /// Block, and `next` goes on here at once with the rest of our slice: true. False: there is more
  /// to do; the hart enters what next.FinishHandOver() says. `floats`: as the door found them.
  bool HandOverTo(Vcpu& next, arch::UserFloats floats = arch::ReadUserFloats());
  bool HandOverToEqual(Vcpu& next, arch::UserFloats floats);
  arch::UserContext* FinishHandOver();

  // --- From anywhere. ---

  /// Brings the vCPU to its coroutine with kAttention, from user mode or when its call ends.
  void RequestAttention();
  /// For the coroutine, before it looks at what there is to do.
  void AcceptAttention() { attention_.exchange(0, std::memory_order_acq_rel); }
  bool attention_requested() const { return attention_.load(std::memory_order_relaxed) != 0; }

  /// Time in user mode and in its own plain calls; a moment old while it runs.
  Nanoseconds runtime() const { return Read(runtime_); }
  Nanoseconds queue_time() const { return Read(queue_time_); }
  /// The hart it ran on last; kNever before the first time.
  static constexpr uint32_t kNever = ~uint32_t{0};
  uint32_t last_hart() const { return last_hart_.load(std::memory_order_relaxed); }

  /// For reports: whether it waits in a call.
  bool is_blocked() const {
    const uint32_t state = state_.load(std::memory_order_relaxed);
    return state == kBlocked || state == kParked;
  }

  // --- The upcalls of kernel/arch/upcalls.h. ---
  static arch::UserContext* SuspendCurrent(arch::UserFloats floats);
  static arch::UserContext* OnUserInterrupt();
  static arch::UserContext* OnUserTrap(const arch::UserTrap& trap);

 private:
  // What becomes of the vCPU when its call suspends: the context to enter, or null.
  using Ending = arch::UserContext*(arch::UserFloats floats, Vcpu& self);
  // kWoken has a WakeReason above kReasonShift. kBlocked is 0: what a switch stores and looks for.
  enum State : uint32_t { kBlocked, kHeld, kQueued, kRunning, kWoken, kParked };
  static constexpr uint32_t kReasonShift = 8;
  static constexpr uint32_t StateOf(uint32_t word) { return word & ((1u << kReasonShift) - 1); }

  static Nanoseconds Read(const std::atomic<uint64_t>& sum) {
    const auto ticks = static_cast<int64_t>(sum.load(std::memory_order_relaxed));
    return Nanoseconds(std::max(ticks, int64_t{0}) * arch::Clock::nanoseconds_per_tick());
  }
  static void RunFunction(async::Runnable& runnable);
  // Makes this hart's what it takes to enter user mode; null: it has to see its coroutine first.
  arch::UserContext* Prepare(uint64_t ticks);
  // The same at a door, for a vCPU that only goes on: a leaf, which leaves all else to Prepare.
  // What it has done by then does no harm twice. `kIsTurn`: it takes its turn from an equal.
  template <bool kIsTurn>
  [[gnu::always_inline]] inline arch::UserContext* PrepareQuickly(uint64_t ticks,
                                                                  arch::UserFloats floats);
  [[gnu::always_inline]] static inline arch::UserContext* EnterNextQuickly(uint64_t ticks,
                                                                           arch::UserFloats floats);
  [[gnu::always_inline]] inline void LeaveQueue(uint64_t ticks);
  [[gnu::always_inline]] inline void StartRunning();
  // The call waits from now on: true. False: its wait is over already, and the vCPU is ours.
  [[gnu::always_inline]] inline bool Suspend();
  // Ends the parked wait. False: the call waits for something else.
  bool EndParkedWait(uint64_t ticks);
  // Takes the vCPU, whose wait `why` ended, to a queue.
  void PostWoken(WakeReason why);
  // It leaves user mode; the time until now is its own.
  void Stop(uint64_t ticks);
  // It goes to the queue, and the hart enters whoever is first.
  [[gnu::always_inline]] inline arch::UserContext* GiveWay(bool to_front, uint64_t ticks,
                                                           arch::UserFloats floats);
  // The same, to whoever is not an equal, or no vCPU.
  arch::UserContext* GiveWayToOthers(bool to_front, uint64_t ticks, arch::UserFloats floats);
  static Ending EndWaiting;
  static Ending EndYielding;
  static Ending EndHandingOver;
  static Ending EndLeaving;
  arch::UserContext* FinishHandingOver();
  template <bool kIsEqual>
  [[gnu::always_inline]] inline bool HandOver(Vcpu& next, arch::UserFloats floats);
  // Gives the vCPU to its coroutine, which is resumed by RunFunction's end.
  void HandOver(Exit exit);

  arch::UserContext context_;
  mm::AddressSpace& space_;
  std::coroutine_handle<> owner_;  // Waits in EnterUser; null while it runs.
  arch::UserTrap trap_ = {};       // Handed over with kTrap.
  Exit exit_ = Exit::kAttention;
  bool is_interruptible_ = false;  // Whether attention ends parked_, for when the call suspends.
  WakeReason woken_by_ = WakeReason::kDone;
  Ending* ending_ = &EndWaiting;  // Said by the call.
  Vcpu* next_;                    // With EndHandingOver.
  internal::SpinWord* lock_;      // Likewise.
  ParkedWait* parked_ = nullptr;  // The wait of a call without a coroutine, until it has ended.

  std::atomic<uint32_t> state_{kHeld};
  std::atomic<uint32_t> attention_{0};
  std::atomic<uint32_t> last_hart_{kNever};
  // In ticks of the clock, written by the hart that has it.
  std::atomic<uint64_t> runtime_{0};
  std::atomic<uint64_t> queue_time_{0};
  uint64_t since_ = 0;  // Since when it is queued or running.
};

}  // namespace sirocco::sched
