// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include <cstddef>
#include <cstdint>

// What this process has.

namespace sirocco::user_lib {

inline size_t PrivateBytes() {
  zx_info_task_stats_t stats = {};
  EXPECT_EQ(zx_object_get_info(zx_process_self(), ZX_INFO_TASK_STATS, &stats, sizeof(stats),
                               nullptr, nullptr),
            ZX_OK);
  return stats.mem_private_bytes;
}

inline uint32_t HandleCount() {
  zx_info_process_handle_stats_t stats = {};
  EXPECT_EQ(zx_object_get_info(zx_process_self(), ZX_INFO_PROCESS_HANDLE_STATS, &stats,
                               sizeof(stats), nullptr, nullptr),
            ZX_OK);
  uint32_t sum = 0;
  for (uint32_t count : stats.handle_count) sum += count;
  return sum;
}

}  // namespace sirocco::user_lib
