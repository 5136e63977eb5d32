// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "userspace/apps/shell/shell.h"

namespace sirocco::shell {

/// A command that is part of the shell.
struct Builtin {
  std::string_view name;
  std::string_view arguments;  // As the help shows them.
  std::string_view help;
  size_t min_arguments;
  size_t max_arguments;
  int (*run)(Shell& shell, const Shell::Arguments& arguments);  // arguments[0] is the name.
};

std::span<const Builtin> Builtins();
const Builtin* FindBuiltin(std::string_view name);

/// Answers --help and a wrong number of arguments itself. Returns the command's status.
int RunBuiltin(const Builtin& builtin, Shell& shell, const Shell::Arguments& arguments);

}  // namespace sirocco::shell
