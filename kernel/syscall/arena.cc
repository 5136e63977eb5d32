// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/syscall/arena.h"

namespace sirocco {

void* CallArena::AllocateElsewhere(size_t size_bytes) noexcept {
  return async::CurrentExecutor().frames().Allocate(size_bytes);
}

void CallArena::FreeElsewhere(void* frame, size_t size_bytes) noexcept {
  async::CurrentExecutor().frames().Free(frame, size_bytes);
}

}  // namespace sirocco
