// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <elf.h>

#include <cstdint>

namespace sirocco::libc {

/// Applies the dynamic relocations of an image that lies at `base` and was linked for 0: RELATIVE,
/// and what libstdc++'s thread-local variables bring along, TLS_DTPMOD64 and TLS_TPREL64.
/// False if there is another kind, which such a program never needs.
/// Context: before anything else; uses no address that needs relocating itself.
/// Source: RISC-V ELF psABI 1.0, 8.4.
[[nodiscard]] bool Relocate(uintptr_t base, const Elf64_Dyn* dynamic);

}  // namespace sirocco::libc
