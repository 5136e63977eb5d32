// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "tools/archive/cpio_writer.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

namespace sirocco::tools {
namespace {

constexpr char kTrailer[] = "TRAILER!!!";
constexpr uint32_t kFolderMode = 0040755;
constexpr uint32_t kFileMode = 0100644;
constexpr uint32_t kProgramMode = 0100755;
constexpr size_t kAlignment = 4;  // Of headers and of data, from the archive's start.

void Pad(std::string& bytes) {
  while (bytes.size() % kAlignment != 0) bytes.push_back('\0');
}

absl::Status CheckName(absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  for (absl::string_view part : parts) {
    if (part.empty() || part == "." || part == "..") {
      return absl::InvalidArgumentError(absl::StrCat("not a plain relative path: '", name, "'"));
    }
  }
  // The name that ends an archive would hide everything behind it.
  if (name == kTrailer) return absl::InvalidArgumentError("reserved name");
  return absl::OkStatus();
}

}  // namespace

absl::Status CpioWriter::AddFile(absl::string_view name, absl::string_view content,
                                 bool executable) {
  absl::Status status = CheckName(name);
  if (!status.ok()) return status;
  if (content.size() > UINT32_MAX) return absl::OutOfRangeError(absl::StrCat(name, ": too large"));
  if (folders_.contains(name) || files_.contains(name)) {
    return absl::AlreadyExistsError(absl::StrCat(name, ": twice in the archive"));
  }
  status = AddFolders(name);
  if (!status.ok()) return status;
  files_.insert(std::string(name));
  Append(name, content, executable ? kProgramMode : kFileMode);
  return absl::OkStatus();
}

absl::Status CpioWriter::AddFolders(absl::string_view name) {
  for (size_t slash = name.find('/'); slash != name.npos; slash = name.find('/', slash + 1)) {
    const absl::string_view folder = name.substr(0, slash);
    if (files_.contains(folder)) {
      return absl::AlreadyExistsError(absl::StrCat(folder, ": both file and folder"));
    }
    if (folders_.insert(std::string(folder)).second) Append(folder, "", kFolderMode);
  }
  return absl::OkStatus();
}

void CpioWriter::Append(absl::string_view name, absl::string_view content, uint32_t mode) {
  const uint32_t links = mode == kFolderMode ? 2 : 1;
  // Fields: inode mode uid gid nlink mtime filesize devmajor devminor rdevmajor rdevminor
  // namesize (with its NUL) check.
  absl::StrAppendFormat(&bytes_, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
                        next_inode_++, mode, 0, 0, links, 0, static_cast<uint32_t>(content.size()),
                        0, 0, 0, 0, static_cast<uint32_t>(name.size() + 1), 0);
  absl::StrAppend(&bytes_, name);
  bytes_.push_back('\0');
  Pad(bytes_);
  absl::StrAppend(&bytes_, content);
  Pad(bytes_);
}

std::string CpioWriter::Finish() {
  Append(kTrailer, "", 0);
  files_.clear();
  folders_.clear();
  next_inode_ = 1;
  return std::exchange(bytes_, std::string());
}

}  // namespace sirocco::tools
