// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/port.h"

#include <zircon/rights.h>
#include <zircon/syscalls/object.h>

#include <memory>
#include <span>
#include <utility>

#include "kernel/objects/parked_thread.h"
#include "kernel/objects/process.h"
#include "kernel/objects/thread.h"
#include "kernel/syscall/create.h"
#include "kernel/syscall/fast_calls.h"
#include "kernel/syscall/handle_ref.h"
#include "kernel/syscall/handlers.h"
#include "kernel/syscall/parked_call.h"
#include "kernel/syscall/thunk.h"

namespace sirocco {

zx_status_t sys_port_create(SyscallContext& ctx, uint32_t options, UserOut<zx_handle_t> out) {
  return CreateHandle(ctx, out, ZX_DEFAULT_PORT_RIGHTS,
                      [options] { return Port::Create(options); });
}

namespace {

zx_status_t Queue(SyscallContext& ctx, Port& port, const void* content) {
  std::unique_ptr<PortPacket> queued = Port::CreateUser();
  if (queued == nullptr) [[unlikely]]
    return ZX_ERR_NO_MEMORY;
  CopyWhole<zx_port_packet_t>(&queued->content, content);
  const zx_status_t status = port.QueueUser(std::move(queued));
  // Nobody drains it: a policy exception, which nobody handles yet.
  if (status == ZX_ERR_SHOULD_WAIT) [[unlikely]]
    ctx.process().Kill(ZX_TASK_RETCODE_EXCEPTION_KILL);
  return status;
}

}  // namespace

uint64_t QueueShort(SyscallContext& ctx, Port& port, const std::byte* content) {
  return syscall::ToResult(Queue(ctx, port, content));
}

zx_status_t sys_port_queue(SyscallContext& ctx, Port& handle,
                           UserPtr<const zx_port_packet_t> packet) {
  TRY(const zx_port_packet_t copy, ctx.CopyIn(packet));
  return Queue(ctx, handle, &copy);
}

namespace {

Task<zx_status_t> StorePacket(SyscallContext& ctx, UserOut<zx_port_packet_t> to,
                              zx_port_packet_t packet) {
  auto stored = co_await ctx.StoreAsync(to, packet);
  co_return stored;
}

[[gnu::noinline, gnu::cold]] uint64_t StoreContent(SyscallContext& ctx,
                                                   UserOut<zx_port_packet_t> to,
                                                   const zx_port_packet_t& packet) {
  const zx_status_t stored = ctx.Store(to, packet);
  if (stored == kStatusPageMissing) return ctx.StartCall(StorePacket(ctx, to, packet));
  return syscall::ToResult(stored);
}

// What a thread has that was parked, and whose program's page was not there for the packet.
class LatePacket {
 public:
  LatePacket(RefPtr<Port> port, PortPacket& packet, UserOut<zx_port_packet_t> to)
      : port_(std::move(port)), packet_(packet), to_(to) {}
  ~LatePacket() { port_->Consume(packet_); }
  uint64_t End(SyscallContext& ctx) { return StoreContent(ctx, to_, packet_.content); }

 private:
  const RefPtr<Port> port_;
  PortPacket& packet_;
  const UserOut<zx_port_packet_t> to_;
};

class PortWait {
 public:
  PortWait(HandleRef<Port> port, UserOut<zx_port_packet_t> packet)
      : port_(std::move(port)), packet_(packet), dequeue_(*port_, port_.slot()) {}

  DequeueOp& operation() { return dequeue_; }
  uint64_t End(SyscallContext& ctx) {
    const zx_status_t status = dequeue_.status();
    if (status != ZX_OK) return syscall::ToResult(status);
    const zx_port_packet_t& content = dequeue_.packet();
    std::byte* const place =
        ctx.FindWhole(packet_.address(), sizeof(content), arch::Access::kWrite);
    if (place == nullptr) [[unlikely]]
      return StoreContent(ctx, packet_, content);
    CopyWhole<zx_port_packet_t>(place, &content);
    return syscall::ToResult(ZX_OK);
  }

 private:
  const HandleRef<Port> port_;
  const UserOut<zx_port_packet_t> packet_;
  DequeueOp dequeue_;
};

}  // namespace

// Its handle is open, so there is a reference to take another one from.
bool GivePacket(ParkedThread& thread, Port& port, PortPacket* packet) {
  SyscallContext& ctx = SyscallContext::Of(thread.vcpu());
  const UserOut<zx_port_packet_t> to(thread.place());
  thread.Leave();
  if (packet == nullptr) [[unlikely]] {
    ctx.vcpu().FinishCall(syscall::ToResult(ZX_ERR_CANCELED));
    return false;
  }
  std::byte* const place = ctx.FindWhole(to);
  if (place == nullptr) [[unlikely]] {
    RestOfCall<LatePacket>::Deliver(ctx, WrapRef(&port), *packet, to);
    return false;
  }
  CopyWhole<zx_port_packet_t>(place, &packet->content);
  ctx.vcpu().FinishCall(syscall::ToResult(ZX_OK));
  return true;
}

uint64_t FinishTake(Port& port, PortPacket& taken, std::byte* place) {
  CopyWhole<zx_port_packet_t>(place, &taken.content);
  port.Consume(taken);
  return syscall::ToResult(ZX_OK);
}

uint64_t sys_port_wait(SyscallContext& ctx, Found<Port> handle, zx_instant_mono_t deadline,
                       UserOut<zx_port_packet_t> packet) {
  // A bad pointer is told before a packet is taken.
  const zx_status_t status = ctx.Hold(packet).status();
  if (status != ZX_OK) [[unlikely]]
    return syscall::ToResult(status);
  if (Instant(deadline).is_infinite() && handle.slot.MarkWaited()) {
    ParkedThread& thread = ctx.thread().parked();
    PortPacket* taken;
    switch (handle.object.TakeOrPark(
        {thread, handle.slot, &GivePacket, packet.address()},
        [&] { return handle.slot.IsWaited(); }, &taken)) {
      case Port::Taking::kTaken: {
        const uint64_t result = StoreContent(ctx, packet, taken->content);
        handle.object.Consume(*taken);
        return result;
      }
      case Port::Taking::kParked:
        thread.CancelIfDying();
        return kEntryPending;
      case Port::Taking::kNeither:
        break;
    }
  }
  auto kept = Keep(handle);
  if (!kept.ok()) return syscall::ToResult(kept.status());
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
