// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/base/units.h"

namespace sirocco::arch {

class Timer {
 public:
  static void Arm(Instant deadline);
  static void Disarm();
};

}  // namespace sirocco::arch
