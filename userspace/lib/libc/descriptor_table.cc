// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/lib/libc/descriptor_table.h"

#include <errno.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace sirocco::libc {

void FillStatus(const Descriptor& descriptor, struct stat* status) {
  *status = {};
  status->st_nlink = 1;
  status->st_blksize = 4096;
  if (descriptor.kind == Descriptor::kFile) {
    status->st_mode = S_IFREG | 0444;
    status->st_size = static_cast<off_t>(descriptor.file.size());
    status->st_blocks = (status->st_size + 511) / 512;
  } else {
    status->st_mode = S_IFCHR | 0666;
  }
}

bool DescriptorTable::Get(int fd, Descriptor& descriptor) {
  LockGuard guard(lock_);
  const Descriptor* const found = FindLocked(fd);
  if (found == nullptr) return false;
  descriptor = *found;
  return true;
}

void DescriptorTable::Place(int fd, const Descriptor& descriptor) {
  LockGuard guard(lock_);
  table_[static_cast<size_t>(fd)] = descriptor;
}

long DescriptorTable::Open(const Descriptor& descriptor) {
  LockGuard guard(lock_);
  for (size_t fd = 0; fd < table_.size(); ++fd) {
    if (table_[fd].kind != Descriptor::kClosed) continue;
    table_[fd] = descriptor;
    return static_cast<long>(fd);
  }
  return -EMFILE;
}

long DescriptorTable::Close(int fd) {
  zx_handle_t last = ZX_HANDLE_INVALID;
  {
    LockGuard guard(lock_);
    Descriptor* const found = FindLocked(fd);
    if (found == nullptr) return -EBADF;
    const zx_handle_t handle = found->handle;
    *found = {};
    if (!IsHandleUsedLocked(handle)) last = handle;
  }
  if (last != ZX_HANDLE_INVALID) zx_handle_close(last);
  return 0;
}

long DescriptorTable::ReadFile(int fd, std::span<std::byte> buffer) {
  LockGuard guard(lock_);
  Descriptor* const found = FindFileLocked(fd);
  if (found == nullptr) return -EBADF;
  const size_t left = found->file.size() - std::min(found->position, found->file.size());
  const size_t count = std::min(left, buffer.size());
  if (count != 0) std::memcpy(buffer.data(), found->file.data() + found->position, count);
  found->position += count;
  return static_cast<long>(count);
}

long DescriptorTable::SeekFile(int fd, long offset, int whence) {
  LockGuard guard(lock_);
  Descriptor* const found = FindFileLocked(fd);
  if (found == nullptr) return -EBADF;
  size_t origin = 0;
  if (whence == SEEK_CUR) origin = found->position;
  if (whence == SEEK_END) origin = found->file.size();
  if (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END) return -EINVAL;
  long position;
  if (__builtin_add_overflow(static_cast<long>(origin), offset, &position)) return -EOVERFLOW;
  if (position < 0) return -EINVAL;
  found->position = static_cast<size_t>(position);
  return position;
}

Descriptor* DescriptorTable::FindLocked(int fd) {
  if (fd < 0 || static_cast<size_t>(fd) >= table_.size()) return nullptr;
  Descriptor* const found = &table_[static_cast<size_t>(fd)];
  return found->kind == Descriptor::kClosed ? nullptr : found;
}

Descriptor* DescriptorTable::FindFileLocked(int fd) {
  Descriptor* const found = FindLocked(fd);
  return found != nullptr && found->kind == Descriptor::kFile ? found : nullptr;
}

bool DescriptorTable::IsHandleUsedLocked(zx_handle_t handle) {
  for (const Descriptor& descriptor : table_) {
    if (descriptor.kind != Descriptor::kClosed && descriptor.handle == handle) return true;
  }
  return false;
}

}  // namespace sirocco::libc
