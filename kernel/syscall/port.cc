// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/port.h"

#include <zircon/rights.h>
#include <zircon/syscalls/object.h>

#include <utility>

#include "kernel/objects/process.h"
#include "kernel/syscall/create.h"
#include "kernel/syscall/handle_ref.h"
#include "kernel/syscall/handlers.h"
#include "kernel/syscall/thunk.h"

namespace sirocco {

zx_status_t sys_port_create(SyscallContext& ctx, uint32_t options, UserOut<zx_handle_t> out) {
  return CreateHandle(ctx, out, ZX_DEFAULT_PORT_RIGHTS,
                      [options] { return Port::Create(options); });
}

zx_status_t sys_port_queue(SyscallContext& ctx, Port& handle,
                           UserPtr<const zx_port_packet_t> packet) {
  TRY(const zx_port_packet_t content, ctx.CopyIn(packet));
  const zx_status_t status = handle.QueueUser(content);
  // Nobody drains it: a policy exception, which nobody handles yet.
  if (status == ZX_ERR_SHOULD_WAIT) ctx.process().Kill(ZX_TASK_RETCODE_EXCEPTION_KILL);
  return status;
}

namespace {

Task<zx_status_t> WaitForPacket(SyscallContext& ctx, HandleRef<Port> port,
                                zx_instant_mono_t deadline, UserOut<zx_port_packet_t> packet) {
  DequeueOp dequeue(*port, port.slot());
  auto waiting = ctx.Wait(dequeue, Instant(deadline));
  auto status = co_await waiting;
  if (status != ZX_OK) co_return status;
  if (!ctx.Hold(packet).ok()) {
    CO_TRY_STATUS(co_await ctx.PrepareOut(packet));
  }
  CO_TRY(const Held<zx_port_packet_t> out, ctx.Hold(packet));
  out.Store(dequeue.TakePacket());
  co_return ZX_OK;
}

}  // namespace

uint64_t sys_port_wait(SyscallContext& ctx, Found<Port> handle, zx_instant_mono_t deadline,
                       UserOut<zx_port_packet_t> packet) {
  using syscall::ToResult;
  // A bad pointer is told before a packet is taken.
  const auto out = ctx.Hold(packet);
  if (!out.ok()) return ToResult(out.status());
  if (PortPacket* taken = handle.object.TryTake()) {
    out->Store(handle.object.Consume(*taken));
    return ZX_OK;
  }
  auto kept = Keep(handle);
  if (!kept.ok()) return ToResult(kept.status());
  return ctx.StartCall(WaitForPacket(ctx, std::move(kept).value(), deadline, packet));
}

zx_status_t sys_port_cancel(SyscallContext&, Port& handle, Found<KernelObject> source,
                            uint64_t key) {
  if (!source.object.info().is_waitable) return ZX_ERR_NOT_SUPPORTED;
  return handle.Cancel(source.object, source.side, key);
}

zx_status_t sys_port_cancel_key(SyscallContext&, Port& handle, uint32_t, uint64_t key) {
  return handle.CancelKey(key);
}

}  // namespace sirocco
