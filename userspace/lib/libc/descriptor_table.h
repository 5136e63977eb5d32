// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>
#include <zircon/types.h>

#include <array>
#include <cstddef>
#include <span>

#include "userspace/lib/libc/lock.h"

namespace sirocco::libc {

/// What a file descriptor leads to.
struct Descriptor {
  enum Kind { kClosed, kStream, kLog, kFile };

  Kind kind = kClosed;
  zx_handle_t handle = ZX_HANDLE_INVALID;  // kStream, kLog.
  std::span<const std::byte> file = {};    // kFile.
  size_t position = 0;                     // kFile.
};

void FillStatus(const Descriptor& descriptor, struct stat* status);

/// The descriptors of the process. Results are those of the calls: negated errnos on failure.
class DescriptorTable {
 public:
  /// A copy, to be used without the lock: a call on a stream may wait for long. As everywhere,
  /// closing a descriptor that another thread uses is that program's mistake.
  bool Get(int fd, Descriptor& descriptor) EXCLUDES(lock_);

  /// Sets `fd`, which is closed. Several may have one handle; the last to close closes it.
  void Place(int fd, const Descriptor& descriptor) EXCLUDES(lock_);

  /// The lowest closed one. Errors: EMFILE.
  long Open(const Descriptor& descriptor) EXCLUDES(lock_);

  /// Errors: EBADF.
  long Close(int fd) EXCLUDES(lock_);

  // Of files. Errors: EBADF; EINVAL a position before the start.
  long ReadFile(int fd, std::span<std::byte> buffer) EXCLUDES(lock_);
  long SeekFile(int fd, long offset, int whence) EXCLUDES(lock_);

 private:
  static constexpr size_t kMaxDescriptors = 64;

  Descriptor* FindLocked(int fd) REQUIRES(lock_);
  Descriptor* FindFileLocked(int fd) REQUIRES(lock_);
  bool IsHandleUsedLocked(zx_handle_t handle) REQUIRES(lock_);

  Lock lock_;
  std::array<Descriptor, kMaxDescriptors> table_ GUARDED_BY(lock_);
};

}  // namespace sirocco::libc
