// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stddef.h>

#ifdef __cplusplus
#include <string_view>
#endif

/// Text that is not owned. Returned by value, in two registers.
typedef struct zx_string_view {
  const char* c_str;
  size_t length;

#ifdef __cplusplus
  constexpr operator std::string_view() const { return {c_str, length}; }
#endif
} zx_string_view_t;
