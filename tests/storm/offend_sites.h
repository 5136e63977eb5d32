// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// Each offends with its one instruction at the symbol Site<Name> of offend_sites.S.

extern "C" {

void OffendByEcall();
void OffendByLoad(uintptr_t address);
void OffendByStore(uintptr_t address);
/// With the number of zx_handle_close in t0; the symbol is where it would return to.
void OffendByJumpWithT0(uintptr_t address);
void OffendByJump(uintptr_t address);
/// An ecall when register xN holds 0x5eed000000000000 + N, each of the 31, and the number of
/// zx_handle_close stands in t0.
void OffendWithAllRegisters();
}
