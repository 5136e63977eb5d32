// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace sirocco {

/// The order in which locks are taken: a hart that holds rank R takes only ranks above R. Never two
/// of one rank, but for jobs, parent before child. docs/locking.md says what each guards.
enum class LockRank : uint8_t {
  kJobTree,
  kProcess,
  kAddressSpace,
  kVmoTree,
  kLogReaders,
  kObject,
  kHandleTable,
  kPort,
  kFutex,
  kTimerWheel,
  kRunQueue,
  kFrame,  // Page frames, slabs, the kernel heap.
  kLog,
  kCount,
};

const char* LockRankName(LockRank rank);

}  // namespace sirocco
