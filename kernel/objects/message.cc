// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/message.h"

#include <algorithm>
#include <new>

namespace sirocco {

Result<MessagePtr> Message::Create(uint32_t size_bytes, uint32_t handle_count) {
  const size_t head_bytes = sizeof(Message) + handle_count * sizeof(Handle);
  const bool is_large = head_bytes + size_bytes > kMaxBlockBytes;
  const size_t segments = is_large ? (size_bytes + kSegmentBytes - 1) / kSegmentBytes : 0;
  const size_t tail_bytes = is_large ? segments * sizeof(std::byte*) : size_bytes;
  void* block = ::operator new(head_bytes + tail_bytes, std::nothrow);
  if (block == nullptr) return Error(ZX_ERR_NO_MEMORY);
  Ptr message(new (block) Message(size_bytes, handle_count, is_large));
  std::uninitialized_default_construct_n(message->handles().data(), handle_count);
  std::fill_n(message->Segments(), segments, nullptr);
  for (size_t i = 0; i < segments; ++i) {
    const size_t bytes = message->segment(i).size();
    message->Segments()[i] = static_cast<std::byte*>(::operator new(bytes, std::nothrow));
    if (message->Segments()[i] == nullptr) return Error(ZX_ERR_NO_MEMORY);
  }
  return message;
}

Result<MessagePtr> Message::Create(RegisterMessage& content) { return Create(content.bytes(), {}); }

Result<MessagePtr> Message::Create(std::span<const std::byte> bytes, std::span<Handle> handles) {
  TRY(Ptr message,
      Create(static_cast<uint32_t>(bytes.size()), static_cast<uint32_t>(handles.size())));
  std::ranges::copy(bytes, message->segment(0).data());
  std::ranges::move(handles, message->handles().data());
  return message;
}

static_assert(arch::UserContext::kWords * sizeof(uint64_t) == RegisterMessage::kMaxBytes);

RegisterMessage RegisterMessage::From(const arch::UserContext& context) {
  RegisterMessage message;
  for (size_t i = 0; i < message.words.size(); ++i) message.words[i] = context.word(i);
  message.size_bytes = static_cast<uint32_t>(context.word_bytes());
  return message;
}

void RegisterMessage::CopyTo(arch::UserContext& context) const {
  for (size_t i = 0; i < words.size(); ++i) context.set_word(i, words[i]);
  context.set_word_bytes(size_bytes);
}

void Message::CopyTo(RegisterMessage& registers) {
  KASSERT(fits_registers());
  registers.words = {};
  registers.size_bytes = size_bytes_;
  std::ranges::copy(segment(0), registers.bytes().data());
}

void Message::Destroy(Message* message, CloseList& list) {
  for (Handle& handle : message->handles()) handle.CloseInto(list);
  if (message->is_large_) {
    for (uint32_t i = 0; i < message->segment_count(); ++i)
      ::operator delete(message->Segments()[i]);
  }
  const size_t block_bytes = message->BlockBytes();
  message->~Message();
  ::operator delete(static_cast<void*>(message), block_bytes);
}

void Message::DestroyWhole(Message* message) {
  CloseList list;
  Destroy(message, list);
}

}  // namespace sirocco
