// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/apps/shell/shell.h"

#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/resource.h>

#include <algorithm>

#include "userspace/apps/shell/builtins.h"
#include "userspace/apps/shell/startup.h"
#include "userspace/lib/archive/archive.h"
#include "userspace/lib/process/launch.h"
#include "userspace/lib/stream/client.h"

namespace sirocco::shell {
namespace {

// As a shell's user sees a program's return code.
int StatusOf(int64_t return_code) {
  return return_code < 0 || return_code > kLargestStatus ? kLargestStatus
                                                         : static_cast<int>(return_code);
}

}  // namespace

zx_status_t Shell::Init() {
  console_ = process::OwnedHandle(zx_take_startup_handle(kConsole));
  root_job_ = process::OwnedHandle(zx_take_startup_handle(kRootJob));
  system_ = process::OwnedHandle(zx_take_startup_handle(PA_HND(PA_SYSTEM_RESOURCE, 0)));
  vdso_ = process::OwnedHandle(zx_take_startup_handle(PA_HND(PA_VMO_VDSO, 0)));
  job_ = zx_job_default();
  archive_vmo_ = process::OwnedHandle(zx_take_startup_handle(PA_HND(PA_VMO_BOOTDATA, 0)));
  uint64_t size = 0;
  zx_status_t status = zx_vmo_get_size(archive_vmo_.get(), &size);
  if (status != ZX_OK) return status;
  zx_vaddr_t address = 0;
  status =
      zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ, 0, archive_vmo_.get(), 0, size, &address);
  if (status != ZX_OK) return status;
  archive_ = {reinterpret_cast<const std::byte*>(address), size};
  status = zx_resource_create(system_.get(), ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_VMEX_BASE, 1,
                              "vmex", 4, vmex_.receive());
  if (status != ZX_OK) return status;
  return zx_resource_create(system_.get(), ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_INFO_BASE, 1, "info",
                            4, statistics_.receive());
}

void Shell::Print(std::string_view text) const {
  size_t actual = 0;
  // A console that is gone takes its output along; commands go on.
  stream::Write(console_.get(), std::as_bytes(std::span(text)), actual);
}

void Shell::Run(std::string_view line) {
  const ParseResult parsed = Parse(line);
  if (!parsed.ok()) {
    Print("shell: " + parsed.error + "\n");
    last_status_ = kStatusWrongArguments;
    return;
  }
  for (const List& list : parsed.lists) {
    for (const Pipeline& pipeline : list.pipelines) {
      if (list.is_background || pipeline.commands.size() != 1) {
        Print("shell: '&' and '|' are not there yet\n");
        last_status_ = kStatusWrongArguments;
      } else {
        last_status_ = RunCommand(pipeline.commands.front());
      }
      if (is_ending_) return;
      if (last_status_ != 0) break;
    }
  }
}

int Shell::RunCommand(const Command& command) {
  if (command.output) {
    Print("shell: '>' is not there yet\n");
    return kStatusWrongArguments;
  }
  Arguments arguments;
  for (const Word& word : command.words) arguments.push_back(word.Expand(last_status_));
  const std::string& name = arguments.front();
  if (const Builtin* builtin = FindBuiltin(name)) return RunBuiltin(*builtin, *this, arguments);
  std::string path = name;
  if (path.starts_with("/boot/")) path.erase(0, 6);
  if (path.find('/') == std::string::npos) path = "bin/" + path;
  archive::Entry entry;
  if (!archive::Find(archive_, path, entry)) {
    Print(name + ": no such command\n");
    return kStatusUnknownCommand;
  }
  return RunProgram(path, arguments);
}

int Shell::RunProgram(std::string_view image_name, const Arguments& arguments) {
  archive::Entry entry;
  archive::Find(archive_, image_name, entry);
  zx_handle_t output = ZX_HANDLE_INVALID;
  if (const zx_status_t status = stream::Clone(console_.get(), output); status != ZX_OK) {
    return kLargestStatus;
  }
  const auto copy = [](zx_handle_t handle, zx_rights_t rights = ZX_RIGHT_SAME_RIGHTS) {
    zx_handle_t made = ZX_HANDLE_INVALID;
    zx_handle_duplicate(handle, rights, &made);
    return made;
  };
  // The means to read /boot, and to start programs and look at the system as the shell does.
  const process::StartupHandle handles[] = {
      {PA_HND(PA_FD, 0x8000), output},
      {PA_HND(PA_JOB_DEFAULT, 0), copy(job_)},
      {PA_HND(PA_VMO_BOOTDATA, 0), copy(archive_vmo_.get())},
      {PA_HND(PA_SYSTEM_RESOURCE, ZX_RSRC_SYSTEM_VMEX_BASE), copy(vmex_.get())},
      {PA_HND(PA_SYSTEM_RESOURCE, ZX_RSRC_SYSTEM_INFO_BASE), copy(statistics_.get())},
  };
  std::vector<std::string_view> words(arguments.begin(), arguments.end());
  process::Outcome outcome = process::Launch({.job = job_,
                                              .name = arguments.front(),
                                              .image = entry.data,
                                              .vdso = vdso_.get(),
                                              .vmex = vmex_.get(),
                                              .args = words,
                                              .environment = {},
                                              .handles = handles});
  if (outcome.status != ZX_OK) {
    Print(arguments.front() + ": cannot be started: " + outcome.step + " failed with status " +
          std::to_string(outcome.status) + "\n");
    return kLargestStatus;
  }
  zx_object_wait_one(outcome.process.get(), ZX_PROCESS_TERMINATED, ZX_TIME_INFINITE, nullptr);
  zx_info_process_t info = {};
  zx_object_get_info(outcome.process.get(), ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr);
  return StatusOf(info.return_code);
}

}  // namespace sirocco::shell
