// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/init/check_async.h"

#include <zircon/errors.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "kernel/arch/console.h"
#include "kernel/arch/hart.h"
#include "kernel/async/completion.h"
#include "kernel/base/format.h"
#include "kernel/base/kassert.h"

namespace sirocco::init {
namespace {

constexpr uint32_t kAwaits = 1'000'000;
constexpr uint32_t kNested = 10'000;
constexpr uintptr_t kMaxStackBytes = 16 * 1024;

/// The stack between the highest and the lowest frame that called Mark, on each hart: a coroutine
/// that yields may go on elsewhere.
class StackUse {
 public:
  [[gnu::noinline]] void Mark() {
    const auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
    Range& range = ranges_[arch::ThisHart().index];
    range.lowest = std::min(range.lowest, here);
    range.highest = std::max(range.highest, here);
  }

  uintptr_t bytes() const {
    uintptr_t most = 0;
    for (const Range& range : ranges_) {
      if (range.highest != 0) most = std::max(most, range.highest - range.lowest);
    }
    return most;
  }

 private:
  struct Range {
    uintptr_t lowest = UINTPTR_MAX;
    uintptr_t highest = 0;
  };
  std::array<Range, arch::kMaxHarts> ranges_;
};

Task<zx_status_t> Leaf(StackUse& stack) {
  stack.Mark();
  co_return ZX_OK;
}

Task<zx_status_t> Await(StackUse& stack) {
  for (uint32_t i = 0; i < kAwaits; ++i) {
    auto status = co_await Leaf(stack);
    if (status != ZX_OK) co_return status;
  }
  co_return ZX_OK;
}

Task<zx_status_t> Yield(StackUse& stack) {
  for (uint32_t i = 0; i < kAwaits; ++i) {
    stack.Mark();
    async::YieldOp yield;
    auto status = co_await yield;
    if (status != ZX_OK) co_return status;
  }
  co_return ZX_OK;
}

Task<zx_status_t> Nest(StackUse& stack, uint32_t depth) {
  stack.Mark();
  if (depth == 0) co_return ZX_OK;
  auto status = co_await Nest(stack, depth - 1);
  stack.Mark();
  co_return status;
}

void Tell(std::string_view name, zx_status_t status, const StackUse& stack) {
  const bool is_good = status == ZX_OK && stack.bytes() <= kMaxStackBytes;
  StringBuffer<120> line;
  Print(line, "check {}: {}\n  {} bytes, status {}\n", name, is_good ? "ok" : "broken",
        stack.bytes(), status);
  arch::Console::Write(line.view());
  if (!is_good) PANIC("a check of the kernel failed");
}

}  // namespace

Task<zx_status_t> CheckAsync() {
  StackUse awaits;
  awaits.Mark();
  auto status = co_await Await(awaits);
  Tell("AMillionAwaitsTouchAtMost16KibOfStack", status, awaits);
  StackUse yields;
  yields.Mark();
  status = co_await Yield(yields);
  Tell("AMillionYieldsTouchAtMost16KibOfStack", status, yields);
  StackUse nested;
  nested.Mark();
  status = co_await Nest(nested, kNested);
  Tell("TenThousandNestedTasksTouchAtMost16KibOfStack", status, nested);
  co_return ZX_OK;
}

}  // namespace sirocco::init
