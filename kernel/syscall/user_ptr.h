// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "kernel/base/units.h"
#include "kernel/mm/status.h"

namespace sirocco {

using mm::kStatusPageMissing;

/// An address that a program claims to be readable as Ts. A claim, not an address: what is there is
/// copied once, through SyscallContext.
template <typename T>
class UserPtr {
 public:
  constexpr UserPtr() = default;
  constexpr explicit UserPtr(uint64_t address) : address_(address) {}

  constexpr uint64_t address() const { return address_; }
  constexpr bool is_null() const { return address_ == 0; }
  constexpr UserPtr operator+(size_t count) const {
    return UserPtr(address_ + count * kElementSize);
  }
  template <typename U>
  constexpr UserPtr<U> As() const {
    return UserPtr<U>(address_);
  }

 private:
  template <typename U>
  struct SizeOf {
    static constexpr size_t value = sizeof(U);
  };
  template <typename U>
    requires std::is_void_v<U>
  struct SizeOf<U> {
    static constexpr size_t value = 1;
  };
  static constexpr size_t kElementSize = SizeOf<T>::value;

  uint64_t address_ = 0;
};

/// The same for writing; null where the call allows it.
template <typename T>
class UserOut : public UserPtr<T> {
 public:
  using UserPtr<T>::UserPtr;
  constexpr UserOut(UserPtr<T> pointer) : UserPtr<T>(pointer) {}  // NOLINT: same claim.
};

/// Copies a T between kernel and user memory; by words if both lie as compilers place a T.
template <typename T>
void CopyWhole(void* to, const void* from) {
  if (((reinterpret_cast<uintptr_t>(to) | reinterpret_cast<uintptr_t>(from)) & (alignof(T) - 1)) ==
      0) [[likely]] {
    *static_cast<T*>(to) = *static_cast<const T*>(from);
  } else {
    std::memcpy(to, from, sizeof(T));
  }
}

/// A word of user memory, read or written once: the program may write it, too. Not an atomic: GCC
/// stores those with an AMO.
template <typename T>
T LoadUser(const std::byte* from) {
  return *reinterpret_cast<const volatile T*>(from);
}
template <typename T>
void StoreUser(std::byte* to, T value) {
  *reinterpret_cast<volatile T*>(to) = value;
}

/// Copies kWords words: loads all, then stores them.
template <size_t kWords>
[[gnu::always_inline]] inline void CopyBlock(std::byte* to, const std::byte* from) {
  uint64_t words[kWords];
  for (size_t i = 0; i < kWords; ++i) words[i] = LoadUser<uint64_t>(from + i * sizeof(uint64_t));
  for (size_t i = 0; i < kWords; ++i) StoreUser(to + i * sizeof(uint64_t), words[i]);
}

/// Copies `size_bytes`, of whole words, in line and forwards: `to` lies before `from`, or behind
/// all of it.
[[gnu::always_inline]] inline void CopyWords(std::byte* to, const std::byte* from,
                                             uint64_t size_bytes) {
  constexpr uint64_t kWord = sizeof(uint64_t);
  constexpr uint64_t kBlock = 8 * kWord;
  const std::byte* const end = from + size_bytes;
  for (const std::byte* const blocks = from + size_bytes / kBlock * kBlock; from != blocks;
       from += kBlock, to += kBlock) {
    CopyBlock<4>(to, from);  // At once they would be more than there are registers.
    CopyBlock<4>(to + kBlock / 2, from + kBlock / 2);
  }
  for (; from != end; from += kWord, to += kWord) CopyBlock<1>(to, from);
}

/// Zeroes the words from `to` to `end`. Volatile: never a call of memset.
[[gnu::always_inline]] inline void ZeroWords(std::byte* to, const std::byte* end) {
  for (; to != end; to += sizeof(uint64_t)) *reinterpret_cast<volatile uint64_t*>(to) = 0;
}

/// Stores what SyscallContext::FindOptional found room for.
template <typename T>
void StoreOptional(std::byte* place, const T& value) {
  if (place != nullptr) CopyWhole<T>(place, &value);
}

/// Bytes of user memory that were translated, are writable and stay so until the call commits: a
/// few pieces of the direct map. Storing cannot fail. Good until the next suspension.
class HeldBytes {
 public:
  // A message of 64 KiB at any alignment.
  static constexpr size_t kMaxPieces = 17;

  HeldBytes() = default;
  // The pieces there are, mostly one, and not room for seventeen.
  HeldBytes(const HeldBytes& other) { *this = other; }
  HeldBytes& operator=(const HeldBytes& other) {
    size_bytes_ = other.size_bytes_;
    first_size_ = other.first_size_;
    for (size_t i = 0; i < piece_count(); ++i) pieces_[i] = other.pieces_[i];
    return *this;
  }
  size_t size_bytes() const { return size_bytes_; }

  /// Copies `source` to `offset`. It fits, or that is our defect.
  void CopyFrom(std::span<const std::byte> source, size_t offset = 0) const;

 private:
  friend class SyscallContext;

  size_t piece_count() const {
    if (size_bytes_ == first_size_) return size_bytes_ == 0 ? 0 : 1;
    return 1 + (size_bytes_ - first_size_ + kPageSize - 1) / kPageSize;
  }

  size_t size_bytes_ = 0;
  size_t first_size_ = 0;  // Bytes of pieces_[0]; all others but the last are whole pages.
  std::byte* pieces_[kMaxPieces];
};

/// One T of user memory, held as above, at most two pieces.
template <typename T>
class Held {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= kPageSize);

 public:
  Held() = default;  // Of an optional argument that is null: storing does nothing.

  void Store(const T& value) const {
    if (first_size_ == sizeof(T)) [[likely]] {
      CopyWhole<T>(first_, &value);
    } else if (first_size_ != 0) {
      const auto* bytes = reinterpret_cast<const std::byte*>(&value);
      std::memcpy(first_, bytes, first_size_);
      std::memcpy(second_, bytes + first_size_, sizeof(T) - first_size_);
    }
  }

 private:
  friend class SyscallContext;

  Held(std::byte* first, std::byte* second, size_t first_size)
      : first_(first), second_(second), first_size_(first_size) {}

  std::byte* first_ = nullptr;
  std::byte* second_ = nullptr;
  size_t first_size_ = 0;
};

/// One that lies whole in a page: what the short way of a call holds.
template <typename T>
class HeldWhole {
 public:
  void Store(const T& value) const { CopyWhole<T>(place_, &value); }

 private:
  friend class SyscallContext;

  explicit HeldWhole(std::byte* place) : place_(place) {}

  std::byte* place_;
};

}  // namespace sirocco
