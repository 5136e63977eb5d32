// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/futex.h"

#include <zircon/syscalls/object.h>

#include "kernel/async/completion.h"
#include "kernel/async/task.h"
#include "kernel/mm/status.h"
#include "kernel/objects/process.h"
#include "kernel/objects/thread.h"
#include "kernel/syscall/handlers.h"
#include "kernel/syscall/parked_call.h"
#include "kernel/syscall/thunk.h"

namespace sirocco {

namespace {

zx_status_t CheckAddress(UserPtr<const zx_futex_t> pointer) {
  const bool is_good = pointer.address() % sizeof(zx_futex_t) == 0 &&
                       mm::IsUserRange(pointer.address(), sizeof(zx_futex_t)) && !pointer.is_null();
  return is_good ? ZX_OK : ZX_ERR_INVALID_ARGS;
}

/// The word of a program, read under the futex table's lock.
class UserWord final : public FutexProbe {
 public:
  UserWord(SyscallContext& ctx, UserPtr<const zx_futex_t> pointer, int32_t expected)
      : ctx_(ctx), pointer_(pointer), expected_(expected) {}

  uint64_t address() const { return pointer_.address(); }

  zx_status_t Check() const override {
    TRY(const zx_futex_t value, ctx_.LoadIn(pointer_));
    return value == expected_ ? ZX_OK : ZX_ERR_BAD_STATE;
  }

 private:
  SyscallContext& ctx_;
  const UserPtr<const zx_futex_t> pointer_;
  const int32_t expected_;
};

/// A futex's owner-to-be: null for no handle, else a running thread of this process.
Result<const FutexThread*> FindOwner(SyscallContext& ctx, HandleValue handle) {
  if (handle == ZX_HANDLE_INVALID) return nullptr;
  TRY(const Found<Thread> found, ctx.handles().Get<Thread>(handle, ZX_RIGHT_NONE));
  Thread& thread = found.object;
  const uint32_t state = thread.state();
  if (&thread.process() != &ctx.process() || &thread == &ctx.thread() ||
      state == ZX_THREAD_STATE_NEW || state == ZX_THREAD_STATE_DEAD) {
    return Error(ZX_ERR_INVALID_ARGS);
  }
  return &thread.futex_thread();
}

// The context comes first: the frame is in the thread's own memory, so that half a wake cannot run
// out of it.
Task<zx_status_t> WakeTheRest(SyscallContext& ctx, FutexTable::Request request) {
  while (!request.is_done()) {
    async::YieldOp yield;
    co_await yield;
    ctx.process().futexes().GoOn(request);
  }
  co_return ZX_OK;
}

uint64_t Finish(SyscallContext& ctx, const FutexTable::Request& request) {
  if (request.is_done()) [[likely]]
    return syscall::ToResult(ZX_OK);
  return ctx.StartCall(WakeTheRest(ctx, request));
}

zx_status_t BeginRequeue(SyscallContext& ctx, UserPtr<const zx_futex_t> value_ptr,
                         int32_t current_value, FutexTable::Request& request,
                         HandleValue new_owner) {
  TRY_STATUS(CheckAddress(value_ptr));
  TRY_STATUS(CheckAddress(UserPtr<const zx_futex_t>(request.target)));
  if (request.address == request.target) return ZX_ERR_INVALID_ARGS;
  UserWord word(ctx, value_ptr, current_value);
  // The value is told before what is wrong with the owner.
  TRY_STATUS(word.Check());
  TRY(const FutexThread* const owner, FindOwner(ctx, new_owner));
  return ctx.process().futexes().WakeAndRequeue(request, owner, word);
}

uint64_t WakeAndRequeue(SyscallContext& ctx, UserPtr<const zx_futex_t> value_ptr,
                        int32_t current_value, FutexTable::Request request, HandleValue new_owner) {
  const zx_status_t status = BeginRequeue(ctx, value_ptr, current_value, request, new_owner);
  return status == ZX_OK ? Finish(ctx, request) : syscall::ToResult(status);
}

class WaitOnFutex {
 public:
  WaitOnFutex(SyscallContext& ctx, const UserWord& word, const FutexThread* owner)
      : word_(word),
        wait_(ctx.process().futexes(), word.address(), ctx.thread().futex_thread(), owner, word_) {}

  FutexWait& operation() { return wait_; }
  uint64_t End(SyscallContext&) { return syscall::ToResult(wait_.status()); }

 private:
  const UserWord word_;
  FutexWait wait_;
};

}  // namespace

uint64_t sys_futex_wait(SyscallContext& ctx, UserPtr<const zx_futex_t> value_ptr,
                        int32_t current_value, HandleValue new_futex_owner,
                        zx_instant_mono_t deadline) {
  using syscall::ToResult;
  if (const zx_status_t status = CheckAddress(value_ptr); status != ZX_OK) return ToResult(status);
  const UserWord word(ctx, value_ptr, current_value);
  // Brings the page in, and is told before what is wrong with the owner. What the word says is
  // looked at again under the lock.
  if (const zx_status_t status = word.Check(); status != ZX_OK) return ToResult(status);
  const auto owner = FindOwner(ctx, new_futex_owner);
  if (!owner.ok()) return ToResult(owner.status());
  return ParkedCall<WaitOnFutex>::Start(ctx, Instant(deadline), ctx, word, *owner);
}

uint64_t sys_futex_wake(SyscallContext& ctx, UserPtr<const zx_futex_t> value_ptr,
                        uint32_t wake_count) {
  if (const zx_status_t status = CheckAddress(value_ptr); status != ZX_OK) {
    return syscall::ToResult(status);
  }
  FutexTable::Request request = {value_ptr.address(), wake_count, FutexTable::NewOwner::kNobody};
  ctx.process().futexes().Wake(request);
  return Finish(ctx, request);
}

zx_status_t sys_futex_wake_single_owner(SyscallContext& ctx, UserPtr<const zx_futex_t> value_ptr) {
  TRY_STATUS(CheckAddress(value_ptr));
  FutexTable::Request request = {value_ptr.address(), 1, FutexTable::NewOwner::kTheWoken};
  ctx.process().futexes().Wake(request);
  return ZX_OK;
}

uint64_t sys_futex_requeue(SyscallContext& ctx, UserPtr<const zx_futex_t> value_ptr,
                           uint32_t wake_count, int32_t current_value,
                           UserPtr<const zx_futex_t> requeue_ptr, uint32_t requeue_count,
                           HandleValue new_requeue_owner) {
  return WakeAndRequeue(ctx, value_ptr, current_value,
                        {value_ptr.address(), wake_count, FutexTable::NewOwner::kNobody,
                         requeue_ptr.address(), requeue_count},
                        new_requeue_owner);
}

uint64_t sys_futex_requeue_single_owner(SyscallContext& ctx, UserPtr<const zx_futex_t> value_ptr,
                                        int32_t current_value,
                                        UserPtr<const zx_futex_t> requeue_ptr,
                                        uint32_t requeue_count, HandleValue new_requeue_owner) {
  return WakeAndRequeue(ctx, value_ptr, current_value,
                        {value_ptr.address(), 1, FutexTable::NewOwner::kTheWoken,
                         requeue_ptr.address(), requeue_count},
                        new_requeue_owner);
}

zx_status_t sys_futex_get_owner(SyscallContext& ctx, UserPtr<const zx_futex_t> value_ptr,
                                UserOut<zx_koid_t> koid) {
  TRY_STATUS(CheckAddress(value_ptr));
  TRY(const Held<zx_koid_t> held, ctx.Hold(koid));
  held.Store(ctx.process().futexes().Owner(value_ptr.address()));
  return ZX_OK;
}

}  // namespace sirocco
