// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/interrupt.h"

#include <zircon/rights.h>

#include <utility>

#include "kernel/objects/resource.h"
#include "kernel/syscall/create.h"
#include "kernel/syscall/handle_ref.h"
#include "kernel/syscall/handlers.h"
#include "kernel/syscall/parked_call.h"
#include "kernel/syscall/thunk.h"

namespace sirocco {

namespace {

constexpr uint32_t kKnownOptions = ZX_INTERRUPT_REMAP_IRQ | ZX_INTERRUPT_MODE_MASK |
                                   ZX_INTERRUPT_VIRTUAL | ZX_INTERRUPT_TIMESTAMP_MONO;

zx_status_t CheckOptions(uint32_t options) {
  if ((options & ~kKnownOptions) != 0) return ZX_ERR_INVALID_ARGS;
  if ((options & ZX_INTERRUPT_VIRTUAL) != 0) {
    return options == ZX_INTERRUPT_VIRTUAL ? ZX_OK : ZX_ERR_INVALID_ARGS;
  }
  const uint32_t mode = options & ZX_INTERRUPT_MODE_MASK;
  return mode > ZX_INTERRUPT_MODE_EDGE_BOTH ? ZX_ERR_INVALID_ARGS : ZX_OK;
}

}  // namespace

zx_status_t sys_interrupt_create(SyscallContext& ctx, Resource* src_obj, uint32_t src_num,
                                 uint32_t options, UserOut<zx_handle_t> out_handle) {
  TRY_STATUS(CheckOptions(options));
  uint32_t vector = Interrupt::kVirtual;
  if ((options & ZX_INTERRUPT_VIRTUAL) == 0) {
    if (src_obj == nullptr) return ZX_ERR_BAD_HANDLE;
    if (!src_obj->Covers(ZX_RSRC_KIND_IRQ, src_num, 1)) return ZX_ERR_ACCESS_DENIED;
    vector = src_num;  // Lines of the machine's controller are level-triggered, whatever is asked.
  }
  return CreateHandle(ctx, out_handle, ZX_DEFAULT_INTERRUPT_RIGHTS,
                      [vector] { return Interrupt::Create(vector); });
}

namespace {

Task<zx_status_t> StoreTimestamp(SyscallContext& ctx, UserOut<zx_instant_boot_t> to,
                                 zx_instant_boot_t timestamp) {
  auto stored = co_await ctx.StoreAsync(to, timestamp);
  co_return stored;
}

class WaitForInterrupt {
 public:
  WaitForInterrupt(HandleRef<Interrupt> interrupt, UserOut<zx_instant_boot_t> timestamp)
      : interrupt_(std::move(interrupt)),
        timestamp_(timestamp),
        wait_(*interrupt_, interrupt_.slot()) {}

  InterruptWait& operation() { return wait_; }
  uint64_t End(SyscallContext& ctx) {
    if (wait_.status() != ZX_OK) return syscall::ToResult(wait_.status());
    const zx_status_t stored = ctx.Store(timestamp_, wait_.timestamp());
    if (stored == kStatusPageMissing) [[unlikely]]
      return ctx.StartCall(StoreTimestamp(ctx, timestamp_, wait_.timestamp()));
    return syscall::ToResult(stored);
  }

 private:
  const HandleRef<Interrupt> interrupt_;
  const UserOut<zx_instant_boot_t> timestamp_;
  InterruptWait wait_;
};

}  // namespace

uint64_t sys_interrupt_wait(SyscallContext& ctx, Found<Interrupt> handle,
                            UserOut<zx_instant_boot_t> out_timestamp) {
  auto kept = Keep(handle);
  if (!kept.ok()) return syscall::ToResult(kept.status());
  return ParkedCall<WaitForInterrupt>::Start(ctx, Instant::Infinite(), std::move(kept).value(),
                                             out_timestamp);
}

zx_status_t sys_interrupt_ack(SyscallContext&, Interrupt& handle) { return handle.Acknowledge(); }

zx_status_t sys_interrupt_bind(SyscallContext&, Interrupt& handle, Port& port_handle, uint64_t key,
                               uint32_t options) {
  if (options == ZX_INTERRUPT_UNBIND) return handle.Unbind(port_handle);
  if (options != ZX_INTERRUPT_BIND) return ZX_ERR_INVALID_ARGS;
  TRY(RefPtr<Port> port, TakeRef(port_handle));
  return handle.Bind(std::move(port), key);
}

zx_status_t sys_interrupt_trigger(SyscallContext&, Interrupt& handle, uint32_t options,
                                  zx_instant_boot_t timestamp) {
  if (options != 0) return ZX_ERR_INVALID_ARGS;
  if (!handle.is_virtual()) return ZX_ERR_BAD_STATE;
  return handle.Trigger(timestamp);
}

zx_status_t sys_interrupt_destroy(SyscallContext&, Interrupt& handle) { return handle.Destroy(); }

}  // namespace sirocco
