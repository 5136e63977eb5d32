// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "userspace/apps/shell/byte_stream.h"
#include "userspace/apps/shell/completion.h"
#include "userspace/lib/process/owned_handle.h"

namespace sirocco::shell {

/// A file under /tmp: a VMO that grows, until the machine ends.
class TempFile {
 public:
  /// Errors: ZX_ERR_NO_MEMORY.
  zx_status_t Truncate();
  zx_status_t Append(std::string_view text);

  uint64_t size() const { return size_; }
  std::string Text() const;

 private:
  process::OwnedHandle vmo_;
  uint64_t size_ = 0;
  uint64_t capacity_ = 0;  // Of the VMO.
};

/// What paths lead to: /boot, the boot archive, read only; and /tmp, one folder of files.
class Files {
 public:
  void set_archive(std::span<const std::byte> archive) { archive_ = archive; }

  /// The names in the folder `path`, sorted; nothing if there is no such folder.
  std::optional<std::vector<FolderEntry>> List(std::string_view path) const;

  /// The contents of the file `path`; nothing if there is no such file.
  std::optional<std::string> Text(std::string_view path) const;

  /// The bytes of a file of /boot, which stay where they are.
  std::optional<std::span<const std::byte>> BootFile(std::string_view path) const;

  /// An empty file at `path`, for output. Errors: ZX_ERR_ACCESS_DENIED `path` is not of the form
  /// /tmp/NAME; ZX_ERR_NO_MEMORY.
  zx_status_t Create(std::string_view path, std::shared_ptr<Sink>& sink);

 private:
  std::span<const std::byte> archive_;
  std::map<std::string, std::shared_ptr<TempFile>, std::less<>> temporary_;
};

}  // namespace sirocco::shell
