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
    Op& operation = call.body_.operation();
    operation.set_waiter(call);
    if (!call.Begin(operation, deadline)) return call.End();
    return ctx.Park(call, Op::kThreadState);
  }

 private:
  using Op = std::remove_reference_t<decltype(std::declval<Body&>().operation())>;

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

/// What is left of the call of a thread that waited as a sirocco::ParkedThread: `Body` as above,
/// without an operation.
template <typename Body>
class RestOfCall final : private sched::ParkedWait {
 public:
  /// The thread ends its call with that when it runs next.
  template <typename... Args>
  static void Deliver(SyscallContext& ctx, Args&&... args) {
    static_assert(sizeof(RestOfCall) <= CallArena::kSize);
    void* const place = ctx.frame_allocator().Allocate(sizeof(RestOfCall));
    KASSERT(place != nullptr);
    ctx.vcpu().FinishCallWith(*new (place) RestOfCall(ctx, std::forward<Args>(args)...));
  }

 private:
  template <typename... Args>
  explicit RestOfCall(SyscallContext& ctx, Args&&... args)
      : ParkedWait(ctx.vcpu()), ctx_(ctx), body_(std::forward<Args>(args)...) {}
  ~RestOfCall() = default;

  void CancelOperation(zx_status_t) override {}  // There is none.

  uint64_t End() override {
    SyscallContext& ctx = ctx_;
    const uint64_t result = body_.End(ctx);
    this->~RestOfCall();
    ctx.frame_allocator().Free(this, sizeof(RestOfCall));
    return result;
  }

  SyscallContext& ctx_;
  Body body_;
};

}  // namespace sirocco
