// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <time.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include "userspace/lib/libc/calls.h"
#include "userspace/lib/libc/errors.h"

namespace sirocco::libc {
namespace {

constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;

timespec ToTimespec(int64_t nanoseconds) {
  return {.tv_sec = nanoseconds / kNanosecondsPerSecond,
          .tv_nsec = nanoseconds % kNanosecondsPerSecond};
}

bool IsValid(const timespec& time) {
  return time.tv_sec >= 0 && time.tv_nsec >= 0 && time.tv_nsec < kNanosecondsPerSecond;
}

/// Saturates: sleeping until the end of time is fine.
int64_t ToNanoseconds(const timespec& time) {
  int64_t nanoseconds;
  if (__builtin_mul_overflow(time.tv_sec, kNanosecondsPerSecond, &nanoseconds) ||
      __builtin_add_overflow(nanoseconds, time.tv_nsec, &nanoseconds)) {
    return ZX_TIME_INFINITE;
  }
  return nanoseconds;
}

/// There is no clock of the world's time yet: CLOCK_REALTIME counts from boot, as the others do.
bool IsWallClock(clockid_t clock) {
  switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_BOOTTIME:
      return true;
    default:
      return false;
  }
}

long CpuTime(zx_handle_t task, timespec* time) {
  zx_info_task_runtime_t runtime;
  const zx_status_t status =
      zx_object_get_info(task, ZX_INFO_TASK_RUNTIME, &runtime, sizeof(runtime), nullptr, nullptr);
  if (status != ZX_OK) return ErrnoFromStatus(status);
  *time = ToTimespec(runtime.cpu_time);
  return 0;
}

}  // namespace

long ClockGetTime(clockid_t clock, timespec* time) {
  if (IsWallClock(clock)) {
    *time = ToTimespec(zx_clock_get_monotonic());
    return 0;
  }
  if (clock == CLOCK_PROCESS_CPUTIME_ID) return CpuTime(zx_process_self(), time);
  if (clock == CLOCK_THREAD_CPUTIME_ID) return CpuTime(zx_thread_self(), time);
  return -EINVAL;
}

long ClockGetResolution(clockid_t clock, timespec* resolution) {
  if (!IsWallClock(clock) && clock != CLOCK_PROCESS_CPUTIME_ID &&
      clock != CLOCK_THREAD_CPUTIME_ID) {
    return -EINVAL;
  }
  const int64_t rate = zx_ticks_per_second();
  if (resolution != nullptr) *resolution = ToTimespec((kNanosecondsPerSecond + rate - 1) / rate);
  return 0;
}

long ClockNanosleep(clockid_t clock, int flags, const timespec* request) {
  if (!IsWallClock(clock)) return -EOPNOTSUPP;
  if (!IsValid(*request)) return -EINVAL;
  const int64_t nanoseconds = ToNanoseconds(*request);
  const bool is_absolute = flags & TIMER_ABSTIME;
  return ErrnoFromStatus(zx_nanosleep(is_absolute ? nanoseconds : zx_deadline_after(nanoseconds)));
}

}  // namespace sirocco::libc
