// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/syscalls.h>
#include <zircon/time.h>

#include <compare>
#include <cstdint>

// Time with its unit in the type. Sums saturate: what is infinite stays so.

namespace zx {

// zx_time_add_duration() and its like, for constants too.
namespace saturating {

constexpr int64_t Add(int64_t a, int64_t b) noexcept {
  int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b >= 0 ? INT64_MAX : INT64_MIN;
}

constexpr int64_t Subtract(int64_t a, int64_t b) noexcept {
  int64_t difference = 0;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return b >= 0 ? INT64_MIN : INT64_MAX;
}

constexpr int64_t Multiply(int64_t a, int64_t b) noexcept {
  int64_t product = 0;
  if (!__builtin_mul_overflow(a, b, &product)) return product;
  return (a > 0) == (b > 0) ? INT64_MAX : INT64_MIN;
}

}  // namespace saturating

/// Nanoseconds that pass.
class duration {
 public:
  constexpr duration() noexcept = default;
  constexpr explicit duration(zx_duration_t value) noexcept : value_(value) {}

  static constexpr duration infinite() noexcept { return duration(ZX_TIME_INFINITE); }
  static constexpr duration infinite_past() noexcept { return duration(ZX_TIME_INFINITE_PAST); }

  constexpr zx_duration_t get() const noexcept { return value_; }

  constexpr int64_t to_nsecs() const noexcept { return value_; }
  constexpr int64_t to_usecs() const noexcept { return value_ / ZX_USEC(1); }
  constexpr int64_t to_msecs() const noexcept { return value_ / ZX_MSEC(1); }
  constexpr int64_t to_secs() const noexcept { return value_ / ZX_SEC(1); }
  constexpr int64_t to_mins() const noexcept { return value_ / ZX_MIN(1); }
  constexpr int64_t to_hours() const noexcept { return value_ / ZX_HOUR(1); }

  constexpr duration& operator+=(duration other) noexcept { return *this = *this + other; }
  constexpr duration& operator-=(duration other) noexcept { return *this = *this - other; }
  constexpr duration& operator*=(int64_t factor) noexcept { return *this = *this * factor; }
  constexpr duration& operator/=(int64_t divisor) noexcept { return *this = *this / divisor; }

  friend constexpr duration operator+(duration a, duration b) noexcept {
    return duration(saturating::Add(a.value_, b.value_));
  }
  friend constexpr duration operator-(duration a, duration b) noexcept {
    return duration(saturating::Subtract(a.value_, b.value_));
  }
  friend constexpr duration operator*(duration a, int64_t factor) noexcept {
    return duration(saturating::Multiply(a.value_, factor));
  }
  friend constexpr duration operator*(int64_t factor, duration a) noexcept { return a * factor; }
  friend constexpr duration operator/(duration a, int64_t divisor) noexcept {
    return duration(a.value_ / divisor);
  }
  friend constexpr duration operator%(duration a, duration b) noexcept {
    return duration(a.value_ % b.value_);
  }
  friend constexpr int64_t operator/(duration a, duration b) noexcept {
    return a.value_ / b.value_;
  }
  friend constexpr bool operator==(duration a, duration b) noexcept = default;
  friend constexpr auto operator<=>(duration a, duration b) noexcept = default;

 private:
  zx_duration_t value_ = 0;
};

constexpr duration nsec(int64_t n) noexcept { return duration(n); }
constexpr duration usec(int64_t n) noexcept { return n * duration(ZX_USEC(1)); }
constexpr duration msec(int64_t n) noexcept { return n * duration(ZX_MSEC(1)); }
constexpr duration sec(int64_t n) noexcept { return n * duration(ZX_SEC(1)); }
constexpr duration min(int64_t n) noexcept { return n * duration(ZX_MIN(1)); }
constexpr duration hour(int64_t n) noexcept { return n * duration(ZX_HOUR(1)); }

/// An instant on a clock. Instants of different clocks do not mix.
template <zx_clock_t kClock>
class basic_time {
 public:
  constexpr basic_time() noexcept = default;
  constexpr explicit basic_time(zx_time_t value) noexcept : value_(value) {}

  static constexpr basic_time infinite() noexcept { return basic_time(ZX_TIME_INFINITE); }
  static constexpr basic_time infinite_past() noexcept { return basic_time(ZX_TIME_INFINITE_PAST); }

  constexpr zx_time_t get() const noexcept { return value_; }
  constexpr zx_time_t* get_address() noexcept { return &value_; }

  constexpr basic_time& operator+=(duration delta) noexcept { return *this = *this + delta; }
  constexpr basic_time& operator-=(duration delta) noexcept { return *this = *this - delta; }

  friend constexpr basic_time operator+(basic_time time, duration delta) noexcept {
    return basic_time(saturating::Add(time.value_, delta.get()));
  }
  friend constexpr basic_time operator+(duration delta, basic_time time) noexcept {
    return time + delta;
  }
  friend constexpr basic_time operator-(basic_time time, duration delta) noexcept {
    return basic_time(saturating::Subtract(time.value_, delta.get()));
  }
  friend constexpr duration operator-(basic_time a, basic_time b) noexcept {
    return duration(saturating::Subtract(a.value_, b.value_));
  }
  friend constexpr bool operator==(basic_time a, basic_time b) noexcept = default;
  friend constexpr auto operator<=>(basic_time a, basic_time b) noexcept = default;

 private:
  zx_time_t value_ = 0;
};

using time = basic_time<ZX_CLOCK_MONOTONIC>;
using time_boot = basic_time<ZX_CLOCK_BOOT>;

/// Units of the hardware's counter.
class ticks {
 public:
  constexpr ticks() noexcept = default;
  constexpr explicit ticks(zx_ticks_t value) noexcept : value_(value) {}

  static ticks now() noexcept { return ticks(zx_ticks_get()); }
  static ticks per_second() noexcept { return ticks(zx_ticks_per_second()); }

  constexpr zx_ticks_t get() const noexcept { return value_; }

  friend constexpr ticks operator+(ticks a, ticks b) noexcept {
    return ticks(saturating::Add(a.value_, b.value_));
  }
  friend constexpr ticks operator-(ticks a, ticks b) noexcept {
    return ticks(saturating::Subtract(a.value_, b.value_));
  }
  friend constexpr bool operator==(ticks a, ticks b) noexcept = default;
  friend constexpr auto operator<=>(ticks a, ticks b) noexcept = default;

 private:
  zx_ticks_t value_ = 0;
};

inline time deadline_after(duration delta) noexcept { return time(zx_deadline_after(delta.get())); }

inline zx_status_t nanosleep(time deadline) noexcept { return zx_nanosleep(deadline.get()); }

}  // namespace zx
