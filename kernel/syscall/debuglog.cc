// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/debuglog.h"

#include <zircon/rights.h>

#include <algorithm>
#include <string_view>

#include "kernel/objects/process.h"
#include "kernel/objects/resource.h"
#include "kernel/objects/thread.h"
#include "kernel/syscall/create.h"
#include "kernel/syscall/handlers.h"

namespace sirocco {

zx_status_t sys_debuglog_create(SyscallContext& ctx, Resource& resource, uint32_t options,
                                UserOut<zx_handle_t> out) {
  if ((options & ~ZX_LOG_FLAG_READABLE) != 0) return ZX_ERR_INVALID_ARGS;
  if (!resource.CoversSystem(ZX_RSRC_SYSTEM_DEBUGLOG_BASE)) return ZX_ERR_ACCESS_DENIED;
  const bool reads = (options & ZX_LOG_FLAG_READABLE) != 0;
  const zx_rights_t rights = ZX_DEFAULT_DEBUGLOG_RIGHTS | (reads ? ZX_RIGHT_READ : 0);
  return CreateHandle(ctx, out, rights, [reads] {
    return Debuglog::Create(reads ? Debuglog::Mode::kRead : Debuglog::Mode::kWrite);
  });
}

zx_status_t sys_debuglog_write(SyscallContext& ctx, Debuglog&, uint32_t options,
                               UserPtr<const void> buffer, size_t buffer_size) {
  if (options != 0) return ZX_ERR_INVALID_ARGS;
  char text[ZX_LOG_RECORD_DATA_MAX];
  const size_t size = std::min(buffer_size, sizeof(text));
  if (size != 0) {
    TRY_STATUS(ctx.CopyIn(buffer.As<const char>(), std::span(text, size)));
  }
  log_buffer.Write(ZX_LOG_SEVERITY_INFO, 0, ctx.process().koid(), ctx.thread().koid(),
                   std::string_view(text, size));
  return ZX_OK;
}

// The length of the record is a positive status. One that does not fit stays.
zx_status_t sys_debuglog_read(SyscallContext& ctx, Debuglog& handle, uint32_t options,
                              UserOut<void> buffer, size_t buffer_size) {
  if (options != 0) return ZX_ERR_INVALID_ARGS;
  TRY(const HeldBytes held, ctx.HoldBytes(buffer, std::min(buffer_size, sizeof(LogRecord))));
  LogRecord record;
  TRY_STATUS(handle.Read(record, held.size_bytes()));
  held.CopyFrom(std::as_bytes(std::span(&record, 1)).first(record.size_bytes()));
  return static_cast<zx_status_t>(record.size_bytes());
}

}  // namespace sirocco
