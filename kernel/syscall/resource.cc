// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/resource.h"

#include <zircon/limits.h>
#include <zircon/rights.h>

#include <algorithm>
#include <string_view>

#include "kernel/syscall/create.h"
#include "kernel/syscall/handlers.h"

namespace sirocco {

zx_status_t sys_resource_create(SyscallContext& ctx, Resource& parent_rsrc, uint32_t options,
                                uint64_t base, size_t size, UserPtr<const char> name,
                                size_t name_size, UserOut<zx_handle_t> resource_out) {
  char text[ZX_MAX_NAME_LEN] = {};
  const size_t length = std::min(name_size, sizeof(text) - 1);
  if (length != 0) {
    TRY_STATUS(ctx.CopyIn(name, std::span(text, length)));
  }
  return CreateHandle(ctx, resource_out, ZX_DEFAULT_RESOURCE_RIGHTS, [&] {
    return Resource::Create(parent_rsrc, ZX_RSRC_EXTRACT_KIND(options),
                            ZX_RSRC_EXTRACT_FLAGS(options), base, size,
                            std::string_view(text, length));
  });
}

}  // namespace sirocco
