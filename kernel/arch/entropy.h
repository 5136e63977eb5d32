// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

namespace sirocco::arch {

/// What the firmware handed over as random at boot, at least 32 bytes: the machine does not start
/// without. It seeds the kernel's generator, once; nobody else reads it.
std::span<const std::byte> BootEntropy();

}  // namespace sirocco::arch
