// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/async/executor.h"
#include "kernel/base/kassert.h"
#include "kernel/base/units.h"

namespace sirocco {

/// Where a thread's call has its coroutine frames: 464 bytes that belong to the thread, so that a
/// blocking call allocates nothing. Frames nest, and mostly go in the reverse order; what does not
/// fit comes from the executor.
/// Context: one hart at a time; the call's coroutine may free on another hart than it allocated.
class CallArena final : public async::FrameAllocator {
 public:
  static constexpr size_t kSize = 464;

  void* Allocate(size_t size_bytes) noexcept override {
    const size_t size = RoundUp(size_bytes, kAlignment);
    if (size > kSize - top_) [[unlikely]]
      return AllocateElsewhere(size_bytes);
    void* frame = bytes_ + top_;
    top_ += static_cast<uint32_t>(size);
    ++live_;
    return frame;
  }
  void Free(void* frame, size_t size_bytes) noexcept override {
    if (!Owns(frame)) [[unlikely]]
      return FreeElsewhere(frame, size_bytes);
    KASSERT(live_ != 0);
    const size_t begin = static_cast<std::byte*>(frame) - bytes_;
    if (begin + RoundUp(size_bytes, kAlignment) == top_) top_ = static_cast<uint32_t>(begin);
    if (--live_ == 0) top_ = 0;
  }

  bool is_empty() const { return live_ == 0; }

 private:
  static constexpr size_t kAlignment = 16;

  static void* AllocateElsewhere(size_t size_bytes) noexcept;
  static void FreeElsewhere(void* frame, size_t size_bytes) noexcept;

  bool Owns(const void* frame) const { return frame >= bytes_ && frame < bytes_ + kSize; }

  alignas(kAlignment) std::byte bytes_[kSize];
  uint32_t top_ = 0;
  uint32_t live_ = 0;  // Frames in here; at 0 the whole arena is free again.
};

}  // namespace sirocco
