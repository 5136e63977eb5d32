// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/interrupt.h"

#include <zircon/rights.h>

#include "kernel/objects/resource.h"
#include "kernel/syscall/create.h"
#include "kernel/syscall/handle_ref.h"
#include "kernel/syscall/handlers.h"

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

Task<zx_status_t> sys_interrupt_wait(SyscallContext& ctx, HandleRef<Interrupt> handle,
                                     UserOut<zx_instant_boot_t> out_timestamp) {
  InterruptWait wait(*handle, handle.slot());
  auto waiting = ctx.Wait(wait, Instant::Infinite());
  auto status = co_await waiting;
  if (status != ZX_OK || out_timestamp.is_null()) co_return status;
  CO_TRY_STATUS(co_await ctx.PrepareOut(out_timestamp));
  CO_TRY(const Held<zx_instant_boot_t> out, ctx.Hold(out_timestamp));
  out.Store(wait.timestamp());
  co_return ZX_OK;
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
