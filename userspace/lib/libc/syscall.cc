// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <sys/syscall.h>
#include <zircon/syscalls.h>

#include <cstring>

#include "userspace/lib/libc/calls.h"

// musl's one way out (third_party/musl/port/syscall_arch.h). A call that is not listed means
// nothing here and is ENOSYS; musl has a fallback for each of those that it makes on its own.

namespace sirocco::libc {
namespace {

template <typename T>
T Pointer(long argument) {
  return reinterpret_cast<T>(argument);
}

int Int(long argument) { return static_cast<int>(argument); }
size_t Size(long argument) { return static_cast<size_t>(argument); }

/// No signal is ever sent, so a mask has no effect: the old one reads as empty.
long SignalMask(void* old_mask, size_t size) {
  if (old_mask != nullptr) std::memset(old_mask, 0, size);
  return 0;
}

long GetRandom(void* buffer, size_t size) {
  zx_cprng_draw(buffer, size);
  return static_cast<long>(size);
}

}  // namespace

namespace {

long FileCall(long number, long a, long b, long c, long d) {
  switch (number) {
    case SYS_read:
      return Read(Int(a), Pointer<void*>(b), Size(c));
    case SYS_write:
      return Write(Int(a), Pointer<const void*>(b), Size(c));
    case SYS_readv:
      return ReadVector(Int(a), Pointer<const iovec*>(b), Int(c));
    case SYS_writev:
      return WriteVector(Int(a), Pointer<const iovec*>(b), Int(c));
    case SYS_lseek:
      return Seek(Int(a), b, Int(c));
    case SYS_close:
      return Close(Int(a));
    case SYS_ioctl:
      return Ioctl(Int(a), static_cast<unsigned>(b), Pointer<void*>(c));
    case SYS_fcntl:
      return Fcntl(Int(a), Int(b), c);
    case SYS_fstat:
      return Fstat(Int(a), Pointer<struct stat*>(b));
    case SYS_openat:
      return Openat(Int(a), Pointer<const char*>(b), Int(c));
    case SYS_newfstatat:
      return Fstatat(Int(a), Pointer<const char*>(b), Pointer<struct stat*>(c), Int(d));
    case SYS_getcwd:
      return GetWorkingDirectory(Pointer<char*>(a), Size(b));
    default:
      return -ENOSYS;
  }
}

long TaskCall(long number, long a, long b, long c, long d, long e, long f) {
  switch (number) {
    case SYS_futex:
      return Futex(Pointer<int*>(a), Int(b), Int(c), Pointer<const timespec*>(d), Pointer<int*>(e),
                   static_cast<uint32_t>(f));
    case SYS_set_tid_address:
      return SetTidAddress(Pointer<int*>(a));
    case SYS_gettid:
      return GetTid();
    case SYS_getpid:
      return GetProcessId();
    case SYS_getppid:
      return 0;
    case SYS_exit:
      ExitThread();
    case SYS_exit_group:
      zx_process_exit(Int(a));
      __builtin_unreachable();
    case SYS_sched_yield:
      zx_thread_legacy_yield(0);
      return 0;
    case SYS_sched_getaffinity:
      return GetAffinity(Size(b), Pointer<unsigned char*>(c));
    case SYS_rt_sigprocmask:
      return SignalMask(Pointer<void*>(c), Size(d));
    // Handlers may be set; nobody calls them.
    case SYS_rt_sigaction:
    case SYS_set_robust_list:
      return 0;
    // One user, who may do all that his handles allow.
    case SYS_getuid:
    case SYS_geteuid:
    case SYS_getgid:
    case SYS_getegid:
      return 0;
    default:
      return -ENOSYS;
  }
}

long OtherCall(long number, long a, long b, long c, long d) {
  switch (number) {
    // No break to move: musl's malloc then maps what it needs.
    case SYS_brk:
      return 0;
    case SYS_mmap:
      return Mmap(static_cast<uintptr_t>(a), Size(b), Int(c), Int(d));
    case SYS_munmap:
      return Munmap(static_cast<uintptr_t>(a), Size(b));
    case SYS_mprotect:
      return Mprotect(static_cast<uintptr_t>(a), Size(b), Int(c));
    case SYS_madvise:
      return Madvise(Int(c));
    case SYS_clock_gettime:
      return ClockGetTime(Int(a), Pointer<timespec*>(b));
    case SYS_clock_getres:
      return ClockGetResolution(Int(a), Pointer<timespec*>(b));
    case SYS_clock_nanosleep:
      return ClockNanosleep(Int(a), Int(b), Pointer<const timespec*>(c));
    case SYS_nanosleep:
      return ClockNanosleep(CLOCK_MONOTONIC, 0, Pointer<const timespec*>(a));
    case SYS_getrandom:
      return GetRandom(Pointer<void*>(a), Size(b));
    case SYS_uname:
      return Uname(Pointer<utsname*>(a));
    default:
      return -ENOSYS;
  }
}

}  // namespace

extern "C" [[gnu::visibility("hidden")]] long __sirocco_syscall(long number, long a, long b, long c,
                                                                long d, long e, long f) {
  long result = FileCall(number, a, b, c, d);
  if (result == -ENOSYS) result = TaskCall(number, a, b, c, d, e, f);
  if (result == -ENOSYS) result = OtherCall(number, a, b, c, d);
  return result;
}

}  // namespace sirocco::libc
