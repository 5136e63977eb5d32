// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/sched/vcpu.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "kernel/arch/host/user_fiber.h"
#include "kernel/base/ref_ptr.h"
#include "kernel/objects/job.h"
#include "kernel/objects/process.h"
#include "tests/support/detached.h"
#include "tests/support/world.h"

namespace sirocco::sched {
namespace {

using arch::UserFiber;
using arch::UserTrap;

// In user mode: traps `count` times, the values counting from `first`, and once more to end.
void TrapOften(uint64_t first, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) {
    UserFiber::Raise({UserTrap::Kind::kBreakpoint, UserTrap::Access::kRead, 3, first + i});
  }
  UserFiber::Raise({UserTrap::Kind::kIllegalInstruction, UserTrap::Access::kRead, 2, 0});
}

// Runs user code as if it were a call. All it knows it has in its locals.
Detached SumTraps(Vcpu& vcpu, std::vector<uint64_t>& sums) {
  uint64_t sum = 0;
  for (;;) {
    const auto exit = co_await vcpu.EnterUser();
    if (exit != Vcpu::Exit::kTrap || vcpu.trap().kind != UserTrap::Kind::kBreakpoint) break;
    sum += vcpu.trap().value;
    sums.push_back(sum);
  }
  sums.push_back(0);
}

TEST(VcpuTest, ACoroutineGoesOnAfterEachTrapOfItsUserCodeWithItsLocalsB15) {
  support::World world;
  RefPtr<Process> process = Process::Create(WrapRef(&world.root_job()), "test").value();
  Vcpu vcpus[] = {Vcpu(process->space()), Vcpu(process->space())};
  std::vector<uint64_t> sums[2];
  vcpus[0].context().Start(reinterpret_cast<uint64_t>(&TrapOften), 0, 1, 4);
  vcpus[1].context().Start(reinterpret_cast<uint64_t>(&TrapOften), 0, 100, 3);
  SumTraps(vcpus[0], sums[0]);
  SumTraps(vcpus[1], sums[1]);
  world.RunUntilIdle();
  EXPECT_EQ(sums[0], (std::vector<uint64_t>{1, 3, 6, 10, 0}));
  EXPECT_EQ(sums[1], (std::vector<uint64_t>{100, 201, 303, 0}));
}

}  // namespace
}  // namespace sirocco::sched
