// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/port.h"

#include <zircon/rights.h>
#include <zircon/syscalls/object.h>

#include <utility>

#include "kernel/objects/process.h"
#include "kernel/syscall/create.h"
#include "kernel/syscall/handle_ref.h"
#include "kernel/syscall/handlers.h"
#include "kernel/syscall/parked_call.h"
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

Task<zx_status_t> StorePacket(SyscallContext& ctx, UserOut<zx_port_packet_t> to,
                              zx_port_packet_t packet) {
  auto stored = co_await ctx.StoreAsync(to, packet);
  co_return stored;
}

class PortWait {
 public:
  PortWait(HandleRef<Port> port, UserOut<zx_port_packet_t> packet)
      : port_(std::move(port)), packet_(packet), dequeue_(*port_, port_.slot()) {}

  DequeueOp& operation() { return dequeue_; }
  uint64_t End(SyscallContext& ctx) {
    const zx_status_t status = dequeue_.status();
    if (status != ZX_OK) return syscall::ToResult(status);
    const zx_port_packet_t packet = dequeue_.TakePacket();
    const zx_status_t stored = ctx.Store(packet_, packet);
    if (stored == kStatusPageMissing) [[unlikely]]
      return ctx.StartCall(StorePacket(ctx, packet_, packet));
    return syscall::ToResult(stored);
  }

 private:
  const HandleRef<Port> port_;
  const UserOut<zx_port_packet_t> packet_;
  DequeueOp dequeue_;
};

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
  return ParkedCall<PortWait>::Start(ctx, Instant(deadline), std::move(kept).value(), packet);
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
