// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "userspace/apps/shell/command.h"
#include "userspace/apps/shell/task.h"

// The built-in commands; builtins.cc has their table.

namespace sirocco::shell {

// Of files.
Task<int> Cat(Invocation& invocation);
int Ls(Invocation& invocation, std::string& text);

// Of the system.
int Dmesg(Invocation& invocation, std::string& text);
int Mem(Invocation& invocation, std::string& text);
int Ps(Invocation& invocation, std::string& text);
int Uptime(Invocation& invocation, std::string& text);

// Of jobs and processes.
Task<int> Fg(Invocation& invocation);
int ListJobs(Invocation& invocation, std::string& text);
int Kill(Invocation& invocation, std::string& text);

/// Says on the terminal what went wrong, and returns `status`.
int Fail(const Invocation& invocation, std::string_view what, int status);

/// All of `text` as a number.
std::optional<uint64_t> ToNumber(std::string_view text);

}  // namespace sirocco::shell
