// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <array>
#include <cstdint>

#include "tests/zx/stage.h"

// A scenario for each call that enters the kernel: what the call needs, and arguments with which it
// succeeds. Tests make the call, spoil it, or let allocations fail in it.

namespace sirocco::zx {

using Arguments = std::array<uint64_t, 8>;

struct Scenario {
  /// `good` of a call whose success is a length.
  static constexpr zx_status_t kLength = INT32_MAX;

  Arguments arguments = {};
  zx_status_t good = ZX_OK;
  uint32_t consumed = 0;  // Handles that are gone even when the call fails.
  // Where a call is not its number and its arguments.
  zx_status_t (*invoke)(const Arguments& arguments) = nullptr;

  bool IsGood(zx_status_t status) const {
    return status == good || (good == kLength && status > 0);
  }
};

// The definition of one: `SCENARIO(event_create) { return {{0, stage.Out<zx_handle_t>()}}; }`
#define SCENARIO(call) Scenario Scenario_##call([[maybe_unused]] Stage& stage)

// A call of the table without one does not link.
#define SYSCALL_SCENARIO(call, ...) SCENARIO(call);
#include "vdso/scenarios.inc"
#undef SYSCALL_SCENARIO

}  // namespace sirocco::zx
