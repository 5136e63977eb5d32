// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// The shell: runs the commands of the boot archive if there are some, else those of the console.

#include <zircon/types.h>

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "userspace/apps/shell/shell.h"
#include "userspace/apps/shell/startup.h"

namespace {

constexpr int kStatusNoStart = 198;

int Main() {
  sirocco::shell::Shell shell;
  if (shell.Init() != ZX_OK) return kStatusNoStart;
  const std::optional<std::string> script =
      shell.files().Text(std::string("/boot/") + sirocco::shell::kCommandsName);
  return script ? shell.RunScript(*script) : shell.RunTerminal();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) {
    const bool wants_help = std::string_view(argv[1]) == "--help";
    std::puts("usage: shell\n  the system's shell; userboot starts it");
    return wants_help ? 0 : sirocco::shell::kStatusWrongArguments;
  }
  return Main();
}
