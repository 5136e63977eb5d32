// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace sirocco::arch {

/// What belongs to one hart and is touched by nobody else. ThisHart() is never kept across a
/// suspension: a coroutine may go on elsewhere.
struct HartBlock {
  uint32_t index = 0;
  uint32_t locks_held = 0;       // Counted in KASSERT builds.
  uint64_t ranks_held = 0;       // Bit per LockRank, KASSERT builds.
  uint64_t job_depths_held = 0;  // Bit per depth of a held job lock, KASSERT builds.
  void* resume_next = nullptr;   // The coroutine async::ResumeLoop goes on with.
  void* executor = nullptr;      // The sched executor of this hart.
  void* current = nullptr;       // The vCPU it runs.
};

HartBlock& ThisHart();

/// Whether this hart takes no interrupts now.
bool InterruptsMasked();

/// One step of a spin that has gone on for `rounds`. From round 64 on it arms the timer or waits,
/// so that under `-icount` the other hart gets its turn.
void SpinRelax(uint32_t rounds);

}  // namespace sirocco::arch
