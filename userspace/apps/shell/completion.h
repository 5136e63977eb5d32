// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "userspace/apps/shell/editor.h"

namespace sirocco::shell {

/// A name in a folder.
struct FolderEntry {
  std::string name;
  bool is_folder = false;
};

/// Where names come from.
struct CompletionSource {
  std::function<std::vector<std::string>()> commands;
  std::function<std::vector<FolderEntry>(const std::string& folder)> list;
};

/// Completes the word at the cursor: a command's name where one stands, else a path. A complete
/// name gets a space behind it, a folder a '/'. Nothing inside quotes.
Completion Complete(const CompletionSource& source, std::string_view line, size_t cursor);

}  // namespace sirocco::shell
