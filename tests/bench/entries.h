// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#define TIMES_FIRST 0
#define TIMES_LAST 8
#define SPINNER_PERIOD 4

#ifndef __ASSEMBLER__

#include <zircon/types.h>

#include <cstddef>
#include <cstdint>

extern "C" {

struct BenchThreadTimes {
  uint64_t first;  // At the thread's first instruction.
  uint64_t last;   // At the call of zx_thread_exit().
};
static_assert(offsetof(BenchThreadTimes, first) == TIMES_FIRST);
static_assert(offsetof(BenchThreadTimes, last) == TIMES_LAST);

struct BenchGap {
  uint64_t before;
  uint64_t after;
};

zx_status_t BenchCallRegs(zx_handle_t channel, uint64_t* instructions);
zx_status_t BenchServeRegs(zx_handle_t channel);
void BenchThreadEntry();
void BenchWaitEntry();
void BenchFutexEntry();
void BenchSpinner(BenchGap* gap, uint64_t limit);
}

#endif  // __ASSEMBLER__
