// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/apps/shell/completion.h"

#include <algorithm>

#include "userspace/apps/shell/parser.h"

namespace sirocco::shell {
namespace {

void CompletePath(const CompletionSource& source, const std::string& word, Completion& completion) {
  const size_t slash = word.rfind('/');
  const std::string folder = slash == word.npos ? "" : word.substr(0, slash + 1);
  for (const FolderEntry& entry : source.list(folder)) {
    const std::string path = folder + entry.name;
    if (!path.starts_with(word)) continue;
    completion.candidates.push_back(path + (entry.is_folder ? "/" : " "));
  }
}

}  // namespace

Completion Complete(const CompletionSource& source, std::string_view line, size_t cursor) {
  const Context context = FindContext(line, cursor);
  Completion completion{.start = context.word_start};
  if (context.is_quoted) return completion;
  const std::string word(line.substr(context.word_start, cursor - context.word_start));
  if (context.is_command && word.find('/') == word.npos) {
    for (const std::string& name : source.commands()) {
      if (name.starts_with(word)) completion.candidates.push_back(name + " ");
    }
  } else {
    CompletePath(source, word, completion);
  }
  std::ranges::sort(completion.candidates);
  const auto repeated = std::ranges::unique(completion.candidates);
  completion.candidates.erase(repeated.begin(), repeated.end());
  return completion;
}

}  // namespace sirocco::shell
