// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/syscall/discard.h"

#include <zircon/errors.h>
#include <zircon/limits.h>

#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include "kernel/objects/handle.h"
#include "kernel/objects/handle_table.h"

namespace sirocco {

namespace {

void Remove(SyscallContext& ctx, HandleValue value) {
  auto handle = ctx.handles().Remove(value);
  if (handle.ok()) Handle closed = std::move(handle).value();
}

// Reads all before it removes one: a call that meets a missing page starts over.
template <typename Entry, typename Value>
zx_status_t Discard(SyscallContext& ctx, UserPtr<const Entry> from, size_t count, zx_status_t why,
                    Value value) {
  if (count > ZX_CHANNEL_MAX_MSG_HANDLES) return why;
  std::array<Entry, ZX_CHANNEL_MAX_MSG_HANDLES> entries;
  const std::span<Entry> used(entries.data(), count);
  const zx_status_t status = ctx.CopyIn(from, used);
  if (status == kStatusPageMissing) return status;
  if (status != ZX_OK) return why;
  for (const Entry& entry : used) Remove(ctx, value(entry));
  return why;
}

// The handles are named by a structure that is itself in user memory.
template <typename Args>
zx_status_t DiscardRequest(SyscallContext& ctx, UserPtr<const Args> args, zx_status_t why) {
  auto request = ctx.CopyIn(args);
  if (!request.ok()) return request.status() == kStatusPageMissing ? kStatusPageMissing : why;
  using Entry = std::remove_pointer_t<decltype(request->wr_handles)>;
  using Pointer = UserPtr<const std::remove_const_t<Entry>>;
  return DiscardHandles(ctx, Pointer(reinterpret_cast<uintptr_t>(request->wr_handles)),
                        request->wr_num_handles, why);
}

}  // namespace

zx_status_t DiscardHandle(SyscallContext& ctx, HandleValue handle, zx_status_t why) {
  if (handle != ZX_HANDLE_INVALID) Remove(ctx, handle);
  return why;
}

zx_status_t DiscardHandles(SyscallContext& ctx, UserPtr<const zx_handle_t> handles, size_t count,
                           zx_status_t why) {
  return Discard(ctx, handles, count, why, [](zx_handle_t handle) { return handle; });
}

zx_status_t DiscardHandles(SyscallContext& ctx, UserPtr<const zx_handle_disposition_t> handles,
                           size_t count, zx_status_t why) {
  return Discard(ctx, handles, count, why, [](const zx_handle_disposition_t& disposition) {
    return disposition.operation == ZX_HANDLE_OP_MOVE ? disposition.handle : ZX_HANDLE_INVALID;
  });
}

zx_status_t DiscardHandles(SyscallContext& ctx, UserPtr<const zx_channel_call_args_t> args,
                           zx_status_t why) {
  return DiscardRequest(ctx, args, why);
}

zx_status_t DiscardHandles(SyscallContext& ctx, UserPtr<const zx_channel_call_etc_args_t> args,
                           zx_status_t why) {
  return DiscardRequest(ctx, args, why);
}

}  // namespace sirocco
