// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "userspace/apps/shell/byte_stream.h"
#include "userspace/apps/shell/jobs.h"
#include "userspace/apps/shell/shell.h"
#include "userspace/apps/shell/task.h"

namespace sirocco::shell {

using Arguments = std::vector<std::string>;  // The first is the command's name.

/// A command that runs: where its bytes come from and go to. Errors go to the terminal.
struct Invocation {
  Shell& shell;
  Job& job;
  Arguments arguments;
  std::shared_ptr<Source> in;
  std::shared_ptr<Sink> out;
  int last_status = 0;  // $? as it began.
};

/// What a job does: its pipelines, each after the success of the one before. Its status is that of
/// the last one that ran; a pipeline's is that of its last command.
Task<int> RunList(Shell& shell, std::shared_ptr<Job> job);

}  // namespace sirocco::shell
