// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/syscalls.h>
#include <zircon/types.h>

#include <cstddef>
#include <cstdint>
#include <span>

// The smallest processes that do something: their code is copied out of this program, they have no
// C library and one page of memory, which tells them what to do.

namespace sirocco::storm {

enum class Deed : uint32_t {
  kExit,  // Ends with kVictimCode.
  kUse,   // Creates, uses and closes some of everything, then ends with kVictimCode.
  kFirstThatStays,
  kCall = kFirstThatStays,  // Waits for a reply that does not come.
  kPort,
  kFutex,
  kWait,
  kSpin,
  kFault,     // Maps, touches and unmaps memory without end.
  kChannels,  // Fills kVictimChannels channels with messages and each other's ends, then waits.
  kChurn,     // Opens and closes without end.
  kCount,
};

inline constexpr int64_t kVictimCode = 17;
inline constexpr uint32_t kVictimChannels = 10;

/// The calls of a victim, by name.
#define VICTIM_CALLS(X) \
  X(channel_call)       \
  X(channel_create)     \
  X(channel_read)       \
  X(channel_write)      \
  X(event_create)       \
  X(eventpair_create)   \
  X(futex_wait)         \
  X(handle_close)       \
  X(object_signal)      \
  X(object_wait_async)  \
  X(object_wait_one)    \
  X(port_create)        \
  X(port_wait)          \
  X(process_exit)       \
  X(thread_start)       \
  X(vmar_map)           \
  X(vmar_unmap)         \
  X(vmo_create)

inline constexpr uint32_t kMaxVictimThreads = 4;

/// The first page of a victim's memory. What it is not told is 0.
struct VictimMemory {
  uint32_t thread_count;
  Deed deeds[kMaxVictimThreads];  // Of each thread.
  zx_futex_t futex;
  uintptr_t entry;
  uintptr_t stacks[kMaxVictimThreads];         // The upper end of each.
  zx_handle_t handles[2 + kMaxVictimThreads];  // Read from the first thread's channel:
  // an event, the root VMAR, and threads, each with a stack, that the first one starts.
#define VICTIM_FIELD(name) decltype(&zx_##name) name;
  VICTIM_CALLS(VICTIM_FIELD)
#undef VICTIM_FIELD
};

/// The code, position independent.
std::span<const std::byte> VictimCode();
/// Where in it a thread starts, with two arguments: the first thread's channel, and the address of
/// its VictimMemory plus the thread's number. The event gets ZX_USER_SIGNAL_0 before the first
/// thread does what keeps it.
size_t VictimEntry();

}  // namespace sirocco::storm
