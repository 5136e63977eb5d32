// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstdint>

namespace sirocco {

/// How a call goes that is tried twice. The short way has what is needed nearly always and calls
/// nothing it comes back from, so that it needs no frame; it answers kStatusLongWay, with nothing
/// done, where there is more to do. The long way does all of it.
enum class Way : uint8_t { kLong, kShort };

/// Never leaves the kernel.
inline constexpr zx_status_t kStatusLongWay = -601;

}  // namespace sirocco
