// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernel/sched/vcpu.h"

namespace sirocco {

/// A parked thread that waits for a message with buffers for it, as one sees it who brings that
/// message and goes to sleep: the bytes go from memory to memory, and the hart goes on with it.
class DirectReceiver {
 public:
  /// Whether a message of `size_bytes` can be stored at once, `sender`'s hart may go on with the
  /// thread, and nothing else ends its wait. Then that is the sender's to end, and whatever the
  /// thread waits with no longer leads anywhere. Context: the lock of what it waits at.
  virtual bool TryClaim(const sched::Vcpu& sender, uint32_t size_bytes) = 0;

 protected:
  ~DirectReceiver() = default;
};

}  // namespace sirocco
