// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// A parked thread: kernel/objects/parked_thread.h, channel.cc, port.cc, channel_direct.h and
// vcpu.cc. Its call puts it into a place before its registers are saved; who takes it out of there,
// under the lock that guards it, ends its call. Of a channel's, a sender goes on as the thread
// where that is blocked already, and else leaves a message, as all others do.
#include "tests/models/model.h"

namespace {

enum Fault { kSound, kHandsOverBlindly, kNoLookAfterPlacing, kLeavesMessageLate };

enum State { kQueued, kRunning, kWoken, kBlocked };

bool only_kill = false;

struct PlacedModel : rl::test_suite<PlacedModel, 3> {
  rl::atomic<int> state;  // Of the vCPU.
  rl::atomic<int> attention;
  rl::atomic<int> object;  // ParkedThread::object_.
  rl::mutex lock;
  rl::var<int> place;      // Under the lock.
  rl::var<int> registers;  // Written by the door, read by who enters the thread.
  rl::var<int> rest;       // Vcpu::parked_.
  rl::var<int> ends;

  void before() {
    state($) = kRunning;
    attention($) = 0;
    object($) = 0;
    place($) = 0;
    registers($) = 0;
    rest($) = 0;
    ends($) = 0;
  }

  void Enter() {
    RL_ASSERT(registers($) == 1);
    rest($) = 0;
    ends($) = ends($) + 1;
    state.store(kRunning, rl::memory_order_release);
  }

  // Vcpu::FinishCall. True: the vCPU is posted, and the caller's hart may be the one that takes it.
  bool FinishCall() {
    int word = kRunning;
    if (state.load(rl::memory_order_acquire) != kBlocked &&
        state.compare_exchange_strong(word, kWoken, rl::memory_order_acq_rel)) {
      return false;
    }
    RL_ASSERT(state.load(rl::memory_order_relaxed) == kBlocked);
    state.store(kQueued, rl::memory_order_release);
    return true;
  }

  bool TakeOut() {
    const bool is_there = place($) != 0;
    place($) = 0;
    if (is_there) object.store(0, rl::memory_order_relaxed);
    return is_there;
  }

  void Cancel() {
    if (object.load(rl::memory_order_acquire) == 0) return;
    lock.lock($);
    const bool is_posted = TakeOut() && FinishCall();
    lock.unlock($);
    if (is_posted) Enter();
  }

  // Channel::ParkCaller, then the door and Vcpu::Suspend.
  void Call() {
    lock.lock($);
    object.store(1, rl::memory_order_release);
    place($) = 1;
    lock.unlock($);
    if (model::planted != kNoLookAfterPlacing) {
      rl::atomic_thread_fence(rl::memory_order_seq_cst);
      if (attention.load(rl::memory_order_relaxed) != 0) Cancel();
    }
    registers($) = 1;
    int word = kRunning;
    if (state.compare_exchange_strong(word, kBlocked, rl::memory_order_acq_rel)) return;
    RL_ASSERT(word == kWoken);
    Enter();
  }

  // HandOff::ReplyThroughMemory, or Channel::WakeLocked with a message.
  void Send() {
    lock.lock($);
    bool is_entered = false;
    if (place($) != 0) {
      const bool is_blocked = state.load(rl::memory_order_acquire) == kBlocked;
      TakeOut();
      if (is_blocked || model::planted == kHandsOverBlindly) {
        Enter();
      } else if (model::planted == kLeavesMessageLate) {
        is_entered = FinishCall();
        rest($) = 1;
      } else {
        rest($) = 1;
        is_entered = FinishCall();
      }
    }
    lock.unlock($);
    if (is_entered) Enter();
  }

  void Kill() {
    attention.store(1, rl::memory_order_relaxed);
    rl::atomic_thread_fence(rl::memory_order_seq_cst);
    Cancel();
  }

  void thread(unsigned index) {
    if (index == 0) Call();
    if (index == 1 && !only_kill) Send();
    if (index == 2) Kill();
  }

  void after() {
    RL_ASSERT(ends($) == 1);
    RL_ASSERT(place($) == 0);
    RL_ASSERT(state.load(rl::memory_order_relaxed) == kRunning);
  }
};

}  // namespace

int main() {
  bool is_good = true;
  is_good &= model::Check<PlacedModel>("a placed thread's call ends once", kSound, 100000, 3);
  is_good &= model::Check<PlacedModel>("entered before it is saved", kHandsOverBlindly, 200000, 0);
  is_good &= model::Check<PlacedModel>("a message after the end", kLeavesMessageLate, 200000, 0);
  only_kill = true;
  is_good &= model::Check<PlacedModel>("a placed thread that is only killed", kSound, 50000, 4);
  is_good &= model::Check<PlacedModel>("no look after placing", kNoLookAfterPlacing, 100000, 0);
  return is_good ? 0 : 1;
}
