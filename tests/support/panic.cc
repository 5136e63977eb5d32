// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>

#include "kernel/base/kassert.h"

namespace sirocco {

// Weak: the host architecture's own, where it is linked, also prints the await chain.
[[gnu::weak]] void PanicAt(const char* text, const char* file, int line) {
  std::fprintf(stderr, "PANIC: %s (%s:%d)\n", text, file, line);
  std::fflush(stderr);
  std::abort();
}

}  // namespace sirocco
