// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/syscalls/object.h>
#include <zircon/types.h>

#include <cstdint>

// Objects to test with. What fails here fails the test.

namespace sirocco::zxtest {

/// No handle: never given out.
inline constexpr zx_handle_t kNoHandle = 0x3ffffffb;

/// Both ends of something.
struct Pair {
  zx_handle_t first = ZX_HANDLE_INVALID;
  zx_handle_t second = ZX_HANDLE_INVALID;
};

Pair MakeChannel();
Pair MakeEventPair();
zx_handle_t MakeEvent();
zx_handle_t MakePort(uint32_t options = 0);
zx_handle_t MakeTimer();
zx_handle_t MakeVmo(uint64_t size, uint32_t options = 0);
zx_handle_t MakeJob();

/// Another handle with these rights; and the same handle exchanged for one without some.
zx_handle_t Duplicate(zx_handle_t handle, zx_rights_t rights = ZX_RIGHT_SAME_RIGHTS);
zx_handle_t Without(zx_handle_t handle, zx_rights_t rights);

bool IsValid(zx_handle_t handle);
zx_info_handle_basic_t BasicInfo(zx_handle_t handle);
zx_koid_t KoidOf(zx_handle_t handle);
zx_rights_t RightsOf(zx_handle_t handle);
uint32_t HandleCount(zx_handle_t handle);
/// What is set now. The handle needs WAIT.
zx_signals_t SignalsOf(zx_handle_t handle);
uint32_t ThreadState(zx_handle_t thread);

/// Waits for one of `signals`.
void AwaitSignals(zx_handle_t handle, zx_signals_t signals);
/// Until the thread waits in a call that reports `state`, ZX_THREAD_STATE_BLOCKED_*.
void AwaitBlocked(zx_handle_t thread, uint32_t state);

}  // namespace sirocco::zxtest
