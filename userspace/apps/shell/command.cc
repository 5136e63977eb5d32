// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/apps/shell/command.h"

#include <zircon/processargs.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/resource.h>

#include <cstdio>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "userspace/apps/shell/builtins.h"
#include "userspace/apps/shell/parser.h"
#include "userspace/apps/shell/pipe.h"
#include "userspace/lib/process/launch.h"
#include "userspace/lib/process/owned_handle.h"

namespace sirocco::shell {
namespace {

using process::OwnedHandle;

constexpr char kTime[] = "time";

// As a shell's user sees a program's return code.
int StatusOf(int64_t return_code) {
  return return_code < 0 || return_code > kLargestStatus ? kLargestStatus
                                                         : static_cast<int>(return_code);
}

// The image of the program `name`: of /boot/bin, or at a path.
std::optional<std::span<const std::byte>> FindProgram(const Files& files, const std::string& name) {
  const bool is_path = name.find('/') != std::string::npos;
  return files.BootFile(is_path ? name : "/boot/bin/" + name);
}

// A channel to what stands behind `sink`: its own if it has one, else through the shell.
zx_handle_t ConnectOutput(Job& job, const std::shared_ptr<Sink>& sink) {
  const zx_handle_t direct = sink->Connect();
  return direct != ZX_HANDLE_INVALID ? direct : job.connections.Connect(nullptr, sink);
}

zx_handle_t Copy(zx_handle_t handle) {
  zx_handle_t copy = ZX_HANDLE_INVALID;
  zx_handle_duplicate(handle, ZX_RIGHT_SAME_RIGHTS, &copy);
  return copy;
}

process::Outcome Launch(const Invocation& invocation, std::span<const std::byte> image) {
  Shell& shell = invocation.shell;
  Job& job = invocation.job;
  const zx_handle_t kernel_job = job.Handle(shell.job());
  // Streams, and the means to read /boot, to start programs and to look at the system.
  const process::StartupHandle handles[] = {
      {PA_HND(PA_FD, 0), job.connections.Connect(invocation.in, nullptr)},
      {PA_HND(PA_FD, 1), ConnectOutput(job, invocation.out)},
      {PA_HND(PA_FD, 2), ConnectOutput(job, shell.terminal().NewSink())},
      {PA_HND(PA_JOB_DEFAULT, 0), Copy(kernel_job)},
      {PA_HND(PA_VMO_BOOTDATA, 0), Copy(shell.archive())},
      {PA_HND(PA_SYSTEM_RESOURCE, ZX_RSRC_SYSTEM_VMEX_BASE), Copy(shell.vmex())},
      {PA_HND(PA_SYSTEM_RESOURCE, ZX_RSRC_SYSTEM_INFO_BASE), Copy(shell.statistics())},
  };
  const std::vector<std::string_view> words(invocation.arguments.begin(),
                                            invocation.arguments.end());
  return process::Launch({.job = kernel_job,
                          .name = words.front(),
                          .image = image,
                          .vdso = shell.vdso(),
                          .vmex = shell.vmex(),
                          .args = words,
                          .environment = {},
                          .handles = handles});
}

Task<int> RunProgram(Invocation invocation) {
  Shell& shell = invocation.shell;
  const std::string name = invocation.arguments.front();
  const auto image = FindProgram(shell.files(), name);
  if (!image) {
    shell.terminal().Print(name + ": no such command\n");
    co_return kStatusUnknownCommand;
  }
  const process::Outcome outcome = Launch(invocation, *image);
  // From here on the program alone holds its ends of pipes.
  invocation.in.reset();
  invocation.out.reset();
  if (outcome.status != ZX_OK) {
    shell.terminal().Print(name + ": cannot be started: " + outcome.step + " failed with status " +
                           std::to_string(outcome.status) + "\n");
    co_return kLargestStatus;
  }
  auto ended = shell.loop().Signal(outcome.process.get(), ZX_PROCESS_TERMINATED);
  co_await ended;
  zx_info_process_t info = {};
  zx_object_get_info(outcome.process.get(), ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr);
  co_return StatusOf(info.return_code);
}

Task<int> RunCommand(Invocation invocation) {
  // Local, so that its ends of pipes go with the command and not with its frame.
  Invocation mine = std::move(invocation);
  const Builtin* builtin = FindBuiltin(mine.arguments.front());
  Task<int> work = builtin != nullptr ? RunBuiltin(*builtin, mine) : RunProgram(std::move(mine));
  const int status = co_await work;
  co_return status;
}

struct Prepared {
  Arguments arguments;
  std::shared_ptr<Sink> output;  // Null: not redirected.
};

// False after an error, which was printed.
bool Prepare(Shell& shell, const Command& command, int last_status, Prepared& prepared) {
  for (const Word& word : command.words) prepared.arguments.push_back(word.Expand(last_status));
  if (!command.output) return true;
  const std::string path = command.output->Expand(last_status);
  const zx_status_t status = shell.files().Create(path, prepared.output);
  if (status == ZX_OK) return true;
  shell.terminal().Print("shell: " + path +
                         (status == ZX_ERR_ACCESS_DENIED ? ": only files /tmp/NAME can be written\n"
                                                         : ": there is no memory for it\n"));
  return false;
}

// `time` before a pipeline is the shell's, unless it asks for help or has nothing to time.
bool TakeTime(Arguments& arguments) {
  if (arguments.front() != kTime || arguments.size() == 1 || arguments[1] == "--help") return false;
  arguments.erase(arguments.begin());
  return true;
}

std::string Seconds(zx_duration_mono_t nanoseconds) {
  char text[32];
  std::snprintf(text, sizeof(text), "%lld.%03lld", static_cast<long long>(nanoseconds / 1000000000),
                static_cast<long long>(nanoseconds / 1000000 % 1000));
  return text;
}

// Starts all commands of a pipeline; one task each.
std::vector<Task<int>> StartAll(Shell& shell, Job& job, std::vector<Prepared> commands,
                                int last_status) {
  std::vector<Task<int>> tasks;
  const bool has_terminal = job.number == 0 && shell.terminal().has_input();
  std::shared_ptr<Source> in =
      has_terminal ? shell.terminal().NewSource() : std::make_shared<NoInput>();
  for (size_t i = 0; i < commands.size(); ++i) {
    PipeEnds pipe;
    if (i + 1 < commands.size()) {
      pipe = MakePipe();
    } else {
      pipe.sink = shell.terminal().NewSink();
    }
    if (commands[i].output != nullptr) pipe.sink = std::move(commands[i].output);
    tasks.push_back(RunCommand({.shell = shell,
                                .job = job,
                                .arguments = std::move(commands[i].arguments),
                                .in = std::move(in),
                                .out = std::move(pipe.sink),
                                .last_status = last_status}));
    tasks.back().Start();
    in = std::move(pipe.source);
  }
  return tasks;
}

Task<int> RunPipeline(Shell& shell, Job& job, const Pipeline& pipeline, int last_status) {
  std::vector<Prepared> commands(pipeline.commands.size());
  for (size_t i = 0; i < commands.size(); ++i) {
    if (!Prepare(shell, pipeline.commands[i], last_status, commands[i])) {
      co_return kStatusWrongArguments;
    }
  }
  const bool is_timed = TakeTime(commands.front().arguments);
  const zx_instant_mono_t start = zx_clock_get_monotonic();
  const zx_duration_mono_t cpu_start = job.cpu_time();
  std::vector<Task<int>> tasks = StartAll(shell, job, std::move(commands), last_status);
  int status = 0;
  for (Task<int>& task : tasks) {
    status = co_await task;
  }
  if (is_timed) {
    shell.terminal().Print("real " + Seconds(zx_clock_get_monotonic() - start) + " s, programs " +
                           Seconds(job.cpu_time() - cpu_start) + " s\n");
  }
  co_return status;
}

}  // namespace

Task<int> RunList(Shell& shell, std::shared_ptr<Job> job) {
  int status = shell.last_status();
  for (const Pipeline& pipeline : job->list.pipelines) {
    status = co_await RunPipeline(shell, *job, pipeline, status);
    if (status != 0) break;
  }
  co_return status;
}

}  // namespace sirocco::shell
