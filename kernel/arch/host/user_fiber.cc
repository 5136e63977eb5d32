// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/arch/host/user_fiber.h"

#include <ucontext.h>

#include <cstring>

#include "kernel/arch/hart.h"
#include "kernel/arch/upcalls.h"
#include "kernel/arch/user_window.h"
#include "kernel/base/kassert.h"

#if defined(__SANITIZE_ADDRESS__)
#define SIROCCO_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SIROCCO_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define SIROCCO_TSAN 1
#endif
#endif

#ifdef SIROCCO_ASAN
#include <sanitizer/common_interface_defs.h>

// A program's variables lie on its stack, or the kernel does not take their addresses for its
// memory.
extern "C" const char* __asan_default_options() { return "detect_stack_use_after_return=0"; }
#endif
#ifdef SIROCCO_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace sirocco::arch {

namespace {

enum class Reason : uint8_t { kCall, kStep, kTrap };

// The hart's side of the switch, and what the fiber wants of it. One a host thread; a fiber may go
// on in another, so it is found anew after each switch and never inlined.
struct Door {
  ucontext_t kernel = {};
  UserContext* context = nullptr;
  Reason reason = Reason::kStep;
  uint64_t number = 0;
  const uint64_t* arguments = nullptr;
  UserContext* next = nullptr;
  UserTrap trap = {};
  const void* kernel_stack = nullptr;  // For AddressSanitizer.
  size_t kernel_stack_size = 0;
  void* kernel_fake_stack = nullptr;
  void* kernel_tsan_fiber = nullptr;
};

constexpr uint64_t kSwitched = syscall::kEntryPending | 1;

[[gnu::noinline]] Door& ThisDoor() {
  static thread_local Door door;
  asm volatile("" ::: "memory");
  return door;
}

}  // namespace

UserContext::~UserContext() {
  if (stack_ != nullptr) UserWindow::FreeStack(stack_, UserFiber::kStackSize);
#ifdef SIROCCO_TSAN
  if (tsan_fiber_ != nullptr) __tsan_destroy_fiber(tsan_fiber_);
#endif
}

void UserContext::Start(uint64_t pc, uint64_t sp, uint64_t arg0, uint64_t arg1) {
  KASSERT(!is_started_);
  pc_ = pc;
  sp_ = sp;
  arguments_[0] = arg0;
  arguments_[1] = arg1;
}

void UserFiber::Main() {
#ifdef SIROCCO_ASAN
  __sanitizer_finish_switch_fiber(nullptr, &ThisDoor().kernel_stack, &ThisDoor().kernel_stack_size);
#endif
  UserContext& self = *ThisDoor().context;
  auto* function = reinterpret_cast<void (*)(uint64_t, uint64_t)>(self.pc_);
  function(self.arguments_[0], self.arguments_[1]);
  // A program's first function has nowhere to return to.
  for (;;) {
    Raise(UserTrap{UserTrap::Kind::kPageFault, UserTrap::Access::kExecute, 12, 0});
  }
}

void UserFiber::Resume(UserContext& context) {
  Door& door = ThisDoor();
  door.context = &context;
  if (!context.is_started_) {
    context.is_started_ = true;
    context.stack_ = UserWindow::NewStack(kStackSize);
    PANIC_UNLESS(context.stack_ != nullptr);
    getcontext(&context.fiber_);
    context.fiber_.uc_stack.ss_sp = context.stack_;
    context.fiber_.uc_stack.ss_size = kStackSize;
    context.fiber_.uc_link = nullptr;
    makecontext(&context.fiber_, &UserFiber::Main, 0);
#ifdef SIROCCO_TSAN
    context.tsan_fiber_ = __tsan_create_fiber(0);
#endif
  }
#ifdef SIROCCO_ASAN
  __sanitizer_start_switch_fiber(&door.kernel_fake_stack, context.stack_, kStackSize);
#endif
#ifdef SIROCCO_TSAN
  door.kernel_tsan_fiber = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(context.tsan_fiber_, 0);
#endif
  swapcontext(&door.kernel, &context.fiber_);
#ifdef SIROCCO_ASAN
  __sanitizer_finish_switch_fiber(ThisDoor().kernel_fake_stack, nullptr, nullptr);
#endif
}

void UserFiber::SwitchToKernel() {
  Door& door = ThisDoor();
  UserContext& self = *door.context;
#ifdef SIROCCO_ASAN
  __sanitizer_start_switch_fiber(&self.fake_stack_, door.kernel_stack, door.kernel_stack_size);
#endif
#ifdef SIROCCO_TSAN
  __tsan_switch_to_fiber(door.kernel_tsan_fiber, 0);
#endif
  swapcontext(&self.fiber_, &door.kernel);
#ifdef SIROCCO_ASAN
  Door& now = ThisDoor();  // Perhaps another thread's.
  __sanitizer_finish_switch_fiber(self.fake_stack_, &now.kernel_stack, &now.kernel_stack_size);
#endif
}

uint64_t UserFiber::Call(uint64_t number, const uint64_t arguments[8]) {
  Door& door = ThisDoor();
  UserContext& self = *door.context;
  door.reason = Reason::kCall;
  door.number = number;
  door.arguments = arguments;
  SwitchToKernel();
  return self.result_;
}

void UserFiber::PutWords(const uint64_t words[7], uint64_t size_bytes, uint64_t arguments) {
  UserContext& self = *ThisDoor().context;
  for (size_t i = 0; i < UserContext::kWords; ++i) self.words_[i] = words[i];
  self.word_bytes_ = size_bytes;
  self.word_arguments_ = arguments;
}

uint64_t UserFiber::GetWords(uint64_t words[7]) {
  const UserContext& self = *ThisDoor().context;
  for (size_t i = 0; i < UserContext::kWords; ++i) words[i] = self.words_[i];
  return self.word_bytes_;
}

void UserFiber::Step() {
  ThisDoor().reason = Reason::kStep;
  SwitchToKernel();
}

void UserFiber::Raise(const UserTrap& trap) {
  ThisDoor().reason = Reason::kTrap;
  ThisDoor().trap = trap;
  SwitchToKernel();
}

uint64_t UserFiber::EnterNext(UserContext* next) {
  ThisDoor().next = next;
  return kSwitched;
}

bool UserFiber::is_running() { return ThisDoor().context != nullptr; }

// What the trap entry does on the target.
UserContext* UserFiber::Serve(UserContext& context) {
  Door& door = ThisDoor();
  door.context = nullptr;
  switch (door.reason) {
    case Reason::kCall: {
      const uint64_t result = syscall::Dispatch(door.number, door.arguments);
      if (result == syscall::kEntryPending) return sched::SuspendCurrent(0);
      if (result == kSwitched) {
        if (door.next != &context) return door.next;
        break;
      }
      context.result_ = result;
      break;
    }
    case Reason::kTrap:
      return sched::OnUserTrap(door.trap);
    case Reason::kStep:
      break;
  }
  TakeInterrupts();
  return sched::OnUserInterrupt();
}

void PrepareUser(UserContext&, uintptr_t) {}

void RunUser(UserContext& context) {
  UserContext* next = &context;
  while (next != nullptr) {
    UserFiber::Resume(*next);
    next = UserFiber::Serve(*next);
  }
}

}  // namespace sirocco::arch
