// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// The kernel's executor on two harts, which are threads: two balls bounce between them.
#include "kernel/sched/executor.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "kernel/arch/hart.h"
#include "kernel/arch/host/this_hart.h"
#include "kernel/arch/upcalls.h"
#include "kernel/async/executor.h"
#include "kernel/base/kassert.h"

namespace sirocco {

// What a part asks of the program that uses it.
void PanicAt(const char* text, const char* file, int line) {
  std::fprintf(stderr, "%s (%s:%d)\n", text, file, line);
  std::abort();
}

}  // namespace sirocco

// No program makes a call here.
namespace sirocco::syscall {
uint64_t Dispatch(uint64_t, const uint64_t*) { PANIC("a call"); }
}  // namespace sirocco::syscall

namespace {

using namespace sirocco;

class Frames final : public async::FrameAllocator {
 public:
  void* Allocate(size_t size) noexcept override { return std::malloc(size); }
  void Free(void* frame, size_t) noexcept override { std::free(frame); }
};

constexpr int kRounds = 1'000;
std::atomic<int> rounds_left{2 * kRounds};
std::atomic<bool> is_other_up{false};

/// Posts itself to the other hart until it has run often enough.
struct Ball : async::Runnable {
  Ball() : Runnable(&Bounce) {}
  static void Bounce(Runnable& runnable) {
    auto& ball = static_cast<Ball&>(runnable);
    if (++ball.bounces == kRounds) ball.is_done = true;
    const uint32_t other = 1 - arch::ThisHart().index;
    if (--rounds_left > 0 && !ball.is_done) sched::HartExecutor::OfHart(other)->PostHere(ball);
  }
  std::atomic<int> bounces{0};
  std::atomic<bool> is_done{false};
};

}  // namespace

int main() {
  arch::SetHartCount(2);
  Frames frames;
  sched::HartExecutor first(frames), second(frames);
  arch::BecomeHart(0);
  first.Attach();
  std::thread other([&second] {
    arch::BecomeHart(1);
    second.Attach();
    is_other_up = true;
    while (rounds_left > 0) second.Turn(false);
    second.Detach();
    arch::StopBeingHart();
  });
  while (!is_other_up) std::this_thread::yield();
  Ball red, green;
  first.Post(red);
  first.Post(green);
  while (rounds_left > 0) first.Turn(false);
  other.join();
  std::printf("%d and %d bounces\n", red.bounces.load(), green.bounces.load());
  first.Detach();
  arch::StopBeingHart();
}
