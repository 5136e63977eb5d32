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
    return Create(ctx, std::forward<Args>(args)...).Run(deadline);
  }

  /// Start in two steps, for a call that may find another way between them: then it is discarded.
  template <typename... Args>
  static ParkedCall& Create(SyscallContext& ctx, Args&&... args) {
    static_assert(sizeof(ParkedCall) <= CallArena::kSize, "waiting allocates nothing");
    void* const place = ctx.frame_allocator().Allocate(sizeof(ParkedCall));
    KASSERT(place != nullptr);
    auto& call = *new (place) ParkedCall(ctx, std::forward<Args>(args)...);
    call.body_.operation().set_waiter(call);
    return call;
  }
  uint64_t Run(Instant deadline) {
    if (!Begin(body_.operation(), deadline)) return End();
    return ctx_.Park(*this, kThreadState);
  }
  void Discard() override {
    SyscallContext& ctx = ctx_;
    this->~ParkedCall();
    ctx.frame_allocator().Free(this, sizeof(ParkedCall));
  }

  /// Instead of Run: the operation was started by who claimed `successor`, which the hart goes on
  /// with.
  uint64_t RunBehind(sched::Vcpu& successor, Instant deadline) {
    SetDeadline(deadline);
    ctx_.vcpu().GoOnWith(successor);
    return ctx_.Park(*this, kThreadState);
  }

  Body& body() { return body_; }

 private:
  static constexpr uint32_t kThreadState =
      std::remove_reference_t<decltype(std::declval<Body&>().operation())>::kThreadState;

  template <typename... Args>
  explicit ParkedCall(SyscallContext& ctx, Args&&... args)
      : ParkedWait(ctx.vcpu()), ctx_(ctx), body_(std::forward<Args>(args)...) {}
  ~ParkedCall() = default;

  void CancelOperation(zx_status_t reason) override { body_.operation().Cancel(reason); }

  uint64_t End() override {
    const uint64_t result = body_.End(ctx_);
    Discard();
    return result;
  }

  SyscallContext& ctx_;
  Body body_;
};

}  // namespace sirocco
