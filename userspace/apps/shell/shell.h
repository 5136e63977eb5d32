// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "userspace/apps/shell/files.h"
#include "userspace/apps/shell/jobs.h"
#include "userspace/apps/shell/loop.h"
#include "userspace/apps/shell/task.h"
#include "userspace/apps/shell/terminal.h"
#include "userspace/lib/process/owned_handle.h"

namespace sirocco::shell {

/// Statuses of the shell's own making.
inline constexpr int kStatusWrongArguments = 2;
inline constexpr int kStatusUnknownCommand = 127;
inline constexpr int kStatusInterrupted = 130;
inline constexpr int kLargestStatus = 199;

/// What commands work with: the handles that the shell was started with, files, the terminal, and
/// jobs. Runs lines of the parser's language.
class Shell {
 public:
  Shell();

  /// Takes the startup handles. Errors: what is missing or cannot be mapped.
  zx_status_t Init();

  /// Runs the lines of `script`, or those of the terminal, to the end. Returns the status of the
  /// last command.
  int RunScript(std::string script);
  int RunTerminal();

  /// Ends the shell with `status`, whatever runs. For `exit` and `poweroff`.
  void End(int status);

  int last_status() const { return last_status_; }

  Loop& loop() { return loop_; }
  Files& files() { return files_; }
  Terminal& terminal() { return terminal_; }
  Jobs& jobs() { return jobs_; }

  zx_handle_t job() const { return job_; }
  zx_handle_t vdso() const { return vdso_.get(); }
  zx_handle_t vmex() const { return vmex_.get(); }
  zx_handle_t statistics() const { return statistics_.get(); }
  zx_handle_t archive() const { return archive_.get(); }
  zx_handle_t root_job() const { return root_job_.get(); }
  zx_handle_t system_resource() const { return system_.get(); }

 private:
  int RunToEnd(Task<Done> main);
  Task<Done> ScriptMain(std::string script);
  Task<Done> TerminalMain();
  Task<Done> RunLine(std::string line);
  std::string NewsOf(const Job& job) const;

  process::OwnedHandle root_job_;
  process::OwnedHandle system_;
  process::OwnedHandle vdso_;
  process::OwnedHandle vmex_;
  process::OwnedHandle statistics_;  // Reads ZX_INFO_KMEM_STATS.
  process::OwnedHandle archive_;
  zx_handle_t job_ = ZX_HANDLE_INVALID;  // JOB_DEFAULT: the process's own.
  Loop loop_;
  Files files_;
  Terminal terminal_;
  Jobs jobs_;
  int last_status_ = 0;
  bool is_ending_ = false;
};

}  // namespace sirocco::shell
