// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Which hart a host thread is. Harts are threads, or the one thread of a deterministic test, which
// then is hart 0.

#include "kernel/arch/host/this_hart.h"

#include <array>
#include <atomic>
#include <thread>

#include "kernel/arch/hart.h"
#include "kernel/base/kassert.h"

namespace sirocco::arch {

namespace {

std::array<HartBlock, kMaxHarts> harts;
std::atomic<uint32_t> hart_count{1};

// A thread that is no hart (a test's own) gets a block for itself.
thread_local HartBlock no_hart;
thread_local HartBlock* this_hart = &no_hart;

}  // namespace

HartBlock& ThisHart() { return *this_hart; }

void BecomeHart(uint32_t index) {
  KASSERT(index < kMaxHarts);
  harts[index].index = index;
  this_hart = &harts[index];
}
void StopBeingHart() { this_hart = &no_hart; }

uint32_t HartCount() { return hart_count.load(std::memory_order_acquire); }
uint32_t KernelStackCount() { return HartCount(); }
void SetHartCount(uint32_t count) { hart_count.store(count, std::memory_order_release); }
HartBlock& HartAt(uint32_t index) { return harts[index]; }

void SpinRelax(uint32_t rounds) {
  if (rounds >= 64) std::this_thread::yield();
}

}  // namespace sirocco::arch
