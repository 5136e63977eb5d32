// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/init/bootstrap_message.h"

#include <algorithm>
#include <cstring>
#include <span>

namespace sirocco::init {
namespace {

// Calls `use(word)` for what stands between blanks.
template <typename Use>
void ForEachWord(std::string_view text, Use use) {
  while (!text.empty()) {
    const size_t length = std::min(text.find(' '), text.size());
    if (length > 0) use(text.substr(0, length));
    text.remove_prefix(std::min(length + 1, text.size()));
  }
}

}  // namespace

Result<MessagePtr> BootstrapMessage::Make(std::string_view environment) {
  uint32_t word_count = 0;
  uint32_t environment_size = 0;
  ForEachWord(environment, [&](std::string_view word) {
    ++word_count;
    environment_size += static_cast<uint32_t>(word.size()) + 1;
  });
  const uint32_t infos_size = count_ * sizeof(uint32_t);
  const zx_proc_args_t header = {
      .protocol = ZX_PROCARGS_PROTOCOL,
      .version = ZX_PROCARGS_VERSION,
      .handle_info_off = sizeof(header),
      .args_off = static_cast<uint32_t>(sizeof(header)) + infos_size,
      .args_num = 0,
      .environ_off = static_cast<uint32_t>(sizeof(header)) + infos_size,
      .environ_num = word_count,
      .names_off = 0,
      .names_num = 0,
  };
  const uint32_t size = header.environ_off + environment_size;
  if (size > Message::kSegmentBytes) return Error{ZX_ERR_OUT_OF_RANGE};
  TRY(MessagePtr message, Message::Create(size, count_));
  std::byte* const bytes = message->segment(0).data();
  std::memcpy(bytes, &header, sizeof(header));
  std::memcpy(bytes + header.handle_info_off, infos_.data(), infos_size);
  std::byte* at = bytes + header.environ_off;
  ForEachWord(environment, [&at](std::string_view word) {
    std::memcpy(at, word.data(), word.size());
    at[word.size()] = std::byte{0};
    at += word.size() + 1;
  });
  std::ranges::move(std::span(handles_).first(count_), message->handles().begin());
  count_ = 0;
  return message;
}

}  // namespace sirocco::init
