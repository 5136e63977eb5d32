// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace sirocco::arch {

/// For this thread: it is hart `index` from now on, or none again.
void BecomeHart(uint32_t index);
void StopBeingHart();

/// How many harts the machine of this test has.
void SetHartCount(uint32_t count);

}  // namespace sirocco::arch
