// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <zircon/syscalls.h>
#include <zircon/syscalls/log.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/resource.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "userspace/apps/shell/builtin_commands.h"
#include "userspace/apps/shell/process_list.h"
#include "userspace/lib/process/owned_handle.h"

namespace sirocco::shell {
namespace {

using process::OwnedHandle;

template <typename... Values>
std::string Format(const char* format, Values... values) {
  char line[256];
  const int size = std::snprintf(line, sizeof(line), format, values...);
  return std::string(line, std::min<size_t>(size, sizeof(line) - 1));
}

std::string Named(zx_handle_t handle) {
  char name[ZX_MAX_NAME_LEN] = {};
  zx_object_get_property(handle, ZX_PROP_NAME, name, sizeof(name));
  return name;
}

OwnedHandle SystemPart(const Shell& shell, zx_rsrc_system_base_t base) {
  OwnedHandle resource;
  zx_resource_create(shell.system_resource(), ZX_RSRC_KIND_SYSTEM, base, 1, "shell", 5,
                     resource.receive());
  return resource;
}

int FailWith(const Invocation& invocation, zx_status_t status) {
  return Fail(invocation, "failed with status " + std::to_string(status), 1);
}

}  // namespace

int Ps(Invocation& invocation, std::string& text) {
  text = "   KOID         CPU ms  MEM KiB  NAME\n";
  ForEachProcess(invocation.shell.root_job(), [&text](zx_handle_t process, zx_koid_t koid) {
    zx_info_task_runtime_t runtime = {};
    zx_info_task_stats_t memory = {};
    zx_object_get_info(process, ZX_INFO_TASK_RUNTIME, &runtime, sizeof(runtime), nullptr, nullptr);
    zx_object_get_info(process, ZX_INFO_TASK_STATS, &memory, sizeof(memory), nullptr, nullptr);
    const auto nanoseconds = static_cast<long long>(runtime.cpu_time);
    text += Format("%7llu  %6lld.%06lld  %7zu  %s\n", static_cast<unsigned long long>(koid),
                   nanoseconds / 1'000'000, nanoseconds % 1'000'000,
                   memory.mem_private_bytes / 1024, Named(process).c_str());
    return true;
  });
  return 0;
}

int Mem(Invocation& invocation, std::string& text) {
  const OwnedHandle resource = SystemPart(invocation.shell, ZX_RSRC_SYSTEM_INFO_BASE);
  zx_info_kmem_stats_t memory = {};
  const zx_status_t status = zx_object_get_info(resource.get(), ZX_INFO_KMEM_STATS, &memory,
                                                sizeof(memory), nullptr, nullptr);
  if (status != ZX_OK) return FailWith(invocation, status);
  const auto print = [&text](const char* name, uint64_t bytes) {
    text += Format("%-12s %8llu KiB\n", name, static_cast<unsigned long long>(bytes / 1024));
  };
  print("total", memory.total_bytes);
  print("free", memory.free_bytes);
  print("wired", memory.wired_bytes);
  print("heap", memory.total_heap_bytes);
  print("VMOs", memory.vmo_bytes);
  print("page tables", memory.mmu_overhead_bytes);
  return 0;
}

int Dmesg(Invocation& invocation, std::string& text) {
  const OwnedHandle resource = SystemPart(invocation.shell, ZX_RSRC_SYSTEM_DEBUGLOG_BASE);
  OwnedHandle log;
  const zx_status_t status =
      zx_debuglog_create(resource.get(), ZX_LOG_FLAG_READABLE, log.receive());
  if (status != ZX_OK) return FailWith(invocation, status);
  alignas(zx_log_record_t) char buffer[ZX_LOG_RECORD_MAX];
  while (zx_debuglog_read(log.get(), 0, buffer, sizeof(buffer)) > 0) {
    const auto& record = *reinterpret_cast<const zx_log_record_t*>(buffer);
    std::string line(record.data, record.datalen);
    while (line.ends_with('\n')) line.pop_back();
    const long long microseconds = record.timestamp / 1000;
    text +=
        Format("[%4lld.%06lld] ", microseconds / 1'000'000, microseconds % 1'000'000) + line + "\n";
  }
  return 0;
}

int Uptime(Invocation&, std::string& text) {
  const long long milliseconds = zx_clock_get_monotonic() / 1'000'000;
  text = Format("up %lld.%03lld s, %u harts\n", milliseconds / 1000, milliseconds % 1000,
                zx_system_get_num_cpus());
  return 0;
}

}  // namespace sirocco::shell
