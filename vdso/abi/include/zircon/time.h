// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>

// Time is nanoseconds in 64 bits, ticks are the unit of the hardware's counter.

typedef int64_t zx_time_t;
typedef int64_t zx_duration_t;
typedef int64_t zx_ticks_t;

typedef zx_time_t zx_instant_mono_t;
typedef zx_time_t zx_instant_boot_t;
typedef zx_duration_t zx_duration_mono_t;
typedef zx_duration_t zx_duration_boot_t;
typedef zx_ticks_t zx_instant_mono_ticks_t;
typedef zx_ticks_t zx_instant_boot_ticks_t;
typedef zx_ticks_t zx_duration_mono_ticks_t;
typedef zx_ticks_t zx_duration_boot_ticks_t;

typedef uint32_t zx_clock_t;
#define ZX_CLOCK_MONOTONIC ((zx_clock_t)0)
#define ZX_CLOCK_BOOT ((zx_clock_t)1)

#define ZX_TIME_INFINITE INT64_MAX
#define ZX_TIME_INFINITE_PAST INT64_MIN

#define ZX_NSEC(n) ((zx_duration_t)(1LL * (n)))
#define ZX_USEC(n) ((zx_duration_t)(1000LL * (n)))
#define ZX_MSEC(n) ((zx_duration_t)(1000000LL * (n)))
#define ZX_SEC(n) ((zx_duration_t)(1000000000LL * (n)))
#define ZX_MIN(n) ((zx_duration_t)(60LL * 1000000000LL * (n)))
#define ZX_HOUR(n) ((zx_duration_t)(3600LL * 1000000000LL * (n)))

// Arithmetic that saturates, so that an infinite time stays infinite.

static inline zx_time_t zx_time_add_duration(zx_time_t time, zx_duration_t duration) {
  zx_time_t sum = 0;
  if (!__builtin_add_overflow(time, duration, &sum)) return sum;
  return duration >= 0 ? ZX_TIME_INFINITE : ZX_TIME_INFINITE_PAST;
}

static inline zx_time_t zx_time_sub_duration(zx_time_t time, zx_duration_t duration) {
  zx_time_t difference = 0;
  if (!__builtin_sub_overflow(time, duration, &difference)) return difference;
  return duration >= 0 ? ZX_TIME_INFINITE_PAST : ZX_TIME_INFINITE;
}

static inline zx_duration_t zx_time_sub_time(zx_time_t time1, zx_time_t time2) {
  return zx_time_sub_duration(time1, time2);
}

static inline zx_duration_t zx_duration_add_duration(zx_duration_t a, zx_duration_t b) {
  return zx_time_add_duration(a, b);
}

static inline zx_duration_t zx_duration_sub_duration(zx_duration_t a, zx_duration_t b) {
  return zx_time_sub_duration(a, b);
}

static inline zx_duration_t zx_duration_mul_int64(zx_duration_t duration, int64_t factor) {
  zx_duration_t product = 0;
  if (!__builtin_mul_overflow(duration, factor, &product)) return product;
  return (duration > 0) == (factor > 0) ? INT64_MAX : INT64_MIN;
}
