// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace sirocco::arch::sbi {

/// What the firmware answers. **Source** SBI 2.0, chapter 3: 0 is success.
struct Answer {
  int64_t error;
  int64_t value;
};

/// Starts `hart_id` at physical `start`, MMU off. **Source** SBI 2.0, 9.1.
Answer HartStart(uint64_t hart_id, uint64_t start);

/// Raises the supervisor software interrupt of one hart. **Source** SBI 2.0, 7.1.
Answer SendIpi(uint64_t hart_id);

/// Executes sfence.vma for everything on one hart, masked or not. **Source** SBI 2.0, 8.2.
Answer RemoteFence(uint64_t hart_id);

/// Shuts down; the machine's status is 0 whatever the reason. **Source** SBI 2.0, 10.1.
Answer ShutDown();

}  // namespace sirocco::arch::sbi
