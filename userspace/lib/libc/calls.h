// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <time.h>

#include <cstddef>
#include <cstdint>

// What musl's system calls mean here, one function each; syscall.cc dispatches by number. They
// return what Linux returns: a result or a negated errno. musl's structs of these names have the
// layout of the toolchain's headers.

namespace sirocco::libc {

// memory.cc: anonymous private memory, a VMO a mapping.
long Mmap(uintptr_t address, size_t size, int protection, int flags);
long Munmap(uintptr_t address, size_t size);
long Mprotect(uintptr_t address, size_t size, int protection);
long Madvise(int advice);

// futex.cc
long Futex(int* word, int operation, int value, const timespec* timeout, int* other, uint32_t set);

// clock.cc
long ClockGetTime(clockid_t clock, timespec* time);
long ClockGetResolution(clockid_t clock, timespec* resolution);
long ClockNanosleep(clockid_t clock, int flags, const timespec* request);

// thread.cc
long SetTidAddress(int* word);
long GetTid();
[[noreturn]] void ExitThread();

// descriptors.cc
long Read(int fd, void* buffer, size_t size);
long Write(int fd, const void* buffer, size_t size);
long ReadVector(int fd, const iovec* vectors, int count);
long WriteVector(int fd, const iovec* vectors, int count);
long Seek(int fd, long offset, int whence);
long Close(int fd);
long Ioctl(int fd, unsigned request, void* argument);
long Fcntl(int fd, int command, long argument);
long Fstat(int fd, struct stat* status);
long Openat(int directory, const char* path, int flags);
long Fstatat(int directory, const char* path, struct stat* status, int flags);

// system.cc
long GetProcessId();
long GetAffinity(size_t size, unsigned char* mask);
long GetWorkingDirectory(char* buffer, size_t size);
long Uname(utsname* name);

}  // namespace sirocco::libc
