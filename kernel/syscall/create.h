// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <utility>

#include "kernel/base/ref_ptr.h"
#include "kernel/base/result.h"
#include "kernel/base/way.h"
#include "kernel/objects/handle_changes.h"
#include "kernel/objects/handle_table.h"
#include "kernel/syscall/context.h"
#include "kernel/syscall/user_ptr.h"

// What creating calls share: hold the outputs, make the object, install, and only then store, which
// cannot fail.

namespace sirocco {

/// `make()` gives a Result<RefPtr<T>>; the handle gets `rights`.
template <typename Make>
zx_status_t CreateHandle(SyscallContext& ctx, UserOut<zx_handle_t> out, zx_rights_t rights,
                         Make make) {
  TRY(const Held<zx_handle_t> held, ctx.Hold(out));
  TRY(auto object, make());
  // Nobody knows the object yet: without room for its handle it goes again.
  TRY(const zx_handle_t value,
      ctx.handles().Install(Handle(std::move(object), Side::kFirst, rights)));
  held.Store(value);
  return ZX_OK;
}

/// The same for both ends of a pair.
template <Way kWay = Way::kLong, typename Make>
zx_status_t CreatePair(SyscallContext& ctx, UserOut<zx_handle_t> out0, UserOut<zx_handle_t> out1,
                       zx_rights_t rights, Make make) {
  TRY(const auto held0, ctx.Hold<kWay>(out0));
  TRY(const auto held1, ctx.Hold<kWay>(out1));
  TRY(auto pair, make());
  zx_handle_t values[2];
  TRY_STATUS(ctx.handles().InstallPair<kWay>(std::move(pair), rights, values));
  held0.Store(values[0]);
  held1.Store(values[1]);
  return ZX_OK;
}

}  // namespace sirocco
