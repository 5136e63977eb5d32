// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstdint>
#include <new>
#include <utility>

#include "kernel/async/completion.h"
#include "kernel/base/kassert.h"
#include "kernel/base/units.h"
#include "kernel/sched/parked_wait.h"
#include "kernel/syscall/context.h"

namespace sirocco {

/// A call that waits once and has no coroutine for it (sched::ParkedWait). `Body` holds what the
/// call needs meanwhile, its operation among it, and is kept in the thread's arena:
///
///   Op& operation();
///   uint64_t End(SyscallContext& ctx);  // When that is done: the call's result, or of StartCall.
///
/// `return ParkedCall<Body>::Start(ctx, deadline, arguments of Body ...);`
template <typename Body>
class ParkedCall final : private sched::ParkedWait {
 public:
  template <typename... Args>
  static uint64_t Start(SyscallContext& ctx, Instant deadline, Args&&... args) {
    static_assert(sizeof(ParkedCall) <= CallArena::kSize, "waiting allocates nothing");
    void* const place = ctx.frame_allocator().Allocate(sizeof(ParkedCall));
    KASSERT(place != nullptr);
    auto& call = *new (place) ParkedCall(ctx, std::forward<Args>(args)...);
    auto& operation = call.body_.operation();
    if (!call.Begin(operation, deadline)) return call.End();
    return ctx.Park(call, std::remove_reference_t<decltype(operation)>::kThreadState);
  }

 private:
  template <typename... Args>
  explicit ParkedCall(SyscallContext& ctx, Args&&... args)
      : ParkedWait(ctx.vcpu()), ctx_(ctx), body_(std::forward<Args>(args)...) {}
  ~ParkedCall() = default;

  void CancelOperation(zx_status_t reason) override { body_.operation().Cancel(reason); }

  uint64_t End() override {
    SyscallContext& ctx = ctx_;
    const uint64_t result = body_.End(ctx);
    this->~ParkedCall();
    ctx.frame_allocator().Free(this, sizeof(ParkedCall));
    return result;
  }

  SyscallContext& ctx_;
  Body body_;
};

}  // namespace sirocco
