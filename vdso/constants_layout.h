// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// zx_vdso_constants_t as assembly needs it; system.c has the assertions.
#define CONSTANTS_NS_PER_TICK 8
#define CONSTANTS_SIZE 136
