// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/apps/shell/builtins.h"

#include <zircon/syscalls.h>
#include <zircon/syscalls/log.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/resource.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>
#include <set>
#include <string>

#include "userspace/lib/archive/archive.h"

namespace sirocco::shell {
namespace {

using process::OwnedHandle;
using Arguments = Shell::Arguments;

std::optional<uint64_t> ToNumber(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

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

OwnedHandle ChildOf(zx_handle_t parent, zx_koid_t koid) {
  OwnedHandle child;
  zx_object_get_child(parent, koid, ZX_RIGHT_SAME_RIGHTS, child.receive());
  return child;
}

std::vector<zx_koid_t> Koids(zx_handle_t job, uint32_t topic) {
  std::vector<zx_koid_t> koids(256);
  size_t actual = 0;
  if (zx_object_get_info(job, topic, koids.data(), koids.size() * sizeof(koids[0]), &actual,
                         nullptr) != ZX_OK) {
    actual = 0;
  }
  koids.resize(actual);
  return koids;
}

// Calls `visit(process, koid)` for each process below `job`, until it returns false.
template <typename Visit>
bool ForEachProcess(zx_handle_t job, Visit visit) {
  for (const zx_koid_t koid : Koids(job, ZX_INFO_JOB_PROCESSES)) {
    const OwnedHandle process = ChildOf(job, koid);
    if (process.is_valid() && !visit(process.get(), koid)) return false;
  }
  for (const zx_koid_t koid : Koids(job, ZX_INFO_JOB_CHILDREN)) {
    const OwnedHandle child = ChildOf(job, koid);
    if (child.is_valid() && !ForEachProcess(child.get(), visit)) return false;
  }
  return true;
}

int Echo(Shell& shell, const Arguments& arguments) {
  std::string line;
  for (size_t i = 1; i < arguments.size(); ++i) line += (i == 1 ? "" : " ") + arguments[i];
  shell.Print(line + "\n");
  return 0;
}

int Help(Shell& shell, const Arguments&) {
  for (const Builtin& builtin : Builtins()) {
    const std::string usage = std::string(builtin.name) + " " + std::string(builtin.arguments);
    shell.Print(Format("%-20s %s\n", usage.c_str(), std::string(builtin.help).c_str()));
  }
  shell.Print(
      "Any other name is a program of /boot/bin. `;` and `&&` join commands, $? is the last "
      "status.\n");
  return 0;
}

int Ps(Shell& shell, const Arguments&) {
  shell.Print("   KOID  CPU ms  MEM KiB  NAME\n");
  ForEachProcess(shell.root_job(), [&shell](zx_handle_t process, zx_koid_t koid) {
    zx_info_task_runtime_t runtime = {};
    zx_info_task_stats_t memory = {};
    zx_object_get_info(process, ZX_INFO_TASK_RUNTIME, &runtime, sizeof(runtime), nullptr, nullptr);
    zx_object_get_info(process, ZX_INFO_TASK_STATS, &memory, sizeof(memory), nullptr, nullptr);
    shell.Print(Format("%7llu  %6lld  %7zu  %s\n", static_cast<unsigned long long>(koid),
                       static_cast<long long>(runtime.cpu_time / 1'000'000),
                       memory.mem_private_bytes / 1024, Named(process).c_str()));
    return true;
  });
  return 0;
}

int Kill(Shell& shell, const Arguments& arguments) {
  const std::optional<uint64_t> wanted = ToNumber(arguments[1]);
  if (!wanted) {
    shell.Print("kill: " + arguments[1] + " is no koid\n");
    return kStatusWrongArguments;
  }
  zx_status_t status = ZX_ERR_NOT_FOUND;
  ForEachProcess(shell.root_job(), [&](zx_handle_t process, zx_koid_t koid) {
    if (koid != *wanted) return true;
    status = zx_task_kill(process);
    return false;
  });
  if (status == ZX_OK) return 0;
  shell.Print("kill: no process has the koid " + arguments[1] + "\n");
  return 1;
}

// Names under `folder` of the archive ("" or "bin"), folders with a '/'.
std::set<std::string> NamesIn(const Shell& shell, std::string_view folder) {
  std::set<std::string> names;
  archive::Reader reader(shell.archive());
  archive::Entry entry;
  while (reader.Next(entry) == archive::Step::kEntry) {
    std::string_view name = archive::Canonical(entry.name);
    if (!entry.is_file()) continue;
    if (!folder.empty()) {
      if (!name.starts_with(folder) || name.size() <= folder.size() || name[folder.size()] != '/') {
        continue;
      }
      name.remove_prefix(folder.size() + 1);
    }
    const size_t slash = name.find('/');
    names.emplace(name.substr(0, slash == std::string_view::npos ? slash : slash + 1));
  }
  return names;
}

// `path` within the archive, or nothing if it is elsewhere.
std::optional<std::string> InArchive(std::string path) {
  if (path == "/boot" || path == "/boot/") return "";
  if (!path.starts_with("/boot/")) return std::nullopt;
  path.erase(0, 6);
  while (path.ends_with('/')) path.pop_back();
  return path;
}

int Ls(Shell& shell, const Arguments& arguments) {
  const std::string path = arguments.size() > 1 ? arguments[1] : "/";
  if (path == "/") {
    shell.Print("boot/\n");
    return 0;
  }
  const std::optional<std::string> inside = InArchive(path);
  archive::Entry entry;
  if (inside && !inside->empty() && archive::Find(shell.archive(), *inside, entry)) {
    shell.Print(Format("%zu  %s\n", entry.data.size(), path.c_str()));
    return 0;
  }
  const std::set<std::string> names = inside ? NamesIn(shell, *inside) : std::set<std::string>();
  if (names.empty()) {
    shell.Print("ls: " + path + ": no such file or folder\n");
    return 1;
  }
  for (const std::string& name : names) shell.Print(name + "\n");
  return 0;
}

int Cat(Shell& shell, const Arguments& arguments) {
  for (size_t i = 1; i < arguments.size(); ++i) {
    const std::optional<std::string> inside = InArchive(arguments[i]);
    archive::Entry entry;
    if (!inside || !archive::Find(shell.archive(), *inside, entry)) {
      shell.Print("cat: " + arguments[i] + ": no such file\n");
      return 1;
    }
    shell.Print(entry.text());
  }
  return 0;
}

OwnedHandle SystemPart(const Shell& shell, zx_rsrc_system_base_t base) {
  OwnedHandle resource;
  zx_resource_create(shell.system_resource(), ZX_RSRC_KIND_SYSTEM, base, 1, "shell", 5,
                     resource.receive());
  return resource;
}

int Failed(Shell& shell, const std::string& what, zx_status_t status) {
  shell.Print(what + ": failed with status " + std::to_string(status) + "\n");
  return 1;
}

int Mem(Shell& shell, const Arguments&) {
  const OwnedHandle resource = SystemPart(shell, ZX_RSRC_SYSTEM_INFO_BASE);
  zx_info_kmem_stats_t memory = {};
  const zx_status_t status = zx_object_get_info(resource.get(), ZX_INFO_KMEM_STATS, &memory,
                                                sizeof(memory), nullptr, nullptr);
  if (status != ZX_OK) return Failed(shell, "mem", status);
  const auto print = [&shell](const char* name, uint64_t bytes) {
    shell.Print(Format("%-12s %8llu KiB\n", name, static_cast<unsigned long long>(bytes / 1024)));
  };
  print("total", memory.total_bytes);
  print("free", memory.free_bytes);
  print("wired", memory.wired_bytes);
  print("heap", memory.total_heap_bytes);
  print("VMOs", memory.vmo_bytes);
  print("page tables", memory.mmu_overhead_bytes);
  return 0;
}

int Dmesg(Shell& shell, const Arguments&) {
  const OwnedHandle resource = SystemPart(shell, ZX_RSRC_SYSTEM_DEBUGLOG_BASE);
  OwnedHandle log;
  const zx_status_t status =
      zx_debuglog_create(resource.get(), ZX_LOG_FLAG_READABLE, log.receive());
  if (status != ZX_OK) return Failed(shell, "dmesg", status);
  alignas(zx_log_record_t) char buffer[ZX_LOG_RECORD_MAX];
  while (zx_debuglog_read(log.get(), 0, buffer, sizeof(buffer)) > 0) {
    const auto& record = *reinterpret_cast<const zx_log_record_t*>(buffer);
    std::string text(record.data, record.datalen);
    while (text.ends_with('\n')) text.pop_back();
    const long long microseconds = record.timestamp / 1000;
    shell.Print(Format("[%4lld.%06lld] ", microseconds / 1'000'000, microseconds % 1'000'000) +
                text + "\n");
  }
  return 0;
}

int Uptime(Shell& shell, const Arguments&) {
  const long long milliseconds = zx_clock_get_monotonic() / 1'000'000;
  shell.Print(Format("up %lld.%03lld s, %u harts\n", milliseconds / 1000, milliseconds % 1000,
                     zx_system_get_num_cpus()));
  return 0;
}

int Sleep(Shell& shell, const Arguments& arguments) {
  double seconds = -1;
  const std::string& text = arguments[1];
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || !(seconds >= 0) ||
      seconds > 1e9) {
    shell.Print("sleep: " + text + " is no number of seconds\n");
    return kStatusWrongArguments;
  }
  zx_nanosleep(zx_deadline_after(static_cast<zx_duration_t>(seconds * 1e9)));
  return 0;
}

int Exit(Shell& shell, const Arguments& arguments) {
  uint64_t status = static_cast<uint64_t>(shell.last_status());
  if (arguments.size() > 1) {
    const std::optional<uint64_t> wanted = ToNumber(arguments[1]);
    if (!wanted) {
      shell.Print(arguments[0] + ": " + arguments[1] + " is no status\n");
      return kStatusWrongArguments;
    }
    status = *wanted;
  }
  shell.End(status > kLargestStatus ? kLargestStatus : static_cast<int>(status));
  return shell.last_status();
}

int PowerOff(Shell& shell, const Arguments&) {
  shell.End(0);
  return 0;
}

constexpr size_t kAny = SIZE_MAX;
constexpr Builtin kBuiltins[] = {
    {"cat", "FILE...", "prints files of /boot", 1, kAny, &Cat},
    {"dmesg", "", "prints the debug log", 0, 0, &Dmesg},
    {"echo", "[WORD...]", "prints its arguments", 0, kAny, &Echo},
    {"exit", "[STATUS]", "ends the shell, and the system with it", 0, 1, &Exit},
    {"help", "", "prints this list", 0, 0, &Help},
    {"kill", "KOID", "ends a process", 1, 1, &Kill},
    {"ls", "[PATH]", "lists a folder", 0, 1, &Ls},
    {"mem", "", "shows what memory is used for", 0, 0, &Mem},
    {"poweroff", "", "switches the machine off", 0, 0, &PowerOff},
    {"ps", "", "lists processes", 0, 0, &Ps},
    {"sleep", "SECONDS", "waits", 1, 1, &Sleep},
    {"uptime", "", "shows how long the system has run", 0, 0, &Uptime},
};

}  // namespace

std::span<const Builtin> Builtins() { return kBuiltins; }

const Builtin* FindBuiltin(std::string_view name) {
  for (const Builtin& builtin : kBuiltins) {
    if (builtin.name == name) return &builtin;
  }
  return nullptr;
}

int RunBuiltin(const Builtin& builtin, Shell& shell, const Shell::Arguments& arguments) {
  const std::string usage = "usage: " + std::string(builtin.name) + " " +
                            std::string(builtin.arguments) + "\n  " + std::string(builtin.help) +
                            "\n";
  const size_t count = arguments.size() - 1;
  if (count == 1 && arguments[1] == "--help") {
    shell.Print(usage);
    return 0;
  }
  if (count < builtin.min_arguments || count > builtin.max_arguments) {
    shell.Print(usage);
    return kStatusWrongArguments;
  }
  return builtin.run(shell, arguments);
}

}  // namespace sirocco::shell
