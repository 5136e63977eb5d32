// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace sirocco::sched {

/// Keeps kernel/sched/quiet.h where no harts run: what is retired stays until the test says that
/// everybody was quiet. Returns how many were reclaimed; reclaiming may retire more.
size_t ReclaimRetired();

}  // namespace sirocco::sched
