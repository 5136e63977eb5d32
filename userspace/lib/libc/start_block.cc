// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/lib/libc/start_block.h"

#include <string_view>

namespace sirocco::libc {
namespace {

uintptr_t* PutStrings(process::StringTable strings, uintptr_t* word) {
  std::string_view string;
  // The message has a NUL behind each.
  while (strings.Next(string)) *word++ = reinterpret_cast<uintptr_t>(string.data());
  *word++ = 0;
  return word;
}

}  // namespace

size_t StartBlockWords(const process::Message& message, size_t auxiliary_count) {
  return 1 + message.args().left() + 1 + message.environment().left() + 1 +
         2 * (auxiliary_count + 1);
}

void WriteStartBlock(const process::Message& message, std::span<const Auxiliary> auxiliary,
                     std::span<uintptr_t> words) {
  uintptr_t* word = words.data();
  *word++ = message.args().left();
  word = PutStrings(message.args(), word);
  word = PutStrings(message.environment(), word);
  for (const Auxiliary& entry : auxiliary) {
    *word++ = entry.type;
    *word++ = entry.value;
  }
  *word++ = 0;  // AT_NULL
  *word++ = 0;
}

}  // namespace sirocco::libc
