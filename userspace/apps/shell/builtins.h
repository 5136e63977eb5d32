// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "userspace/apps/shell/command.h"
#include "userspace/apps/shell/task.h"

namespace sirocco::shell {

/// A command that is part of the shell. One of `run` and `start` is set.
struct Builtin {
  std::string_view name;
  std::string_view arguments;  // As the help shows them.
  std::string_view help;
  size_t min_arguments;
  size_t max_arguments;
  int (*run)(Invocation& invocation, std::string& text);  // Says all that it has to say at once.
  Task<int> (*start)(Invocation& invocation);             // Waits.
};

std::span<const Builtin> Builtins();
const Builtin* FindBuiltin(std::string_view name);

/// Answers --help and a wrong number of arguments itself. Returns the command's status.
Task<int> RunBuiltin(const Builtin& builtin, Invocation& invocation);

}  // namespace sirocco::shell
