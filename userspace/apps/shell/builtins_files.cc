// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "userspace/apps/shell/builtin_commands.h"

namespace sirocco::shell {
namespace {

// Between two of these the shell looks at what else happens: a long text can be interrupted.
constexpr size_t kPiece = 4096;

Task<bool> WriteInPieces(Invocation& invocation, std::string_view text) {
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, kPiece);
    const bool is_taken = co_await invocation.out->Write(piece);
    if (!is_taken) co_return false;
    text.remove_prefix(piece.size());
    Loop::TimeWait turn = invocation.shell.loop().Until(0);
    co_await turn;
  }
  co_return true;
}

Task<int> CopyInput(Invocation& invocation) {
  for (;;) {
    const std::string data = co_await invocation.in->Read(kPiece);
    if (data.empty()) break;
    const bool is_taken = co_await invocation.out->Write(data);
    if (!is_taken) co_return 1;
  }
  co_return 0;
}

}  // namespace

Task<int> Cat(Invocation& invocation) {
  if (invocation.arguments.size() == 1) {
    const int status = co_await CopyInput(invocation);
    co_return status;
  }
  for (size_t i = 1; i < invocation.arguments.size(); ++i) {
    const std::string& path = invocation.arguments[i];
    const std::optional<std::string> text = invocation.shell.files().Text(path);
    if (!text) co_return Fail(invocation, path + ": no such file", 1);
    const bool is_taken = co_await WriteInPieces(invocation, *text);
    if (!is_taken) co_return 1;
  }
  co_return 0;
}

int Ls(Invocation& invocation, std::string& text) {
  const Files& files = invocation.shell.files();
  const std::string path = invocation.arguments.size() > 1 ? invocation.arguments[1] : "/";
  if (const auto entries = files.List(path)) {
    for (const FolderEntry& entry : *entries) text += entry.name + (entry.is_folder ? "/\n" : "\n");
    return 0;
  }
  const std::optional<std::string> contents = files.Text(path);
  if (!contents) return Fail(invocation, path + ": no such file or folder", 1);
  text = std::to_string(contents->size()) + "  " + path + "\n";
  return 0;
}

}  // namespace sirocco::shell
