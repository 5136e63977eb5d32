// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/syscall/arena.h"

#include "kernel/base/kassert.h"
#include "kernel/base/units.h"

namespace sirocco {

void* CallArena::Allocate(size_t size_bytes) noexcept {
  const size_t size = RoundUp(size_bytes, kAlignment);
  if (size > kSize - top_) return async::CurrentExecutor().frames().Allocate(size_bytes);
  void* frame = bytes_ + top_;
  top_ += size;
  ++live_;
  return frame;
}

void CallArena::Free(void* frame, size_t size_bytes) noexcept {
  if (!Owns(frame)) {
    async::CurrentExecutor().frames().Free(frame, size_bytes);
    return;
  }
  KASSERT(live_ != 0);
  const size_t begin = static_cast<std::byte*>(frame) - bytes_;
  if (begin + RoundUp(size_bytes, kAlignment) == top_) top_ = begin;
  if (--live_ == 0) top_ = 0;
}

}  // namespace sirocco
