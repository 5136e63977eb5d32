// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/apps/shell/shell.h"

#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/resource.h>

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "userspace/apps/shell/builtins.h"
#include "userspace/apps/shell/command.h"
#include "userspace/apps/shell/completion.h"
#include "userspace/apps/shell/editor.h"
#include "userspace/apps/shell/history.h"
#include "userspace/apps/shell/parser.h"
#include "userspace/apps/shell/startup.h"
#include "userspace/lib/stream/client.h"

namespace sirocco::shell {
namespace {

using process::OwnedHandle;

constexpr char kPrompt[] = "> ";
constexpr char kPrograms[] = "/boot/bin";

CompletionSource SourceOf(const Files& files) {
  return {
      .commands =
          [&files] {
            std::vector<std::string> names;
            for (const Builtin& builtin : Builtins()) names.emplace_back(builtin.name);
            for (FolderEntry& program :
                 files.List(kPrograms).value_or(std::vector<FolderEntry>())) {
              names.push_back(std::move(program.name));
            }
            return names;
          },
      .list =
          [&files](const std::string& folder) {
            return files.List(folder).value_or(std::vector<FolderEntry>());
          },
  };
}

}  // namespace

Shell::Shell()
    : terminal_(loop_),
      jobs_(
          loop_, [this](std::shared_ptr<Job> job) { return RunList(*this, std::move(job)); },
          [this](const Job& job) { terminal_.Notify(NewsOf(job)); }) {}

zx_status_t Shell::Init() {
  terminal_.Open(OwnedHandle(zx_take_startup_handle(kConsole)));
  root_job_ = OwnedHandle(zx_take_startup_handle(kRootJob));
  system_ = OwnedHandle(zx_take_startup_handle(PA_HND(PA_SYSTEM_RESOURCE, 0)));
  vdso_ = OwnedHandle(zx_take_startup_handle(PA_HND(PA_VMO_VDSO, 0)));
  job_ = zx_job_default();
  archive_ = OwnedHandle(zx_take_startup_handle(PA_HND(PA_VMO_BOOTDATA, 0)));
  uint64_t size = 0;
  zx_status_t status = zx_vmo_get_size(archive_.get(), &size);
  if (status != ZX_OK) return status;
  zx_vaddr_t address = 0;
  status = zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ, 0, archive_.get(), 0, size, &address);
  if (status != ZX_OK) return status;
  files_.set_archive({reinterpret_cast<const std::byte*>(address), size});
  status = loop_.Init();
  if (status != ZX_OK) return status;
  status = zx_resource_create(system_.get(), ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_VMEX_BASE, 1,
                              "vmex", 4, vmex_.receive());
  if (status != ZX_OK) return status;
  return zx_resource_create(system_.get(), ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_INFO_BASE, 1, "info",
                            4, statistics_.receive());
}

void Shell::End(int status) {
  is_ending_ = true;
  last_status_ = status;
}

int Shell::RunScript(std::string script) { return RunToEnd(ScriptMain(std::move(script))); }
int Shell::RunTerminal() { return RunToEnd(TerminalMain()); }

int Shell::RunToEnd(Task<Done> main) {
  main.Start();
  RunReady();
  while (!is_ending_ && !main.is_done()) loop_.Turn();
  // Programs must not outlive the shell: the machine ends with its last process.
  jobs_.KillProcesses();
  return last_status_;
}

Task<Done> Shell::ScriptMain(std::string script) {
  std::string_view text = script;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    co_await RunLine(std::string(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  co_return Done();
}

Task<Done> Shell::TerminalMain() {
  const zx_status_t status =
      terminal_.Listen([this] { return jobs_.KillFront(kStatusInterrupted); });
  if (status != ZX_OK) co_return Done();
  const CompletionSource source = SourceOf(files_);
  History history;
  LineEditor editor(&history, [&source](std::string_view line, size_t cursor) {
    return Complete(source, line, cursor);
  });
  stream::Window window;
  if (stream::GetWindow(terminal_.console(), window) == ZX_OK) editor.set_columns(window.width);
  terminal_.Print("Sirocco. `help` lists the commands.\n");
  for (;;) {
    const std::optional<std::string> line = co_await terminal_.ReadLine(editor, kPrompt);
    if (!line) break;
    history.Add(*line);
    co_await RunLine(*line);
  }
  // With the console gone, what was started goes on. Its user's Ctrl-D ends it.
  if (terminal_.is_gone()) {
    co_await jobs_.WaitForAll();
  }
  co_return Done();
}

Task<Done> Shell::RunLine(std::string line) {
  ParseResult parsed = Parse(line);
  if (!parsed.ok()) {
    terminal_.Print("shell: " + parsed.error + "\n");
    last_status_ = kStatusWrongArguments;
  }
  for (List& list : parsed.lists) {
    if (list.is_background) {
      const std::shared_ptr<Job> job = jobs_.StartInBackground(std::move(list));
      if (terminal_.has_input()) terminal_.Print("[" + std::to_string(job->number) + "]\n");
      last_status_ = 0;
    } else {
      const std::shared_ptr<Job> job = jobs_.StartInFront(std::move(list));
      last_status_ = co_await WaitFor(job);
      if (!job->was_killed) continue;
      terminal_.Print("^C\n");
      break;  // The rest of the line was typed for what has been given up.
    }
  }
  co_return Done();
}

std::string Shell::NewsOf(const Job& job) const {
  std::string end = "done";
  if (job.was_killed) {
    end = "killed";
  } else if (job.status != 0) {
    end = "status " + std::to_string(job.status);
  }
  return "[" + std::to_string(job.number) + "] " + end + ": " + job.list.text;
}

}  // namespace sirocco::shell
