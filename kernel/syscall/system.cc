// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <zircon/limits.h>
#include <zircon/syscalls/system.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "kernel/arch/hart.h"
#include "kernel/arch/power.h"
#include "kernel/base/format.h"
#include "kernel/objects/debuglog.h"
#include "kernel/objects/ledger.h"
#include "kernel/objects/object_type.h"
#include "kernel/objects/resource.h"
#include "kernel/sync/random.h"
#include "kernel/syscall/handlers.h"
#include "kernel/syscall/memory_report.h"

namespace sirocco {

zx_status_t sys_system_powerctl(SyscallContext&, Resource& resource, uint32_t cmd,
                                UserPtr<const zx_system_powerctl_arg_t>) {
  if (!resource.CoversSystem(ZX_RSRC_SYSTEM_POWER_BASE)) return ZX_ERR_ACCESS_DENIED;
  if (cmd < ZX_SYSTEM_POWERCTL_ENABLE_ALL_CPUS || cmd > ZX_SYSTEM_POWERCTL_SHUTDOWN) {
    return ZX_ERR_INVALID_ARGS;
  }
  if (cmd != ZX_SYSTEM_POWERCTL_SHUTDOWN) return ZX_ERR_NOT_SUPPORTED;
  arch::PowerOff(0);
}

zx_status_t sys_cprng_draw_once(SyscallContext& ctx, UserOut<void> buffer, size_t buffer_size) {
  if (buffer_size > ZX_CPRNG_DRAW_MAX_LEN) return ZX_ERR_INVALID_ARGS;
  if (buffer_size == 0) return ZX_OK;
  TRY(const HeldBytes held, ctx.HoldBytes(buffer, buffer_size));
  std::array<std::byte, ZX_CPRNG_DRAW_MAX_LEN> bytes;
  const std::span<std::byte> used(bytes.data(), buffer_size);
  RandomBytes(used);
  held.CopyFrom(used);
  return ZX_OK;
}

zx_status_t sys_cprng_add_entropy(SyscallContext& ctx, UserPtr<const void> buffer,
                                  size_t buffer_size) {
  if (buffer_size > ZX_CPRNG_ADD_ENTROPY_MAX_LEN) return ZX_ERR_INVALID_ARGS;
  if (buffer_size == 0) return ZX_OK;
  std::array<std::byte, ZX_CPRNG_ADD_ENTROPY_MAX_LEN> bytes;
  const std::span<std::byte> used(bytes.data(), buffer_size);
  TRY_STATUS(ctx.CopyBytesIn(buffer, used));
  for (size_t begin = 0; begin < used.size(); begin += 32) {
    AddEntropy(used.subspan(begin, std::min<size_t>(32, used.size() - begin)));
  }
  return ZX_OK;
}

namespace {

constexpr size_t kMaxCommand = 32;

template <typename Count>
void LogCount(std::string_view name, Count count) {
  StringBuffer<ZX_LOG_RECORD_DATA_MAX> line;
  Print(line, "ledger: {} {}", name, count);
  KernelLog(line.view());
}

// What lives: one line a type, then handles and memory. A test compares it with what it was before.
void LogLedger() {
  for (zx_obj_type_t type = 0; type < ZX_OBJ_TYPE_UPPER_BOUND; ++type) {
    const std::string_view name = TypeInfo(type).name;
    if (!name.empty()) LogCount(name, ledger.objects(type));
  }
  LogCount("handles", ledger.handles());
  const MemoryInUse memory = CountMemoryInUse();
  LogCount("pages", memory.pages);
  LogCount("heap bytes", memory.heap_bytes);
  LogCount("kernel stacks", arch::KernelStackCount());
}

}  // namespace

zx_status_t sys_debug_send_command(SyscallContext& ctx, Resource& resource,
                                   UserPtr<const char> buffer, size_t buffer_size) {
  if (!resource.CoversSystem(ZX_RSRC_SYSTEM_DEBUG_BASE)) return ZX_ERR_ACCESS_DENIED;
  if (buffer_size == 0 || buffer_size > kMaxCommand) return ZX_ERR_INVALID_ARGS;
  char text[kMaxCommand];
  TRY_STATUS(ctx.CopyIn(buffer, std::span(text, buffer_size)));
  const std::string_view command(text, buffer_size);
  if (command != "ledger" && command != "ledger\n") return ZX_ERR_NOT_FOUND;
  LogLedger();
  return ZX_OK;
}

}  // namespace sirocco
