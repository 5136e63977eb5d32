// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// The shell: runs the commands of the boot archive if there are some, else those of the console.

#include <zircon/types.h>

#include <algorithm>
#include <string>

#include "userspace/apps/shell/builtins.h"
#include "userspace/apps/shell/completion.h"
#include "userspace/apps/shell/editor.h"
#include "userspace/apps/shell/history.h"
#include "userspace/apps/shell/shell.h"
#include "userspace/apps/shell/startup.h"
#include "userspace/lib/archive/archive.h"
#include "userspace/lib/stream/client.h"

namespace sirocco::shell {
namespace {

constexpr int kStatusNoStart = 198;

CompletionSource SourceOf(const Shell& shell) {
  return {
      .commands =
          [] {
            std::vector<std::string> names;
            for (const Builtin& builtin : Builtins()) names.emplace_back(builtin.name);
            return names;
          },
      .list =
          [&shell](const std::string& folder) {
            std::vector<FolderEntry> entries;
            if (folder == "/") entries.push_back({"boot", true});
            archive::Reader reader(shell.archive());
            archive::Entry entry;
            while (reader.Next(entry) == archive::Step::kEntry) {
              const std::string path = "/boot/" + std::string(archive::Canonical(entry.name));
              if (!entry.is_file() || !path.starts_with(folder)) continue;
              const std::string rest = path.substr(folder.size());
              const size_t slash = rest.find('/');
              FolderEntry found{rest.substr(0, slash), slash != std::string::npos};
              const bool is_known = std::ranges::any_of(
                  entries, [&](const FolderEntry& known) { return known.name == found.name; });
              if (!is_known && !found.name.empty()) entries.push_back(std::move(found));
            }
            return entries;
          },
  };
}

void RunConsole(Shell& shell) {
  const CompletionSource source = SourceOf(shell);
  History history;
  LineEditor editor(&history, [&source](std::string_view line, size_t cursor) {
    return Complete(source, line, cursor);
  });
  stream::Window window;
  if (stream::GetWindow(shell.console(), window) == ZX_OK) editor.set_columns(window.width);
  shell.Print("Sirocco. `help` lists the commands.\n");
  shell.Print(editor.Begin("> "));
  std::byte buffer[64];
  size_t size = 0;
  while (stream::Read(shell.console(), buffer, size) == ZX_OK && size != 0) {
    for (size_t i = 0; i < size; ++i) {
      const LineEditor::Step step = editor.Feed(static_cast<uint8_t>(buffer[i]));
      shell.Print(step.show);
      if (step.event == LineEditor::Event::kNone) continue;
      if (step.event == LineEditor::Event::kEndOfInput) return;
      if (step.event == LineEditor::Event::kLine) {
        history.Add(editor.line());
        shell.Run(editor.line());
        if (shell.is_ending()) return;
      }
      shell.Print(editor.Begin("> "));
    }
  }
}

int Main() {
  Shell shell;
  if (shell.Init() != ZX_OK) return kStatusNoStart;
  archive::Entry commands;
  if (archive::Find(shell.archive(), kCommandsName, commands)) {
    std::string_view text = commands.text();
    while (!text.empty() && !shell.is_ending()) {
      const size_t end = std::min(text.find('\n'), text.size());
      shell.Run(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  } else {
    RunConsole(shell);
  }
  return shell.last_status();
}

}  // namespace
}  // namespace sirocco::shell

int main() { return sirocco::shell::Main(); }
