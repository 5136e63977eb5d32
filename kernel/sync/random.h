// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sirocco {

/// The kernel's one source of randomness: seeded at its first use with what the firmware handed
/// over, see arch::BootEntropy. Context: any, under locks below rank kFrame.
uint64_t RandomWord();
/// A few instructions. For what nobody outside may foresee and nobody ever sees, such as the shape
/// of a tree: who saw some could compute the rest.
uint64_t HiddenRandomWord();
void RandomBytes(std::span<std::byte> bytes);

/// Mixes up to 32 bytes in; what is there is never lost.
void AddEntropy(std::span<const std::byte> bytes);

}  // namespace sirocco
