// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/lib/libc/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include <cstdint>
#include <cstring>
#include <span>

#include "userspace/lib/libc/boot_files.h"
#include "userspace/lib/libc/calls.h"
#include "userspace/lib/libc/debug_log.h"
#include "userspace/lib/libc/descriptor_table.h"
#include "userspace/lib/libc/errors.h"
#include "userspace/lib/libc/lock.h"
#include "userspace/lib/stream/client.h"

namespace sirocco::libc {
namespace {

constexpr int kStandardCount = 3;

constinit DescriptorTable g_table;

/// What stands behind a startup handle, by the type of its object.
Descriptor::Kind KindOf(zx_handle_t handle) {
  zx_info_handle_basic_t info;
  const zx_status_t status =
      zx_object_get_info(handle, ZX_INFO_HANDLE_BASIC, &info, sizeof(info), nullptr, nullptr);
  if (status != ZX_OK) return Descriptor::kClosed;
  if (info.type == ZX_OBJ_TYPE_CHANNEL) return Descriptor::kStream;
  if (info.type == ZX_OBJ_TYPE_LOG) return Descriptor::kLog;
  return Descriptor::kClosed;
}

/// The handle for descriptor `fd`, which may be meant for all three.
Descriptor TakeStandard(int fd) {
  const zx_handle_t handle = zx_take_startup_handle(PA_HND(PA_FD, static_cast<uint32_t>(fd)));
  if (handle == ZX_HANDLE_INVALID) return {};
  const Descriptor::Kind kind = KindOf(handle);
  if (kind == Descriptor::kClosed) zx_handle_close(handle);
  return {.kind = kind, .handle = kind == Descriptor::kClosed ? ZX_HANDLE_INVALID : handle};
}

Descriptor TakeShared() {
  for (uint32_t fd = 0; fd < kStandardCount; ++fd) {
    const zx_handle_t handle = zx_take_startup_handle(PA_HND(PA_FD, fd | PA_FD_STDIO_FLAG));
    if (handle != ZX_HANDLE_INVALID) return {.kind = KindOf(handle), .handle = handle};
  }
  return {};
}

Descriptor NewLog() {
  zx_handle_t handle = ZX_HANDLE_INVALID;
  if (zx_debuglog_create(ZX_HANDLE_INVALID, 0, &handle) != ZX_OK) return {};
  return {.kind = Descriptor::kLog, .handle = handle};
}

/// Bytes transferred if any were, else the error: what read() and write() return.
long Transferred(zx_status_t status, size_t actual) {
  return actual != 0 ? static_cast<long>(actual) : ErrnoFromStatus(status);
}

}  // namespace

void OpenStandardStreams() {
  Descriptor shared = TakeShared();
  for (int fd = 0; fd < kStandardCount; ++fd) {
    Descriptor own = TakeStandard(fd);
    if (own.kind == Descriptor::kClosed) own = shared;
    if (own.kind == Descriptor::kClosed && fd != 0) own = shared = NewLog();
    g_table.Place(fd, own);
  }
}

long Read(int fd, void* buffer, size_t size) {
  const std::span<std::byte> bytes(static_cast<std::byte*>(buffer), size);
  Descriptor descriptor;
  if (!g_table.Get(fd, descriptor)) return -EBADF;
  size_t actual = 0;
  switch (descriptor.kind) {
    case Descriptor::kStream:
      return Transferred(stream::Read(descriptor.handle, bytes, actual), actual);
    case Descriptor::kFile:
      return g_table.ReadFile(fd, bytes);
    default:
      return -EBADF;
  }
}

long Write(int fd, const void* buffer, size_t size) {
  const std::span<const std::byte> bytes(static_cast<const std::byte*>(buffer), size);
  Descriptor descriptor;
  if (!g_table.Get(fd, descriptor)) return -EBADF;
  size_t actual = 0;
  switch (descriptor.kind) {
    case Descriptor::kStream: {
      const zx_status_t status = stream::Write(descriptor.handle, bytes, actual);
      return Transferred(status, actual);
    }
    case Descriptor::kLog: {
      const iovec whole = {const_cast<void*>(buffer), size};
      return WriteLog(descriptor.handle, {&whole, 1});
    }
    default:
      return -EBADF;
  }
}

long ReadVector(int fd, const iovec* vectors, int count) {
  // One read: a second could wait for more than the caller needs, or run past the end that the
  // first one saw.
  for (int i = 0; i < count; ++i) {
    if (vectors[i].iov_len != 0) return Read(fd, vectors[i].iov_base, vectors[i].iov_len);
  }
  return 0;
}

long WriteVector(int fd, const iovec* vectors, int count) {
  Descriptor descriptor;
  if (g_table.Get(fd, descriptor) && descriptor.kind == Descriptor::kLog) {
    return WriteLog(descriptor.handle, {vectors, static_cast<size_t>(count)});
  }
  long total = 0;
  for (int i = 0; i < count; ++i) {
    if (vectors[i].iov_len == 0) continue;
    const long result = Write(fd, vectors[i].iov_base, vectors[i].iov_len);
    if (result < 0) return total != 0 ? total : result;
    total += result;
    if (static_cast<size_t>(result) != vectors[i].iov_len) break;
  }
  return total;
}

long Seek(int fd, long offset, int whence) {
  Descriptor descriptor;
  if (!g_table.Get(fd, descriptor)) return -EBADF;
  return descriptor.kind == Descriptor::kFile ? g_table.SeekFile(fd, offset, whence) : -ESPIPE;
}

long Close(int fd) { return g_table.Close(fd); }

long Ioctl(int fd, unsigned request, void* argument) {
  Descriptor descriptor;
  if (!g_table.Get(fd, descriptor)) return -EBADF;
  if (request != TIOCGWINSZ) return -ENOTTY;
  if (descriptor.kind == Descriptor::kLog) {
    // So stdio asks whether somebody reads along, and then writes line by line.
    *static_cast<winsize*>(argument) = {};
    return 0;
  }
  if (descriptor.kind != Descriptor::kStream) return -ENOTTY;
  stream::Window window;
  const zx_status_t status = stream::GetWindow(descriptor.handle, window);
  if (status != ZX_OK || window.width == 0) return -ENOTTY;  // Pipes and files have no window.
  *static_cast<winsize*>(argument) = {static_cast<uint16_t>(window.height),
                                      static_cast<uint16_t>(window.width), 0, 0};
  return 0;
}

long Fcntl(int fd, int command, long) {
  Descriptor descriptor;
  if (!g_table.Get(fd, descriptor)) return -EBADF;
  switch (command) {
    case F_GETFL:
      return descriptor.kind == Descriptor::kFile ? O_RDONLY : O_RDWR;
    case F_GETFD:
      return FD_CLOEXEC;  // No descriptor outlives its process.
    case F_SETFD:
      return 0;
    default:
      return -EINVAL;
  }
}

long Fstat(int fd, struct stat* status) {
  Descriptor descriptor;
  if (!g_table.Get(fd, descriptor)) return -EBADF;
  FillStatus(descriptor, status);
  return 0;
}

long Openat(int directory, const char* path, int flags) {
  if (directory != AT_FDCWD && path[0] != '/') return -ENOTDIR;
  Descriptor descriptor = {.kind = Descriptor::kFile};
  if (!FindBootFile(path, descriptor.file)) return flags & O_CREAT ? -EROFS : -ENOENT;
  if ((flags & O_ACCMODE) != O_RDONLY) return -EROFS;
  if (flags & O_DIRECTORY) return -ENOTDIR;
  return g_table.Open(descriptor);
}

long Fstatat(int directory, const char* path, struct stat* status, int flags) {
  if (flags & AT_EMPTY_PATH && path[0] == '\0') return Fstat(directory, status);
  if (directory != AT_FDCWD && path[0] != '/') return -ENOTDIR;
  Descriptor descriptor = {.kind = Descriptor::kFile};
  if (!FindBootFile(path, descriptor.file)) return -ENOENT;
  FillStatus(descriptor, status);
  return 0;
}

}  // namespace sirocco::libc
