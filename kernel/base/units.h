// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "kernel/base/kassert.h"

namespace sirocco {

/// Bytes of a page, and the shift that makes a page number of an address.
inline constexpr size_t kPageShift = 12;
inline constexpr size_t kPageSize = size_t{1} << kPageShift;

// --- Checked and saturating arithmetic. ---

/// Returns true on overflow, with the wrapped value in `*sum`.
template <std::integral T>
[[nodiscard]] constexpr bool AddOverflow(T a, T b, T* sum) {
  return __builtin_add_overflow(a, b, sum);
}
template <std::integral T>
[[nodiscard]] constexpr bool SubOverflow(T a, T b, T* difference) {
  return __builtin_sub_overflow(a, b, difference);
}
template <std::integral T>
[[nodiscard]] constexpr bool MulOverflow(T a, T b, T* product) {
  return __builtin_mul_overflow(a, b, product);
}

/// Whether [offset, offset + length) lies within [0, limit), without overflow.
[[nodiscard]] constexpr bool RangeFits(uint64_t offset, uint64_t length, uint64_t limit) {
  return offset <= limit && length <= limit - offset;
}

constexpr int64_t SaturatingAdd(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b > 0 ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int64_t>::min();
}
constexpr int64_t SaturatingSub(int64_t a, int64_t b) {
  int64_t difference = 0;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return b < 0 ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int64_t>::min();
}
constexpr int64_t SaturatingMul(int64_t a, int64_t b) {
  int64_t product = 0;
  if (!__builtin_mul_overflow(a, b, &product)) return product;
  return (a < 0) == (b < 0) ? std::numeric_limits<int64_t>::max()
                            : std::numeric_limits<int64_t>::min();
}

// --- Alignment; `alignment` is a power of two. ---

template <std::unsigned_integral T>
constexpr bool IsPowerOfTwo(T value) {
  return value != 0 && (value & (value - 1)) == 0;
}
template <std::unsigned_integral T>
constexpr T RoundDown(T value, std::type_identity_t<T> alignment) {
  KASSERT(IsPowerOfTwo(alignment));
  return value & ~(alignment - 1);
}
/// The caller knows that it does not wrap; see RoundUpOverflow.
template <std::unsigned_integral T>
constexpr T RoundUp(T value, std::type_identity_t<T> alignment) {
  KASSERT(IsPowerOfTwo(alignment));
  return (value + (alignment - 1)) & ~(alignment - 1);
}
/// For numbers from outside: returns true when the next multiple does not fit.
template <std::unsigned_integral T>
[[nodiscard]] constexpr bool RoundUpOverflow(T value, std::type_identity_t<T> alignment,
                                             T* rounded) {
  *rounded = RoundUp(value, alignment);
  return *rounded < value;
}
template <std::unsigned_integral T>
constexpr bool IsAligned(T value, std::type_identity_t<T> alignment) {
  return RoundDown(value, alignment) == value;
}
constexpr bool IsPageAligned(uint64_t value) { return (value & (kPageSize - 1)) == 0; }
constexpr uint64_t PagesFor(uint64_t size_bytes) {
  return (size_bytes >> kPageShift) + ((size_bytes & (kPageSize - 1)) != 0 ? 1 : 0);
}

// --- Time. Arithmetic saturates: an infinite deadline stays infinite. ---

/// A length of time; negative is allowed.
class Nanoseconds {
 public:
  constexpr Nanoseconds() = default;
  constexpr explicit Nanoseconds(int64_t count) : count_(count) {}
  static constexpr Nanoseconds Infinite() {
    return Nanoseconds(std::numeric_limits<int64_t>::max());
  }
  constexpr int64_t count() const { return count_; }

  constexpr Nanoseconds operator+(Nanoseconds other) const {
    return Nanoseconds(SaturatingAdd(count_, other.count_));
  }
  constexpr Nanoseconds operator-(Nanoseconds other) const {
    return Nanoseconds(SaturatingSub(count_, other.count_));
  }
  constexpr Nanoseconds operator*(int64_t factor) const {
    return Nanoseconds(SaturatingMul(count_, factor));
  }
  constexpr auto operator<=>(const Nanoseconds&) const = default;

 private:
  int64_t count_ = 0;
};

constexpr Nanoseconds Microseconds(int64_t count) { return Nanoseconds(1'000) * count; }
constexpr Nanoseconds Milliseconds(int64_t count) { return Nanoseconds(1'000'000) * count; }
constexpr Nanoseconds Seconds(int64_t count) { return Nanoseconds(1'000'000'000) * count; }

/// A point on the monotonic clock, in nanoseconds since boot. Same values as zx_instant_mono_t.
class Instant {
 public:
  constexpr Instant() = default;
  constexpr Instant(zx_instant_mono_t ns) : ns_(ns) {}  // NOLINT: user deadlines are instants.
  static constexpr Instant Infinite() { return Instant(ZX_TIME_INFINITE); }
  static constexpr Instant InfinitePast() { return Instant(ZX_TIME_INFINITE_PAST); }
  constexpr zx_instant_mono_t ns() const { return ns_; }
  constexpr bool is_infinite() const { return ns_ == ZX_TIME_INFINITE; }

  constexpr Instant operator+(Nanoseconds span) const {
    return is_infinite() ? *this : Instant(SaturatingAdd(ns_, span.count()));
  }
  constexpr Instant operator-(Nanoseconds span) const {
    return is_infinite() ? *this : Instant(SaturatingSub(ns_, span.count()));
  }
  constexpr Nanoseconds operator-(Instant other) const {
    return Nanoseconds(SaturatingSub(ns_, other.ns_));
  }
  constexpr auto operator<=>(const Instant&) const = default;

 private:
  zx_instant_mono_t ns_ = 0;
};

// --- Addresses. ---

/// A physical address: never dereferenced, only translated. Same values as zx_paddr_t.
class PhysAddr {
 public:
  constexpr PhysAddr() = default;
  constexpr explicit PhysAddr(uint64_t value) : value_(value) {}
  static constexpr PhysAddr FromPage(uint64_t page_number) {
    return PhysAddr(page_number << kPageShift);
  }
  constexpr uint64_t value() const { return value_; }
  constexpr uint64_t page_number() const { return value_ >> kPageShift; }
  constexpr bool is_page_aligned() const { return IsPageAligned(value_); }

  constexpr PhysAddr operator+(uint64_t offset) const { return PhysAddr(value_ + offset); }
  constexpr PhysAddr operator-(uint64_t offset) const { return PhysAddr(value_ - offset); }
  constexpr uint64_t operator-(PhysAddr other) const { return value_ - other.value_; }
  constexpr PhysAddr& operator+=(uint64_t offset) { return *this = *this + offset; }
  constexpr auto operator<=>(const PhysAddr&) const = default;

 private:
  uint64_t value_ = 0;
};

/// A virtual address as a number: user addresses are claims, kernel ones are pointers.
using VirtAddr = uintptr_t;

}  // namespace sirocco
