// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sirocco/vdso_constants.h>

namespace sirocco::init {

/// What the vDSO tells about this machine without a call.
zx_vdso_constants_t MakeVdsoConstants();

}  // namespace sirocco::init
