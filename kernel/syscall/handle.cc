// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <zircon/types.h>

#include <algorithm>
#include <array>
#include <utility>

#include "kernel/async/completion.h"
#include "kernel/objects/handle_changes.h"
#include "kernel/objects/handle_table.h"
#include "kernel/syscall/handlers.h"

namespace sirocco {

namespace {

constexpr size_t kClosesAtOnce = 16;

// None is the call's last act, so none reclaims.
bool CloseAll(HandleTable& table, std::span<const zx_handle_t> values) {
  bool all_valid = true;
  for (const zx_handle_t value : values) {
    all_valid &= value == ZX_HANDLE_INVALID || table.Remove(value).ok();
  }
  return all_valid;
}

}  // namespace

Task<zx_status_t> sys_handle_close_many(SyscallContext& ctx, UserPtr<const zx_handle_t> handles,
                                        size_t num_handles) {
  std::array<zx_handle_t, kClosesAtOnce> values;
  zx_status_t result = ZX_OK;
  for (size_t done = 0; done < num_handles;) {
    const size_t count = std::min(num_handles - done, kClosesAtOnce);
    auto status = co_await ctx.CopyInAsync(handles + done, std::span(values).first(count));
    if (status != ZX_OK) co_return status;
    if (!CloseAll(ctx.handles(), std::span(values).first(count))) result = ZX_ERR_BAD_HANDLE;
    done += count;
    if (done == num_handles) break;
    async::YieldOp yield;
    co_await yield;
  }
  co_return result;
}

zx_status_t sys_handle_replace(SyscallContext& ctx, HandleValue handle, zx_rights_t rights,
                               UserOut<zx_handle_t> out) {
  auto held = ctx.Hold(out);
  if (held.status() == kStatusPageMissing) return kStatusPageMissing;
  // Gone whatever follows.
  TRY(Handle source, ctx.handles().Remove(handle));
  if (!held.ok()) return held.status();
  if (rights == ZX_RIGHT_SAME_RIGHTS) rights = source.rights();
  if ((rights & ~source.rights()) != 0) return ZX_ERR_INVALID_ARGS;
  TRY(HandleReservation slot, ctx.handles().Reserve(1));
  source.set_rights(rights);
  held->Store(slot.Install(std::move(source)));
  return ZX_OK;
}

}  // namespace sirocco
