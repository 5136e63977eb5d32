// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>

#include "kernel/arch/user.h"
#include "kernel/base/kassert.h"
#include "kernel/base/list.h"
#include "kernel/base/result.h"
#include "kernel/objects/handle.h"

namespace sirocco {

/// A message in registers: what the hand-off pair carries, see <sirocco/channel_handoff.h>.
struct RegisterMessage {
  static constexpr uint32_t kMaxBytes = 56;

  std::span<std::byte> bytes() {
    return std::as_writable_bytes(std::span(words)).first(size_bytes);
  }
  zx_txid_t txid() const { return static_cast<zx_txid_t>(words[0]); }
  void set_txid(zx_txid_t txid) { words[0] = (words[0] & ~uint64_t{UINT32_MAX}) | txid; }

  /// What a call of the hand-off pair brought, and what it takes back.
  static RegisterMessage From(const arch::UserContext& context);
  void CopyTo(arch::UserContext& context) const;

  std::array<uint64_t, 7> words{};
  uint32_t size_bytes = 0;
};

struct MessageSize {
  uint32_t bytes = 0;
  uint32_t handles = 0;
};

/// A message on its way, with the handles in it. One block of memory when it is small; the bytes of
/// a large one lie in segments, which are filled and read one at a time with no lock held. A small
/// one without handles is *short*: nothing follows from its end.
class Message : public ListNode<Message> {
 public:
  static constexpr uint32_t kSegmentBytes = 16 * 1024;
  static constexpr uint32_t kMaxSegments = ZX_CHANNEL_MAX_MSG_BYTES / kSegmentBytes;

  // Beyond this a block would no longer come from a slab.
  static constexpr size_t kMaxBlockBytes = 2048;

  struct Deleter {
    void operator()(Message* message) const {
      if (message->is_short()) [[likely]]
        return DestroyShort(message);
      DestroyWhole(message);
    }
  };
  using Ptr = std::unique_ptr<Message, Deleter>;

  /// Bytes are not initialised, handles are empty. Both counts are within the limits of a channel.
  /// **Errors** ZX_ERR_NO_MEMORY.
  static Result<Ptr> Create(uint32_t size_bytes, uint32_t handle_count);
  static Result<Ptr> Create(RegisterMessage& content);
  /// Of at most kSegmentBytes, and of handles that it takes.
  static Result<Ptr> Create(std::span<const std::byte> bytes, std::span<Handle> handles);
  /// A short one of these bytes, at most kMaxShortBytes; null when there is no memory.
  static Ptr CreateShort(std::span<const std::byte> bytes);

  /// Ends it; what follows from closing its handles is left in `list`.
  static void Destroy(Message* message, CloseList& list);
  /// The same for a short one.
  static void DestroyShort(Message* message);

  uint32_t size_bytes() const { return size_bytes_; }
  uint32_t handle_count() const { return handle_count_; }
  MessageSize size() const { return {size_bytes_, handle_count_}; }
  bool is_short() const { return handle_count_ == 0 && !is_large_; }
  std::span<Handle> handles() { return {reinterpret_cast<Handle*>(this + 1), handle_count_}; }

  /// The bytes, in order: all of a small message, kSegmentBytes but for the last of a large one.
  uint32_t segment_count() const {
    return is_large_ ? (size_bytes_ + kSegmentBytes - 1) / kSegmentBytes : 1;
  }
  std::span<std::byte> segment(uint32_t index) {
    if (!is_large_) return {Tail(), size_bytes_};
    const uint32_t begin = index * kSegmentBytes;
    return {Segments()[index],
            size_bytes_ - begin < kSegmentBytes ? size_bytes_ - begin : kSegmentBytes};
  }

  /// All of a short one's.
  std::span<const std::byte> short_bytes() const {
    KASSERT(is_short());
    return {reinterpret_cast<const std::byte*>(this + 1), size_bytes_};
  }

  /// The first four bytes; 0 of a shorter message.
  zx_txid_t txid() {
    zx_txid_t txid = 0;
    if (size_bytes_ >= sizeof(txid)) std::memcpy(&txid, segment(0).data(), sizeof(txid));
    return txid;
  }
  void set_txid(zx_txid_t txid) { std::memcpy(segment(0).data(), &txid, sizeof(txid)); }

  bool fits_registers() const {
    return size_bytes_ <= RegisterMessage::kMaxBytes && handle_count_ == 0;
  }
  void CopyTo(RegisterMessage& registers);

 private:
  Message(uint32_t size_bytes, uint32_t handle_count, bool is_large)
      : size_bytes_(size_bytes),
        handle_count_(static_cast<uint16_t>(handle_count)),
        is_large_(is_large) {}

  static void DestroyWhole(Message* message);
  // Of the block itself.
  size_t BlockBytes() const {
    const size_t tail_bytes = is_large_ ? segment_count() * sizeof(std::byte*) : size_bytes_;
    return sizeof(Message) + handle_count_ * sizeof(Handle) + tail_bytes;
  }

  std::byte* Tail() { return reinterpret_cast<std::byte*>(handles().data() + handle_count_); }
  std::byte** Segments() { return reinterpret_cast<std::byte**>(Tail()); }

  const uint32_t size_bytes_;
  const uint16_t handle_count_;
  const bool is_large_;
  // Behind us: the handles, then the bytes, or pointers to segments.
};
static_assert(sizeof(Message) <= 48 && sizeof(Message) % alignof(Handle) == 0);

using MessagePtr = Message::Ptr;

inline constexpr uint32_t kMaxShortBytes = Message::kMaxBlockBytes - sizeof(Message);

inline MessagePtr Message::CreateShort(std::span<const std::byte> bytes) {
  KASSERT(bytes.size() <= kMaxShortBytes);
  void* const block = ::operator new(sizeof(Message) + bytes.size(), std::nothrow);
  if (block == nullptr) [[unlikely]]
    return nullptr;
  Ptr message(new (block) Message(static_cast<uint32_t>(bytes.size()), 0, false));
  std::memcpy(message->Tail(), bytes.data(), bytes.size());
  return message;
}

inline void Message::DestroyShort(Message* message) {
  KASSERT(message->is_short());
  const size_t block_bytes = sizeof(Message) + message->size_bytes_;
  message->~Message();
  ::operator delete(static_cast<void*>(message), block_bytes);
}

}  // namespace sirocco
