// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>

namespace sirocco::arch {

inline constexpr uint32_t kMaxHarts = 8;

/// What belongs to one hart. Others look at `space`, and touch nothing. ThisHart() is never kept
/// across a suspension: a coroutine may go on elsewhere.
struct HartBlock {
  uint32_t index = 0;
  uint32_t locks_held = 0;       // Counted in KASSERT builds.
  uint64_t ranks_held = 0;       // Bit per LockRank, KASSERT builds.
  uint64_t job_depths_held = 0;  // Bit per depth of a held job lock, KASSERT builds.
  void* resume_next = nullptr;   // What async::ResumeLoop goes on with.
  void* resuming = nullptr;      // The frame it resumed last: where a panic's await chain starts.
  void* last_frame = nullptr;    // Frame-layout guard of async::Task, KASSERT builds.
  void* executor = nullptr;      // The sched executor of this hart.
  void* current = nullptr;       // The vCPU it runs.

  // See mm::AddressSpace: whose table user addresses go through, null if nobody's, and which ASIDs
  // of this hart count.
  std::atomic<const void*> space{nullptr};
  uint64_t space_generation = 1;
  uint32_t last_asid = 0;  // 0 is the kernel's own.
};

/// Harts of this machine, numbered from 0; the hart that booted is 0. Fixed before StartHarts.
uint32_t HartCount();
HartBlock& HartAt(uint32_t index);

/// Stacks that kernel code runs on, those for its own reports apart. A thread never has one.
uint32_t KernelStackCount();

/// Starts every other hart; each runs `entry` on its own stack, interrupts masked, for ever.
/// A hart that does not come up within a second is a panic.
void StartHarts(void (*entry)());

/// One step of a spin that has gone on for `rounds`. From round 64 on it arms the timer and waits,
/// so that under `-icount` the other hart gets its turn; a spin of two seconds is reported as a
/// hang. The armed timer is given back: whatever Timer::Arm asked for still fires.
void SpinRelax(uint32_t rounds);

/// Sleeps until an interrupt is pending or, rarely, for no reason. Takes none.
/// Context: interrupts masked.
void WaitForInterrupt();

/// Takes the interrupts that are pending now: unmasks, and masks again.
/// Context: interrupts masked, no lock held, nothing half done: a quiet point.
void TakeInterrupts();

/// Makes `index` call sched::OnIpi soon. Requests that come before it does are one.
/// Orders: whatever was stored before is seen by the other hart's OnIpi.
void SendIpi(uint32_t index);

}  // namespace sirocco::arch

// ThisHart(), InterruptsMasked() and CallAside(): inline where that is a register.
#include <arch_back_end/hart.h>

namespace sirocco::arch {
static_assert(requires {
  { ThisHart() } -> std::same_as<HartBlock&>;
  { InterruptsMasked() } -> std::same_as<bool>;  // Whether this hart takes no interrupts now.
  // function(first, second), for a way that is hardly ever taken: no register changes, so a short
  // function that has such a way in the middle needs no frame for it.
  { CallAside(static_cast<void (*)(void*, uint64_t)>(nullptr), nullptr, 0) } -> std::same_as<void>;
});
}  // namespace sirocco::arch
