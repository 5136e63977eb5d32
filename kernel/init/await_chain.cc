// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <cstddef>

#include "kernel/arch/upcalls.h"
#include "kernel/async/resume.h"

namespace sirocco::init {

void ForEachAwaiter(const void* running, void (*visit)(const void* resume_function)) {
  constexpr size_t kMaxLinks = 16;
  async::ChainLink links[kMaxLinks];
  const size_t count = async::WalkAwaitChain(running, links, kMaxLinks);
  for (size_t i = 0; i < count; ++i) visit(links[i].resume_function);
}

}  // namespace sirocco::init
