// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace sirocco::tools {

/// Builds a newc cpio archive in memory: folders first, times and owners zero, so that equal
/// inputs give equal bytes.
/// Source: the cpio(5) manual, "New ASCII Format".
class CpioWriter {
 public:
  /// Adds a regular file under the relative path `name`, and its folders before it.
  /// Errors: InvalidArgument (empty, absolute, `..` or empty parts, trailing slash),
  /// AlreadyExists (a file or folder of that name), OutOfRange (4 GiB or more).
  absl::Status AddFile(absl::string_view name, absl::string_view content, bool executable);

  /// Ends the archive; the writer is empty again.
  std::string Finish();

 private:
  absl::Status AddFolders(absl::string_view name);
  void Append(absl::string_view name, absl::string_view content, uint32_t mode);

  std::string bytes_;
  absl::flat_hash_set<std::string> files_;
  absl::flat_hash_set<std::string> folders_;
  uint32_t next_inode_ = 1;
};

}  // namespace sirocco::tools
