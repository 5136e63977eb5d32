// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace sirocco::arch {

/// Makes this hart look after its neighbour from now on. A lone hart has none.
void StartWatchdog();

/// The watchdog's turn: called by the timer.
void WatchNeighbour();

/// How long a hart may stay in the kernel.
uint64_t WatchdogTicks();

/// This hart has found out itself that it hangs.
[[noreturn]] void ReportOwnHang(const char* what);

/// For harts that are told so by IPI, while another reports a panic or a hang.
void StopIfMachineEnds();

}  // namespace sirocco::arch
